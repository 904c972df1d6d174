"""How the networks of a construction grow: plots of what was counted against what is claimed, and a table."""

from __future__ import annotations

from fractions import Fraction
from html import escape
from typing import Any

from proofcheck.catalogue.items import measured
from proofcheck.errors import ProofcheckError
from proofcheck.site.notation import mathml, of_size
from proofcheck.site.plots import FEWEST, Plot
from proofcheck.site.subject import Subject
from proofcheck.site.views import scope_html
from proofcheck.spec.relations import MEASURES, Size, relation_of

LONGEST_FORMULA = 620
COUNTED = ("depth", "width", "neurons", "nonzeros")


def plots(subject: Subject) -> list[dict[str, str]]:
    """A plot for each measure of which a claim gives a formula in one whole parameter."""
    found: dict[str, dict[str, str]] = {}
    for claim in subject.claims:
        readings = {str(r["relation"]): r["relation"] for e in claim.entries if "relation" in (r := e.get("reading") or {})}
        if len(readings) != 1 or not claim.relation:
            continue
        relation = relation_of(next(iter(readings.values())))
        names = relation.parameters()
        fact = next((e["reading"] for e in claim.entries if "relation" in (e.get("reading") or {})), None)
        alone = measured(fact) if fact else []
        if len(names) != 1 or not alone or alone[0][0] in found or alone[0][0] not in MEASURES:
            continue
        (parameter,) = names
        measure, op, _ = alone[0]
        side = relation.right if relation.left.op == "measure" else relation.left
        dots = []
        for entry in claim.entries:
            value = (entry.get("reading") or {}).get("parameters", {}).get(parameter)
            if type(value) is int and entry["size"] in subject.counted and hasattr(subject.counted[entry["size"]], measure):
                dots.append((value, Fraction(getattr(subject.counted[entry["size"]], measure))))
        if len(dots) < FEWEST:
            continue

        def claimed(n: int, side: Any = side, parameter: str = parameter) -> Fraction | None:
            try:
                return Fraction(side.value({}, {parameter: n}))
            except ProofcheckError:
                return None

        plot = Plot(measure.replace("_", " "), parameter, tuple(sorted(dots)), claimed, op, _formula(side))
        sign = "" if op == "==" else "at most " if op == "<=" else "at least "
        found[measure] = {"title": plot.measure.capitalize(), "formula": sign + plot.formula, "svg": plot.svg()}
    order = [m for m in (*COUNTED, *found) if m in found]
    return [found[m] for m in dict.fromkeys(order)][:6]


def _formula(side: Size) -> str:
    """In MathML, or, where that is too long for a caption, as it is written in Python, which wraps."""
    formula = mathml(of_size(side))
    return formula if len(formula) < LONGEST_FORMULA else f'<code class="wrapped">{escape(side.describe())}</code>'


def table(subject: Subject) -> dict[str, Any] | None:
    """The counted networks as rows; of many sizes the first dozen, the last, and some between."""
    if not subject.counted:
        return None
    rows = list(subject.counted.items())
    kept = (
        rows
        if len(rows) <= 24
        else [r for i, r in enumerate(rows) if i < 12 or i % max(1, len(rows) // 12) == 0 or i == len(rows) - 1]
    )
    measures = ("inputs", "outputs", *COUNTED, "weight_bits")
    return {
        "measures": [m.replace("_", " ") for m in measures],
        "rows": [(scope_html(size), [str(getattr(found, m)) for m in measures]) for size, found in kept],
    }
