"""What the wires of a network mean: each neuron as an affine combination of terms, proved from the wires that it reads.

A strictly layered network carries a number v as relu(v) and relu(-v), or as relu(v + C). Such pairs and carries are
recognised, and every other neuron is compared, at a few exact inputs, with the terms of the statement. What agrees there
becomes a lemma, with a small tree over the neuron's own arguments. So the work grows with the number of wires.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from proofcheck.checkers.polynomials import Number, Polynomial, add, constant, difference, is_constant, plain, scaled, variable
from proofcheck.checkers.proof_forms import Fact, Forms
from proofcheck.checkers.signatures import Signatures, normal
from proofcheck.checkers.templates import Templates
from proofcheck.checkers.trees import Effort, Failed, Known

CANDIDATES = 4
DEPTHS = (1, 2)
NETWORK = 2  # the rank of nodes of the network

Key = frozenset[tuple[tuple[int, ...], Number]]


@dataclass
class Wires:
    """The reading of one network. unread: neurons without a meaning; final: those that keep none."""

    known: Known
    signatures: Signatures
    templates: Templates
    effort: Effort
    invent: bool = False
    arguments: dict[int, Polynomial] = field(default_factory=dict)
    alike: dict[Key, int] = field(default_factory=dict)
    final: set[int] = field(default_factory=set)
    others: dict[int, list[Polynomial]] = field(default_factory=dict)  # equal to a term, by lemmas that are no rules

    def read(self) -> None:
        """Go through the network and find out what each node carries."""
        forms, known = self.known.forms, self.known
        assert isinstance(forms, Forms)
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
        """A relu neuron: a carry, the second of a pair, or one to be read when it is needed."""
        signature = self.signatures.of(argument)
        for sign in (1, -1):
            if all(sign * x >= 0 for x in signature):
                if len(argument) == 1:  # what a term is bounded by is of use for later ones
                    self.lemma((">=", scaled(argument, sign)))
                if self.equal(v, argument if sign > 0 else {}):
                    return
        other = self.alike.get(frozenset(scaled(argument, -1).items()))
        if other is not None and self.equal(v, add(variable(other), argument)):
            return
        self.arguments[v] = argument
        self.alike[frozenset(argument.items())] = v

    def settled(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial reduced, with a meaning for each neuron in it that has one."""
        while True:
            form = self.shorter(self.known.rules.reduced(polynomial))
            unread = [v for m in form for v in m if self.known.forms.rank[v][0] == NETWORK and v in self.arguments]
            unread = [v for v in unread if v not in self.final]
            if not unread:
                return form
            v = max(unread)
            if self.whole(form) or self.alone(v, form):
                self.counterpart(v)
            else:
                self.final.add(v)
                self.signatures.enter(v)

    def whole(self, form: Polynomial) -> bool:
        """Whether the form itself is a term, up to scale and shift."""
        for t, a, b in self.like(form):
            if self.lemma(("==", difference(form, add(scaled(variable(t), a), constant(b))))):
                return True
        return False

    def alone(self, v: int, form: Polynomial) -> bool:
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

    def equal(self, v: int, polynomial: Polynomial) -> bool:
        """Whether v == polynomial is proved."""
        return self.lemma(("==", difference(variable(v), polynomial)))

    def lemma(self, fact: Fact, rule: bool = True) -> bool:
        """Whether the fact is proved from what is near; then it is a lemma, and an equality becomes a rule unless told not to."""
        relation, polynomial = fact
        form = self.known.rules.reduced(polynomial)
        if not form or (relation == ">=" and is_constant(form) and form[()] >= 0):
            return True
        for depth in DEPTHS:
            try:
                tree = self.templates.prove(self.known, (relation, form), self.effort, depth)
            except Failed:
                continue
            self.known.add_lemma((relation, form), tree, rule)
            return True
        return False
