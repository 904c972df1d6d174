"""Small n, exactly: run a family and the ghosts of a contract over inputs, and look for one on which the contract fails."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

from proofcheck.checkers.task import Budget, seed_of
from proofcheck.claims.evidence import Witness
from proofcheck.domains import Domain, domain_of
from proofcheck.exact import rational_of
from proofcheck.families import FamilyStatement
from proofcheck.families.arrays import mapped, ordered, staged
from proofcheck.families.calls import called_over
from proofcheck.families.composition import bound_by, copy_of, flat, grouped, lengths_at, run, shapes
from proofcheck.families.unroll import SPLITS, all_of, defined, evaluated, units_at
from proofcheck.families.words import fact_words, told

Row = list[Fraction]
Json = Mapping[str, Any]
LARGEST_N, LARGEST_ARRAY, MOST_STEPS = 6, 4, 2
MOST_INPUTS = 300
REALS = ["interval", None, None]
CORNERS = (0, 1, -1, 2, Fraction(1, 2), -2, 3, Fraction(1, 3), -3, 100)


@dataclass(frozen=True)
class Counterexample:
    """An input on which a fact of the contract fails, at = "n = 3". It was found that what the fact compares with 0 has the value
    that the witness found. Inputs are those of all steps, leaves or cells, one after another, then the fixed ones; an array row
    by row; of copies and sequences those of the network.
    """

    at: str
    domain: Domain
    fact: str
    witness: Witness


def counterexample(statement: FamilyStatement, budget: Budget, most_inputs: int = MOST_INPUTS) -> Counterexample | None:
    """A small n and an input on which the contract fails; None when none was found among so many at each n."""
    family, contract, rule = statement.family, statement.contract, statement.family["rule"]
    if rule in ("parallel", "sequence"):
        return _composed(statement, budget, most_inputs)
    draw = random.Random(seed_of(statement.digest, str(budget.seed)))
    most = LARGEST_N if rule in ("fold", "tree", "sort") else LARGEST_ARRAY
    sizes = [(n, 0) for n in [*range(1, most + 1), *([0] if family.get("first") == 0 else [])]]
    if rule == "calls":
        sizes = sorted(((n, p) for n in range(most + 1) for p in range(1, most)), key=sum)
    for n, p in sizes:
        for point in islice(_points(_sets(family, contract, n, p), draw), most_inputs):
            failed = next(failures(family, contract, n, point, p), None)
            if failed is not None:
                sets = _sets(family, contract, n, p)
                words, value, more = failed
                domain = Domain(tuple(s for one in sets for s in _alone(one).sets))
                return Counterexample(f"n = {n}{more}", domain, words, Witness(tuple(point), (value,), (Fraction(0),)))
    return None


def _composed(statement: FamilyStatement, budget: Budget, most_inputs: int) -> Counterexample | None:
    """The same of families made of families."""
    family, contract = statement.family, statement.contract
    draw, (taken, _, least) = random.Random(seed_of(statement.digest, str(budget.seed))), shapes(family)
    most = {1: LARGEST_N, 2: LARGEST_ARRAY}.get(len(least), 2)
    for sizes in sorted(product(*(range(q, max(most, q) + 1) for _, q in least)), key=sum):
        lengths = lengths_at([shape for _, shape in taken], sizes)
        sets = [one for (one, _), length in zip(taken, lengths, strict=True) for _ in range(prod(length))]
        for point in islice(_points(sets, draw), most_inputs):
            failed = next(_failed(family, contract, sizes, grouped(point, lengths)), None)
            if failed is not None:
                domain = Domain(tuple(s for one in sets for s in _alone(one).sets))
                where = ", ".join(f"{name} = {size}" for (name, _), size in zip(least, sizes, strict=True))
                return Counterexample(
                    f"{where}{failed[2]}", domain, failed[0], Witness(tuple(point), (failed[1],), (Fraction(0),))
                )
    return None


def _failed(family: Json, contract: Json, sizes: Sequence[int], x: Sequence[Any]) -> Iterator[tuple[str, Fraction, str]]:
    """The facts that fail of any part, as in `failures`: of a sequence also what is put out beside the sets that come next."""
    if family["rule"] == "parallel":
        for i in range(sizes[0]):
            yield from _named(f"copy {i}", _failed(family["block"], contract, sizes[1:], copy_of(family, x, i)))
    elif family["rule"] == "sequence":
        before, behind = family["first"], family["second"]
        yield from _named("the first part", _failed(before, contract["first"], sizes, x))
        bound = bound_by(before, behind)
        if bound is None or not _assumed(before, contract["first"], sizes, x):
            return
        middle, inner = run(before, sizes, _some(before), x), [sizes[p] - less for p, less in bound]
        for i, ((one, _), values) in enumerate(zip(shapes(behind)[0], middle, strict=True)):
            for value in flat(values):
                if not _alone(one).contains([value]):
                    yield f"output {i} of the first part in {_alone(one).describe()}", value, ""
        yield from _named("the second part", _failed(behind, contract["second"], inner, middle))
    elif not contract.get("others"):
        yield from failures(family, contract, sizes[0], _in_steps(family, x), sizes[-1])


def _named(what: str, failed: Iterator[tuple[str, Fraction, str]]) -> Iterator[tuple[str, Fraction, str]]:
    """The same facts, said to be about a part."""
    return ((f"of {what}: {words}", value, more) for words, value, more in failed)


def _in_steps(family: Json, x: Sequence[Any]) -> Row:
    """Inputs as `failures` reads them: those of each step, leaf or cell together, then what is fixed."""
    rule = family["rule"]
    if rule in ("stages", "sort"):
        return flat(x[0])
    kept = len(family["block"]["fixed"] if rule == "calls" else family["inputs"])
    rest = [digit for place in zip(*x[kept:], strict=True) for digit in place] if rule == "calls" else list(x[kept:])
    return [value for row in zip(*x[:kept], strict=True) for value in row] + rest


def _assumed(family: Json, contract: Json, sizes: Sequence[int], x: Sequence[Any]) -> bool:
    """Whether inputs satisfy the premises of a contract."""
    rule = family["rule"]
    if rule == "parallel":
        return all(_assumed(family["block"], contract, sizes[1:], copy_of(family, x, i)) for i in range(sizes[0]))
    if rule == "sequence":
        return _assumed(family["first"], contract["first"], sizes, x)
    if rule == "cells" and "heads" in contract:
        return bool(sum(evaluated(contract["heads"]["count"], cell) for cell in zip(*x, strict=True)) <= 1)
    kept = len(family["inputs"] if rule == "fold" else family["block"]["fixed"] if rule == "calls" else x)
    words = [*map(_spelled, x[kept:]), Fraction(2) ** sizes[-1], Fraction(sizes[0])] if rule == "calls" else x[kept:]
    return not contract.get("others") and all(met(fact, words) for fact in contract.get("premises", []))


def _some(family: Json) -> Any:
    """A way to divide the trees in a family."""
    if family["rule"] in ("parallel", "sequence"):
        return _some(family["block"]) if family["rule"] == "parallel" else [_some(family["first"]), _some(family["second"])]
    return "halves" if family["rule"] == "tree" else None


def _alone(raw: Any) -> Domain:
    """The domain of one coordinate."""
    return domain_of({"sets": [[raw, 1]], "constraints": [], "different": []})


def _sets(family: Json, contract: Json, n: int, p: int) -> list[Any]:
    """The set of each coordinate of an input."""
    if family["rule"] == "calls":
        return list(family["block"]["fixed"] * n + family["block"]["inputs"][len(family["state"]) :] * p)
    arrays = n * n * contract["others"] if family["rule"] == "stages" else 0
    return list(family["inputs"] * (n * n if family["rule"] == "stages" else n) + family.get("fixed", []) + [REALS] * arrays)


def failures(family: Json, contract: Json, n: int, point: Row, p: int = 0) -> Iterator[tuple[str, Fraction, str]]:
    """The facts of a contract that fail at an input: in words, each with its value and what else there is to say than n."""
    rule = family["rule"]
    width = len(family["block"]["fixed"] if rule == "calls" else family["inputs"])
    x, f = [list(point[i * width : (i + 1) * width]) for i in range(n)], list(point[n * width :])
    if rule == "cells":
        yield from _cells(family, contract, x)
    elif rule == "calls":
        yield from _calls(family, contract, x, f, p)
    elif rule == "stages":
        rows = [list(point[i * n : (i + 1) * n]) for i in range(len(point) // n)]
        yield from _stages(family, contract, [rows[i : i + n] for i in range(0, len(rows), n)])
    elif rule == "sort":
        pairs = zip(ordered(family, point), sorted(point, reverse=True), strict=True)
        yield from ((f"output {j} less the input of this rank == 0", a - b, "") for j, (a, b) in enumerate(pairs) if a != b)
    elif rule == "tree" or all(met(fact, f) for fact in contract["premises"]):
        yield from ((words, value, "") for words, value in _wrong(family, contract, x, f))


def _cells(family: Json, contract: Json, tape: Sequence[Row]) -> Iterator[tuple[str, Fraction, str]]:
    """Wires of cells that are not as by the rule, each with its difference."""
    meant, found = tape, tape
    if "heads" in contract and sum(evaluated(contract["heads"]["count"], cell) for cell in tape) > 1:
        return
    rule = {**family, "nodes": contract["ghosts"]["nodes"], "state": contract["ghosts"]["step"]}
    for T in range(1, MOST_STEPS + 1):
        found, meant = mapped(family, found), mapped(rule, meant)
        for i, (a, b) in enumerate(zip(found, meant, strict=True)):
            for w, (p, q) in enumerate(zip(a, b, strict=True)):
                if p != q:
                    yield f"wire {w} of cell {i} less what the rule says == 0", p - q, f", T = {T}"


def _stages(family: Json, contract: Json, given: Sequence[Sequence[Row]]) -> Iterator[tuple[str, Fraction, str]]:
    """Claims about the last array that fail, of arrays d, E0, ... that satisfy the premises."""
    named = {"d": given[0]} | {f"E{e}": array for e, array in enumerate(given[1:])}
    if next(_false(contract["premises"], named), None) is None:
        last = staged(family, given[0])
        yield from _false(contract["claims"], named | {"D": last})
        yield from _walks(given[0], last) if "walks" in contract else ()


def _walks(d: Sequence[Row], last: Sequence[Row]) -> Iterator[tuple[str, Fraction, str]]:
    """Entries that are above the length of a walk of up to 2 n edges, or below that of every one where no edge is negative."""
    n, best = len(d), [list(row) for row in d]
    for _ in range(2 * n):
        best = [[min(best[i][j], *(best[i][m] + d[m][j] for m in range(n))) for j in range(n)] for i in range(n)]
    whole = all(length >= 0 for row in d for length in row)
    for i, j in product(range(n), repeat=2):
        if last[i][j] > best[i][j] or (whole and last[i][j] < best[i][j]):
            yield f"D[{i},{j}] less the least length of a walk == 0", last[i][j] - best[i][j], ""


def _false(claims: Sequence[Any], arrays: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, Fraction, str]]:
    """Claims about arrays that are false at some indices, once all are finished."""
    for reads, _, relation, polynomial in claims:
        letters = list(dict.fromkeys(v for _, i, j in reads for v in (i, j)))
        for chosen in product(range(len(arrays["d"])), repeat=len(letters)):
            at = dict(zip(letters, chosen, strict=True))
            value = Fraction(evaluated(polynomial, [arrays[a][at[i]][at[j]] for a, i, j in reads]))
            if not _met(relation, value):
                yield fact_words([relation, polynomial], [f"{a}[{at[i]},{at[j]}]" for a, i, j in reads]), value, ""


def met(fact: Sequence[Any], table: Sequence[Fraction]) -> bool:
    """Whether a fact holds of the values of a table."""
    return _met(fact[0], Fraction(evaluated(fact[1], table)))


def _calls(family: Json, contract: Json, x: Sequence[Row], digits: Row, p: int) -> Iterator[tuple[str, Fraction, str]]:
    """The facts about words of p bits that fail; the digits of given words come place by place, as their sets do."""
    ghosts, given = contract["ghosts"], len(family["block"]["inputs"]) - len(family["state"])
    a = [digits[w::given] for w in range(given)]
    fixed = [*map(_spelled, a), Fraction(2) ** p, Fraction(len(x))]
    if not all(met(fact, fixed) for fact in contract["premises"]):
        return
    grown = all_of(ghosts["init"], fixed)
    out, words = called_over(family, x, a, p)
    rows: list[tuple[str, Row]] = []
    for k, (row, put) in enumerate(zip(x, out, strict=True)):
        R = Fraction(2) ** k
        rows.append(("each", [*put, *grown, *row, *fixed, R, Fraction(k)]))
        grown = all_of(ghosts["step"], defined(ghosts["nodes"], [*grown, *row, *fixed, R, *put]))
    rows.append(("conclusion", [*map(_spelled, words), *grown, *fixed, Fraction(2) ** len(x)]))
    for which, table in rows:
        for words_of, fact in zip(told(family, contract, which), contract[which], strict=True):
            if not met(fact, table):
                yield words_of, Fraction(evaluated(fact[1], table)), f", p = {p}"
    digit = "d*d - d == 0 for each digit d of a word"
    yield from ((digit, d * d - d, f", p = {p}") for word in words for d in word if d not in (0, 1))


def _spelled(word: Row) -> Fraction:
    """The number that a word spells, least significant digit first."""
    return sum((digit * 2**i for i, digit in enumerate(word)), Fraction(0))


def _wrong(family: Json, contract: Json, x: Sequence[Row], f: Row) -> Iterator[tuple[str, Fraction]]:
    """The facts of a contract that fail at these inputs, in words, each with its value."""
    rows = _fold_rows(family, contract, x, f) if family["rule"] == "fold" else _tree_rows(family, contract, x)
    words = {key: told(family, contract, key) for key in ("conclusion", "each")}
    for which, table in rows:
        for text, (relation, polynomial) in zip(words[which], contract[which], strict=True):
            value = Fraction(evaluated(polynomial, table))
            if not _met(relation, value):
                yield text, value


def _met(relation: str, value: Fraction) -> bool:
    return value == 0 if relation == "==" else value > 0 or (relation == ">=" and value == 0)


def _fold_rows(family: Json, contract: Json, x: Sequence[Row], f: Row) -> Iterator[tuple[str, Row]]:
    """Each list of facts by its key with the table it speaks of, step after step, the conclusion at the end."""
    first, ghosts = family["first"], contract["ghosts"]
    beginning = [*x[0], *f] if first else f
    state, grown = all_of(family["init"], beginning), all_of(ghosts["init"], beginning)
    for k in range(first, len(x)):
        u = units_at(family, k)
        table = defined(family["nodes"], [*state, *x[k], *f, *u])
        emitted = all_of(family["emit"], table)
        yield "each", [*emitted, *grown, *x[k], *f, *u, Fraction(k)]
        state = all_of(family["state"], table)
        grown = all_of(ghosts["step"], defined(ghosts["nodes"], [*grown, *x[k], *f, *u, *emitted]))
    u = units_at(family, len(x))
    outputs = all_of(family["outputs"], defined(family["last"], [*state, *f, *u]))
    yield "conclusion", [*outputs, *grown, *f, *u, Fraction(len(x))]


def _tree_rows(family: Json, contract: Json, x: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    """The conclusion at each split; the ghosts go from left to right, whatever the split."""
    ghosts, leaf, merge = contract["ghosts"], family["leaf"], family["merge"]
    grown = all_of(ghosts["leaf"], x[0])
    for row in x[1:]:
        grown = all_of(ghosts["merge"], defined(ghosts["nodes"], [*grown, *all_of(ghosts["leaf"], row)]))

    def state(rows: Sequence[Row], cut: Any) -> Row:
        if len(rows) == 1:
            return all_of(leaf["state"], defined(leaf["nodes"], rows[0]))
        at = cut(len(rows))
        return all_of(merge["state"], defined(merge["nodes"], [*state(rows[:at], cut), *state(rows[at:], cut)]))

    for cut in SPLITS.values():
        outputs = all_of(family["outputs"], defined(family["last"], state(x, cut)))
        yield "conclusion", [*outputs, *grown]


def _points(sets: Sequence[Any], draw: random.Random) -> Iterator[Row]:
    """Corners first, all combinations while they are few; then members drawn at random."""
    members = [_members(raw) for raw in sets]
    count = 1
    for values in members:
        count *= len(values)
    if count <= MOST_INPUTS:
        yield from (list(point) for point in product(*members))
        return
    yield from (list(point) for point in islice(product(*(values[:2] for values in members)), MOST_INPUTS // 4))
    while True:
        yield [draw.choice(values) for values in members]


def _members(raw: Sequence[Any]) -> Row:
    """Some members of a set, its ends among them."""
    if raw[0] == "grid":
        low, step, count = rational_of(raw[1]), rational_of(raw[2]), raw[3]
        places = sorted({0, 1, 2, 3, count // 2, count - 2, count - 1} & set(range(min(count, 1 << 62))))
        return [low + step * place for place in places]
    parts = raw[1] if raw[0] == "intervals" else [raw[1:]]
    found: list[Fraction] = []
    for part in parts:
        least, most = (None if end is None else rational_of(end) for end in part)
        ends = [end for end in (least, most) if end is not None]
        middle = [(least + most) / 2, (3 * least + most) / 4] if least is not None and most is not None else []
        inner = [Fraction(c) for c in CORNERS if (least is None or c >= least) and (most is None or c <= most)]
        found += list(dict.fromkeys([*ends, *middle, *inner]))
    return found
