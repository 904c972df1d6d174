"""The rows of an evidence box: for each claim what was found, how, what must be believed, and whether the floor is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from proofcheck.exact import rational_of
from proofcheck.site import prose
from proofcheck.site.subject import Subject
from proofcheck.site.views import ClaimView, Settlement, scope_html

SHOWN_VALUES = 12


def claim_box(claim: ClaimView, subject: Subject) -> dict[str, Any]:
    """A claim with its marks and the rows of what stands behind them: inputs, method, trust, assumptions, floor, certificate."""
    head = prose.inline(claim.name[0].upper() + claim.name[1:])
    rows: list[tuple[str, str]] = []
    several = len(claim.settlements) > 1
    for settlement in claim.settlements:
        at = f" at {settlement.mark.scope}" if several else ""
        rows += _settlement(settlement, escape(at))
    floor = claim.description.floor.name.lower()
    rows.append(("Floor", f"{floor}: met" if claim.met else f'{floor}: <span class="under">not met</span>'))
    made = subject.witnessed.made
    dated = made.get("date", "")
    seconds = sum(s.seconds for s in claim.settlements)
    parts = [dated, made.get("versions", ""), f"{seconds:.2f} s" if seconds >= 0.005 else ""]
    checked = "; ".join(part for part in parts if part)
    if checked:
        rows.append(("Checked", escape(checked)))
    if claim.shown is not None and claim.shown.certificate:
        at = f" ({scope_html(claim.shown.size)})" if claim.shown.size else ""
        digest = claim.shown.certificate
        grouped = " ".join(digest[i : i + 4] for i in range(0, 32, 4))
        rows.append(("Certificate", f'<span class="hash" title="{digest}">sha256 {grouped} …</span>{at}'))
    return {"head": head, "marks": claim.marks, "rows": rows}


def _settlement(settlement: Settlement, at: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    scopes = settlement.scopes
    if scopes and scopes[0] not in ("this network",):
        text = scopes[0] if len(scopes) == 1 else f"{scopes[0]}, …, {scopes[-1].removeprefix('all inputs in ')}"
        rows.append((f"Inputs{at}", scope_html(text if len(text) < 260 else f"{text[:240]} … (in full in the JSON download)")))
    if settlement.methods:
        rows.append(
            (
                f"Method{at}",
                escape(", ".join(settlement.methods))
                + (f"; {settlement.checked} inputs evaluated" if settlement.checked else ""),
            )
        )
    if settlement.mark.how == "certified":
        rows.append((f"Trust{at}", "the kernel and Python’s integers"))
    elif settlement.trust or settlement.mark.how == "established":
        rows.append((f"Trust{at}", escape("; ".join(settlement.trust)) or "the checkers of this package and Python’s integers"))
    if settlement.mark.how in ("certified", "established", "unrefuted"):
        rows.append((f"Assuming{at}", "; ".join(prose.inline(text) for text in settlement.assumptions) or "nothing"))
    if settlement.reasons and settlement.mark.how not in ("certified",):
        rows.append((f"Because{at}", prose.inline("; ".join(settlement.reasons[:3]))))
    for size, witness in settlement.witnesses[:2]:
        where = f"at {scope_html(size)}: " if size else ""
        rows.append(("Witness", where + witness_words(witness)))
    return rows


def floors_words(claims: Sequence[ClaimView]) -> str:
    """Whether every floor is met, in words."""
    below = sum(not claim.met for claim in claims)
    return "every floor met" if not below else f"{below} below the floor"


def witness_words(witness: Mapping[str, Any]) -> str:
    """The input, what was found there, and what was expected, of a property nothing; many values are counted."""
    parts = []
    for key, head in (("inputs", "input"), ("found", "found"), ("expected", "expected")):
        values = [str(rational_of(value)) for value in witness[key][:SHOWN_VALUES]]
        more = f" … ({len(witness[key])} values)" if len(witness[key]) > SHOWN_VALUES else ""
        parts += [f"{head} {', '.join(values)}{more}"] if values else []
    return "; ".join(parts)
