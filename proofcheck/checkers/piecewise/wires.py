"""What the wires of a network mean: each neuron as an affine combination of terms, proved from the wires that it reads.

A strictly layered network carries a number v as relu(v) and relu(-v), or as relu(v + C). Such pairs and carries are
recognised, and every other neuron is compared, at a few exact inputs, with the terms of the statement. What agrees there
becomes a lemma, with a small tree over the neuron's own arguments. So the work grows with the number of wires.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from proofcheck.checkers.piecewise.bends import Bends
from proofcheck.checkers.piecewise.effort import Effort, Failed
from proofcheck.checkers.piecewise.farkas import solve
from proofcheck.checkers.piecewise.polynomials import (
    Number,
    Polynomial,
    add,
    constant,
    difference,
    is_constant,
    linear,
    plain,
    scaled,
    variable,
    variables_of,
)
from proofcheck.checkers.piecewise.proof_forms import Fact, Forms
from proofcheck.checkers.piecewise.scope import Known, Near
from proofcheck.checkers.piecewise.signatures import Signatures, normal
from proofcheck.checkers.piecewise.templates import Templates
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.term import Term, affine, extremum

CANDIDATES = 4
NEAR = (Near(1), Near(2))
NETWORK = 2  # the rank of nodes of the network


@dataclass
class Wires:
    """The reading of one network. unread: neurons without a meaning; final: those that keep none."""

    known: Known
    signatures: Signatures
    templates: Templates
    effort: Effort
    invent: bool = False
    arguments: dict[int, Polynomial] = field(default_factory=dict)
    bends: Bends = field(init=False)
    final: set[int] = field(default_factory=set)
    by_reads: dict[frozenset[int], list[int]] = field(default_factory=dict)
    others: dict[int, list[Polynomial]] = field(default_factory=dict)  # equal to a term, by lemmas that are no rules

    def __post_init__(self) -> None:
        self.bends = Bends(self.forms, self.known.rules)

    @property
    def forms(self) -> Forms:
        """The variables of the statement's proof."""
        forms = self.known.forms
        assert isinstance(forms, Forms)
        return forms

    def read(self) -> None:
        """Go through the network and find out what each node carries."""
        forms, known = self.forms, self.known
        for t in sorted((t for t in forms.terms.values() if forms.rank[t][0] == 1), key=forms.order):
            if known.rules.get(t) is None and not self.bent(t):
                self.bends.enter(t)
        for v in range(forms.inputs, forms.first):
            definition = forms.definitions[v]
            argument = self.settled(definition.arguments[0])
            if definition.operation == "identity":
                if len(argument) > 1 or not self.equal(v, argument):
                    known.define(v)
            elif definition.operation == "relu":
                self.neuron(v, argument)
            else:
                self.final.add(v)
                self.signatures.enter(v)
        for v in forms.output:
            self.settled(variable(v))

    def neuron(self, v: int, argument: Polynomial) -> None:
        """A relu neuron: one that bends where a variable before it does, a carry, or one to be read when it is needed."""
        if self.bent(v):
            return
        signature = self.signatures.of(argument)
        for sign in (1, -1):
            if all(sign * x >= 0 for x in signature):
                if len(argument) == 1:  # what a term is bounded by is of use for later ones
                    self.lemma((">=", scaled(argument, sign)))
                if self.equal(v, argument if sign > 0 else {}):
                    return
        self.arguments[v] = argument
        self.bends.enter(v)

    def bent(self, v: int) -> bool:
        """Whether v is proved affine in an earlier variable that bends at the same place."""
        value = self.bends.value(v)
        return value is not None and self.equal(v, value, (Near(0), *NEAR))

    def settled(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial reduced, with a meaning for each neuron in it that has one."""
        while True:
            form = self.shorter(self.known.rules.reduced(polynomial))
            unread = [v for m in form for v in m if self.known.forms.rank[v][0] == NETWORK and v in self.arguments]
            unread = [v for v in unread if v not in self.final]
            if not unread:
                return form
            v = max(unread)
            if self.beside(v) or self.whole(form) or self.alone(v) or (self.invent and self.invented(v, form)):
                self.counterpart(v)
            else:
                self.final.add(v)
                self.signatures.enter(v)

    def whole(self, form: Polynomial) -> bool:
        """Whether the form itself is a term, up to scale and shift."""
        found = (add(scaled(variable(t), a), constant(b)) for t, a, b in self.like(form))
        return any(self.lemma(("==", difference(form, other))) for other in found)

    def beside(self, v: int) -> bool:
        """Whether v comes of a term that reads what its own argument reads."""
        argument = self.known.rules.reduced(self.arguments[v])
        return any(self.equal(v, form) for form in self.spanned(v, argument))

    def alone(self, v: int) -> bool:
        """Whether relu(c t + rest) is c t - c t' for terms t and t', up to shift, or itself a term."""
        argument = self.known.rules.reduced(self.arguments[v])
        for m, c in [((), 1), *argument.items()]:
            if len(m) > 1 or (m and (m == (v,))):
                continue
            part: Polynomial = {m: 1} if m else {}
            apart = add(dict(part), variable(v), -1 / Fraction(c))
            for t, a, b in self.like(apart):
                if self.equal(v, scaled(difference(part, add(scaled(variable(t), a), constant(b))), c)):
                    return True
        return False

    def spanned(self, v: int, argument: Polynomial) -> Iterator[Polynomial]:
        """v as an affine combination of what its argument reads and of a term that reads the same."""
        reads = sorted(variables_of(argument))
        for t in self.readers().get(frozenset(reads), ())[:CANDIDATES]:
            names = [*reads, t]
            columns = {u: self.signatures.values[u] for u in names}
            rows: list[Polynomial] = [{(i,): q for i, q in enumerate(columns[u]) if q} for u in names]
            ones: Polynomial = {(i,): 1 for i in range(self.signatures.count)}
            wanted: Polynomial = {(i,): q for i, q in enumerate(self.signatures.values[v]) if q}
            found = solve([*rows, ones], wanted, [0.0] * (len(names) + 1))
            if found is not None and found[-2]:
                yield linear(found[-1], zip(names, found, strict=False))

    def invented(self, v: int, form: Polynomial) -> bool:
        """A new term for v = relu(A - B): max(A, B) - B or A - min(A, B), whichever leaves the form shorter."""
        forms, argument = self.forms, self.known.rules.reduced(self.arguments[v])
        if not all(len(m) < 2 and all(u in forms.named for u in m) for m in argument):
            return False
        sides = []
        for sign in (1, -1):
            parts: Polynomial = {m: q * sign for m, q in argument.items() if m and q * sign > 0}
            sides.append(add(parts, constant(max(argument.get((), 0) * sign, 0))))
        above, below = (affine(q.get((), 0), [(c, forms.named[m[0]]) for m, c in q.items() if m]) for q in sides)
        choices = []
        for term, side, sign in ((extremum("max", (above, below)), sides[1], 1), (extremum("min", (above, below)), sides[0], -1)):
            if term.op == "constant":
                return False
            rest = add(difference(form, {(v,): form[v,]}), side, -sign * form[v,])
            choices.append((len(rest), sign, term, side))
        _, sign, term, side = min(choices, key=lambda choice: choice[:1])
        t = self.term(term)
        return self.equal(v, scaled(difference(variable(t), side), sign))

    def term(self, term: Term) -> int:
        """The variable of a new term, with its values and its definition."""
        known, forms = self.known, self.forms
        t = forms.term(term)
        for part in postorder((term,)):
            u = forms.terms[part]
            known.define(u)
            self.signatures.term(part, u)
        if known.rules.get(t) is None:
            self.signatures.enter(t)
            self.bends.enter(t)
        return t

    def readers(self) -> dict[frozenset[int], list[int]]:
        """The terms that have cases, by the variables that they read."""
        if not self.by_reads:
            forms, rules = self.forms, self.known.rules
            for t in sorted(forms.terms.values(), key=forms.order):
                if forms.rank[t][0] == 1 and forms.cases(t) and rules.get(t) is None:
                    read = {u for a in forms.definitions[t].arguments for u in variables_of(rules.reduced(a))}
                    self.by_reads.setdefault(frozenset(read), []).append(t)
        return self.by_reads

    def counterpart(self, v: int) -> None:
        """The equation between max(A, B) and min(A, B), where both are terms: v = max(A, B) - B = A - min(A, B)."""
        meaning, known = self.known.rules.reduced(variable(v)), set[int]()
        for m, c in self.known.rules.reduced(self.arguments[v]).items():
            if len(m) != 1:
                continue
            apart = add({m: 1}, meaning, -1 / Fraction(c))
            if len(apart) < 3:
                continue
            for t, a, b in self.like(apart):
                equation = difference(apart, add(scaled(variable(t), a), constant(b)))
                if self.lemma(("==", equation), rule=False):
                    known |= {u for (u, *_) in filter(None, meaning)} | {t}
                    for u in known & {u for (u, *_) in filter(None, equation)}:
                        value = scaled(difference({(u,): equation[u,]}, equation), 1 / Fraction(equation[u,]))
                        self.others.setdefault(u, []).append(value)
                    return

    def shorter(self, form: Polynomial) -> Polynomial:
        """The form with terms replaced by what they equal, as long as that makes it shorter."""
        while True:
            for m, q in form.items():
                for value in self.others.get(m[0], ()) if len(m) == 1 else ():
                    replaced = add(difference(form, {m: q}), value, q)
                    if len(replaced) < len(form):
                        form = replaced
                        break
                else:
                    continue
                break
            else:
                return form

    def like(self, form: Polynomial) -> Iterator[tuple[int, Number, Number]]:
        """Terms t, with a and b, for which form == a t + b at all inputs tried."""
        if is_constant(form):
            return
        shape, a, b = normal(self.signatures.of(form))
        count = 0
        for t in self.signatures.alike.get(shape, ()) if a else ():
            if self.known.rules.get(t) is not None or (t,) in form:
                continue
            _, scale, shift = normal(self.signatures.values[t])
            factor = plain(a / Fraction(scale))
            yield t, factor, plain(b - factor * shift)
            count += 1
            if count == CANDIDATES:
                return

    def equal(self, v: int, polynomial: Polynomial, nears: Sequence[Near] = NEAR) -> bool:
        """Whether v == polynomial is proved."""
        return self.lemma(("==", difference(variable(v), polynomial)), nears=nears)

    def lemma(self, fact: Fact, rule: bool = True, nears: Sequence[Near] = NEAR) -> bool:
        """Whether the fact is proved from what is near; then it is a lemma, and an equality becomes a rule unless told not to."""
        relation, polynomial = fact
        form = self.known.rules.reduced(polynomial)
        if not form or (relation == ">=" and is_constant(form) and form[()] >= 0):
            return True
        for near in nears:
            try:
                tree = self.templates.prove(self.known, (relation, form), self.effort, near)
            except Failed:
                continue
            self.known.add_lemma((relation, form), tree, rule)
            return True
        return False
