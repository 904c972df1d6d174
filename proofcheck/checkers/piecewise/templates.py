"""Small proofs that are alike up to the names of their variables are searched for once.

A network repeats its gadgets, so most of its lemmas differ from an earlier one in names only. What the search for the first one
decided is repeated for the others; their sums are worked out anew, so a wrong match costs a search and nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from proofcheck.checkers.piecewise.effort import Effort, Failed
from proofcheck.checkers.piecewise.polynomials import Polynomial, variables_of
from proofcheck.checkers.piecewise.proof_forms import Fact
from proofcheck.checkers.piecewise.scope import Known, Near, Tree, scope_of
from proofcheck.checkers.piecewise.trees import Script, prove


@dataclass
class Templates:
    """The searches so far, by the shape of what was to be proved; None where it failed."""

    scripts: dict[Hashable, Script | None] = field(default_factory=dict)

    def prove(self, known: Known, fact: Fact, effort: Effort, near: Near | None) -> Tree:
        """`trees.prove`, by an earlier search where one is alike."""
        shape = shape_of(known, fact, near)
        if shape in self.scripts:
            earlier = self.scripts[shape]
            if earlier is None:
                raise Failed({})
            try:
                return prove(known, fact, effort, near, Script(earlier.items, ready=True))
            except Failed:
                pass
        script = Script()
        try:
            tree = prove(known, fact, effort, near, script)
        except Failed:
            self.scripts[shape] = None
            raise
        self.scripts[shape] = script
        return tree


def shape_of(known: Known, fact: Fact, near: Near | None) -> Hashable:
    """The fact and all that is known of the variables in scope, with the variables numbered as they occur."""
    forms, rules, number = known.forms, known.rules, dict[int, int]()

    def named(polynomial: Polynomial) -> Hashable:
        form = rules.reduced(polynomial)
        for v in sorted(variables_of(form), key=forms.order, reverse=True):
            number.setdefault(v, len(number))
        return frozenset((tuple(sorted(number[v] for v in m)), q) for m, q in form.items())

    relation, goal = fact
    parts: list[Hashable] = [near, relation, named(goal)]
    scope = scope_of(known, [rules.reduced(goal)], near)
    for v in scope:
        number.setdefault(v, len(number))
        definition = forms.definitions.get(v)
        if definition is None:
            parts.append(tuple((r, named(p)) for r, p in forms.facts(v)))
        else:
            parts.append((definition.operation, definition.number, *map(named, definition.arguments)))
    inside = set(scope)
    for i in sorted({i for v in scope for i in known.of_variable.get(v, ())}):
        if variables_of(known.bounds[i].form) <= inside:
            parts.append((known.bounds[i].relation, named(known.bounds[i].form)))
    parts.append(tuple(number[v] for v in sorted(number, key=forms.order)))
    return tuple(parts)
