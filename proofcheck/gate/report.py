"""The report for people: claim by claim, sizes together where they stand alike, at most 80 columns, clear without colour."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice, zip_longest

from proofcheck.claims.evidence import Verdict
from proofcheck.claims.judged import Evidence, Status, details, domain_words, exit_code, statement_words, verdict_words
from proofcheck.claims.score import Outcome, Score
from proofcheck.gate.forms import form_of

WIDTH = 80
MOST_FORMS = 3
NUMBER, EXPONENT = re.compile(r"\d+"), re.compile(r"\^(\d+)")
MARKS = {
    Status.MET: "ok",
    Status.REFUTED: "REFUTED",
    Status.WEAKER: "WEAKER",
    Status.UNKNOWN: "UNKNOWN",
    Status.BAD_INPUT: "ERROR",
    Status.FAULT: "FAULT",
}
SUMMARY = {
    Status.MET: "floor met",
    Status.REFUTED: "refuted",
    Status.WEAKER: "weaker than the floor",
    Status.UNKNOWN: "unknown",
    Status.BAD_INPUT: "not judged (bad input)",
    Status.FAULT: "internal fault",
}
SEVERITY = (Status.FAULT, Status.BAD_INPUT, Status.REFUTED, Status.WEAKER, Status.UNKNOWN, Status.MET)
OUTCOMES = {
    0: "every floor is met",
    1: "a claim is refuted",
    2: "a claim is weaker than declared, or than the base",
    3: "a claim is unsettled",
    4: "nothing was checked",
    65: "an input cannot be judged",
    70: "an internal fault",
}


def report_lines(evidence: Sequence[Evidence], scores: Sequence[Score] = ()) -> Iterator[str]:
    """The report line by line: each construction, its claims, under a claim what must be read beside the verdict, its mutants."""
    for (construction, path), items in groupby(evidence, key=lambda e: (e.construction, e.path)):
        yield construction
        for same in groups(items):
            yield from claim_lines(same)
        for score in scores:
            if (score.construction, score.path) == (construction, path):
                yield from score_lines(score)
        yield ""


def brief_lines(evidence: Sequence[Evidence], scores: Sequence[Score] = ()) -> Iterator[str]:
    """One line a construction: how its claims stand, each at each size; below it what is not met, and nothing else."""
    for (construction, path), items in groupby(evidence, key=lambda e: (e.construction, e.path)):
        found = list(items)
        counts = Counter(settled_word(e) for e in found)
        score = next((s for s in scores if (s.construction, s.path) == (construction, path)), None)
        words = ", ".join(f"{count} {how}" for how, count in counts.most_common())
        if score is not None and not score.problem:
            words += f"; {score.count(Outcome.REFUTED)} of {len(score.mutants)} mutants refuted"
        worst = min((e.status for e in found), key=lambda status: SEVERITY.index(status))
        yield from _wrapped("", f"{MARKS[worst]:<8} {construction}: {words}")
        for same in groups(e for e in found if e.status is not Status.MET):
            yield from claim_lines(same)
        if score is not None and score.status is not Status.MET:
            yield from score_lines(score)
    yield ""


def settled_word(evidence: Evidence) -> str:
    """How a claim came out, in one word: the strength with which it holds, or the verdict."""
    finding = evidence.finding
    if finding is None:
        return "not judged"
    return (
        finding.strength.name.lower()
        if finding.verdict is Verdict.HOLDS and finding.strength is not None
        else finding.verdict.value
    )


def groups(evidence: Iterable[Evidence]) -> Iterator[list[Evidence]]:
    """Evidence in runs of the same claim that stand alike: same verdict, strength, method, trust, reason."""
    for _, same in groupby(evidence, key=_standing):
        yield list(same)


def claim_lines(same: Sequence[Evidence]) -> list[str]:
    """The lines about one claim at sizes that stand alike."""
    first, words = fewest(same), group_words(same)
    name = f"{first.claim}: " if first.claim else ""
    if first.convention:
        words += f" ({first.convention})"
    lines = _wrapped(f"  {MARKS[first.status]:<8}", name + words)
    for detail in (*judged_words(same), *details(first)):
        lines += _wrapped(" " * 10, detail)
    return lines


def judged_words(same: Sequence[Evidence]) -> list[str]:
    """The statement that was judged at the first size, and where those of later sizes have another form, the first of each."""
    if len(same) == 1:
        return statement_words(same[0])
    told: dict[object, Evidence] = {}
    for evidence in same:
        told.setdefault(form_of(evidence.statement), evidence)
    lines = [words for evidence in islice(told.values(), MOST_FORMS) for words in statement_words(evidence, evidence.size)]
    more = len(told) - MOST_FORMS
    return lines + ([f"and in {_plural(more, 'other form')} at other sizes"] if lines and more > 0 else [])


def group_words(same: Sequence[Evidence]) -> str:
    """The verdict about one claim at sizes that stand alike, with the scopes and sizes of all."""
    scopes = list(dict.fromkeys(e.finding.scope for e in same if e.finding is not None and e.finding.scope))
    return verdict_words(fewest(same), sizes_words([e.size for e in same if e.size]), scope_words(scopes, len(same)))


def fewest(same: Sequence[Evidence]) -> Evidence:
    """The first of these, with no more samples than each of the others was tried on."""
    first = same[0]
    if first.finding is None or first.finding.verdict is not Verdict.UNREFUTED:
        return first
    checked = min(e.finding.checked for e in same if e.finding is not None)
    return replace(first, finding=replace(first.finding, checked=checked))


def score_lines(score: Score) -> list[str]:
    """The lines about the mutants of one construction: how they ended, what is left open on purpose, what is wrong."""
    mark = {Status.MET: "", Status.WEAKER: "WEAKER"}.get(score.status, MARKS[score.status])
    lines = _wrapped(f"  {mark:<8}", f"mutants: {'' if score.problem else f'{score.size}: '}{score.words()}")
    for text in (*score.explanations(), *score.complaints()):
        lines += _wrapped(" " * 10, text)
    return lines


def summary_lines(evidence: Sequence[Evidence], changes: Sequence[str] = (), scores: Sequence[Score] = ()) -> list[str]:
    """The last lines: how many claims stand how, what weakened against the base, and what follows for the exit code."""
    counts = Counter(e.status for e in evidence)
    parts = [f"{counts[status]} {SUMMARY[status]}" for status in Status if counts[status]]
    constructions = len({e.construction for e in evidence})
    code = final_code(evidence, changes, scores)
    checks, files = _plural(len(evidence), "check"), _plural(constructions, "construction")
    lines = _wrapped("", f"{checks} in {files}: {', '.join(parts) or 'nothing was checked'}")
    vague = sum(score.status is Status.WEAKER for score in scores)
    if vague:
        lines += _wrapped("", f"{_plural(vague, 'construction')} with mutants that are not explained")
    weak = any(e.status is Status.WEAKER for e in evidence) or changes
    outcome = OUTCOMES[code] if code != Status.WEAKER.value or weak else "mutants show that claims say too little"
    return [*lines, f"exit {code}: {outcome}"]


def fence_lines(lacking: str) -> list[str]:
    """What the system does not offer to fence constructions off with; nothing when the fence was whole."""
    if not lacking:
        return []
    return _wrapped(
        "",
        f"this system lacks {lacking}: constructions were held by Python's own hooks, and what the kernel "
        "cannot check was settled anew",
    )


def final_code(evidence: Sequence[Evidence], changes: Sequence[str] = (), scores: Sequence[Score] = ()) -> int:
    """The exit code of a run; a change for the worse against the base counts as weaker, and so do unexplained mutants."""
    statuses = [e.status for e in evidence] + [score.status for score in scores]
    return exit_code(statuses + [Status.WEAKER] * bool(changes))


def sizes_words(labels: Sequence[str]) -> str:
    """Sizes together: "n = 2..8, 16", "(d_x, k) = (1, 2), (1, 3)", instances by name."""
    if len(labels) < 2 or not all(" = " in label for label in labels):
        return ", ".join(labels)
    rows = [[part.partition(" = ")[::2] for part in label.split(", ")] for label in labels]
    names = [name for name, _ in rows[0]]
    values = [[value for _, value in row] for row in rows]
    if len(names) > 1:
        return f"({', '.join(names)}) = {', '.join('(' + ', '.join(row) + ')' for row in values)}"
    numbers = [value for (value,) in values]
    if not all(number.isdigit() for number in numbers):
        return f"{names[0]} = {', '.join(numbers)}"
    return f"{names[0]} = {_ranges(sorted(set(map(int, numbers))))}"


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}..{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def scope_words(scopes: Sequence[str], count: int) -> str:
    """The scopes of several sizes in one: of those that differ in growing or falling numbers alone the first and the last.

    So nothing that is left out is another kind of domain than what stands beside it.
    """
    if len(scopes) < 2:
        return "these networks" if [*scopes] == ["this network"] and count > 1 else "".join(scopes)
    runs: list[list[str]] = []
    for scope in scopes:
        if runs and _goes_on([runs[-1][0], runs[-1][-1], scope]):
            runs[-1].append(scope)
        else:
            runs.append([scope])
    ends = [scope for run in runs for scope in (run[0], *(["...", run[-1]] if len(run) > 1 else []))]
    return ", ".join([ends[0], *map(domain_words, ends[1:])])


def _goes_on(scopes: Sequence[str]) -> bool:
    """Whether the scopes have the same words, and each number in them, exponents apart, only grows or only falls."""
    domains = [domain_words(scope) for scope in scopes]
    bare = [EXPONENT.sub("", domain) for domain in domains]
    if len({NUMBER.sub("#", domain) for domain in bare}) > 1:
        return False
    powers = [EXPONENT.findall(domain) for domain in domains]
    numbers = [[*NUMBER.findall(domain), *found] for domain, found in zip(bare, powers, strict=True)]
    columns = [[int(number) for number in column] for column in zip_longest(*numbers, fillvalue="1")]  # no exponent is 1
    return all(sorted(column) in (column, column[::-1]) for column in columns)


def _standing(evidence: Evidence) -> tuple[object, ...]:
    finding = evidence.finding
    base = (evidence.claim, evidence.status, evidence.problem)
    if finding is None or finding.witness is not None:
        return (*base, evidence.size if finding is not None else "")
    reason = finding.reason.replace(domain_words(finding.scope) or " ", "")
    return (*base, finding.verdict, finding.strength, finding.method, finding.trust, finding.assumptions, reason)


def _wrapped(start: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=start, subsequent_indent=" " * max(len(start), 2) if start else "", break_long_words=True
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
