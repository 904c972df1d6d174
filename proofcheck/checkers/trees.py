"""Trees: divide into cases until in each one the goal is a combination of facts, and write down how.

A case is divided only where the linear relaxation does not suffice, at a node whose value contradicts its definition at
the relaxation's point, nearest to the goal first. So the tree follows what the goal depends on, not all signs of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from proofcheck.checkers.farkas import Combination, Point, Row, decided
from proofcheck.checkers.polynomials import (
    Monomial,
    Number,
    Polynomial,
    add,
    constant,
    degree,
    difference,
    is_constant,
    polynomial_json,
    product,
    scaled,
    variable,
    variables_of,
)
from proofcheck.checkers.proof_forms import Case, Definition, Fact, Variables
from proofcheck.checkers.rules import Reference, Rules, Uses
from proofcheck.exact import text_of

Tree = list[list[Any]]
Real = Any  # an int or a Fraction; a float where the system was large
Values = Mapping[int, Real]
NEAR = 1e-6
MOST_PRODUCTS = 2000
WIDE = 16


class Exhausted(Exception):
    """The search has done as much work as it may."""


class Failed(Exception):
    """The goal cannot be shown from the facts in scope; `values` are those of the variables where it fails."""

    def __init__(self, values: Values) -> None:
        super().__init__("the goal does not follow from the facts in scope")
        self.values = values


@dataclass
class Effort:
    """Counts linear programs, so that what is found does not depend on the clock. over: called at each, may raise."""

    left: int
    over: Callable[[], None] = lambda: None
    spent: int = 0
    leaves: int = 0

    def spend(self) -> None:
        """Raise Exhausted when there is nothing left."""
        self.over()
        self.left -= 1
        self.spent += 1
        if self.left < 0:
            raise Exhausted


@dataclass(frozen=True)
class Near:
    """How far a proof may look: so many definitions below the variables of what is to be proved.

    linked: and at each variable that a lemma ties to those found.
    """

    depth: int
    linked: bool = False


Prover = Callable[["Known", Fact, Effort, Near | None], Tree]


def within(prover: Prover, known: Known, fact: Fact, effort: Effort, near: Near | None, most: int) -> Tree:
    """What the prover gives with at most so many linear programs; Failed when they do not suffice."""
    part = Effort(min(most, effort.left), effort.over)
    try:
        return prover(known, fact, part, near)
    except Exhausted:
        part.over()
        if effort.left <= most:
            raise
        raise Failed({}) from None
    finally:
        effort.left -= part.spent
        effort.spent += part.spent
        effort.leaves += part.leaves


@dataclass(frozen=True)
class Entry:
    """A fact in scope: the product of the facts named. polynomial: as it stands; form: reduced by the rules of the case."""

    names: tuple[Reference, ...]
    relation: str
    polynomial: Polynomial
    form: Polynomial


@dataclass
class Known:
    """What is known everywhere: definitions, the domain, and the lemmas so far. bounds: those facts that are no rules.

    bold: products of three facts are tried too, and squares of differences.
    """

    forms: Variables
    rules: Rules
    lemmas: list[list[Any]] = field(default_factory=list)
    bounds: list[Entry] = field(default_factory=list)
    of_variable: dict[int, set[int]] = field(default_factory=dict)
    defined: set[int] = field(default_factory=set)
    bold: bool = False

    def define(self, v: int) -> None:
        """Enter the definition of a variable as a rule, where it is an equality."""
        if v in self.defined or v not in self.forms.definitions:
            return
        self.defined.add(v)
        facts = self.forms.facts(v)
        if len(facts) == 1 and facts[0][0] == "==":
            self.know((0, v, 0), facts[0])

    def know(self, name: Reference, fact: Fact, solve: bool = True) -> None:
        """Enter a fact that always holds: as a rule where it can and shall be solved, else among the bounds."""
        relation, polynomial = fact
        if relation == "==" and solve:
            rule, form = self.rules.enter(polynomial, name)
            if rule is not None:
                for i in self.of_variable.pop(rule.variable, set()):
                    self._file(i, replace(self.bounds[i], form=self.rules.reduced(self.bounds[i].form)))
            if rule is not None or not form:
                return
        self.bounds.append(Entry((name,), relation, polynomial, {}))
        self._file(len(self.bounds) - 1, replace(self.bounds[-1], form=self.rules.reduced(polynomial)))

    def _file(self, i: int, entry: Entry) -> None:
        self.bounds[i] = entry
        for v in variables_of(entry.form):
            self.of_variable.setdefault(v, set()).add(i)

    def add_lemma(self, fact: Fact, tree: Tree, solve: bool = True) -> int:
        """Enter a lemma with its proof; its number."""
        relation, polynomial = fact
        self.lemmas.append([relation, polynomial_json(polynomial), tree])
        self.know((1, len(self.lemmas) - 1), fact, solve)
        return len(self.lemmas) - 1


@dataclass
class _Branch:
    """One case: what holds in it beside what is known everywhere. sums: what is shown already of each sign of the goal."""

    rules: Rules
    entries: list[Entry]
    goals: list[Polynomial]
    sums: list[list[Any] | None]
    facts: list[Fact]
    assumed: list[int]  # entries that come from cases
    scope: list[int]
    divided: frozenset[int] = frozenset()
    contradiction: Entry | None = None
    first: tuple[int, ...] = ()  # what to divide before anything else


@dataclass
class Script:
    """What was decided in a search, in order: combinations by the numbers of facts, divisions by the place in the scope.

    ready: the search is to be repeated for variables of other names, and nothing is decided anew.
    """

    items: list[Any] = field(default_factory=list)
    ready: bool = False
    place: int = 0

    def next(self) -> Any:
        """The next decision of the search to be repeated."""
        if self.place == len(self.items):
            raise Failed({})
        self.place += 1
        return self.items[self.place - 1]


def prove(
    known: Known,
    fact: Fact,
    effort: Effort,
    near: Near | None = None,
    script: Script | None = None,
    first: Sequence[int] = (),
    scope: Sequence[int] | None = None,
) -> Tree:
    """A tree for a fact, from what is known near it, or of all variables below it, or of those in `scope`.

    script: where the decisions go, or come from. first: variables to divide before the facts are asked, in every case that is
    not closed by equalities alone. Raises Failed where it does not follow, Exhausted when the effort is spent.
    """
    script = script or Script()
    relation, goal = fact
    rules = Rules(known.forms, known.rules)
    form = rules.reduced(goal)
    scope = scope_of(known, [form], near) if scope is None else list(scope)
    signs = (1, -1) if relation == "==" else (1,)
    goals = [scaled(form, sign) for sign in signs]
    entries = entries_of(known, rules, scope, goals, near is not None)
    branch = _Branch(rules, entries, goals, [None] * len(signs), [], [], scope, first=tuple(first))
    tree: Tree = []
    _close(known, (relation, goal), branch, effort, script, tree)
    return tree


def scope_of(known: Known, forms: Sequence[Polynomial], near: Near | None) -> list[int]:
    """The variables of the forms and of the definitions below them, nearest first."""
    depth = None if near is None else near.depth
    found = dict.fromkeys(sorted({v for form in forms for v in variables_of(form)}, key=known.forms.order, reverse=True))
    level, below = list(found), 0
    while level and (depth is None or below < depth):
        fresh: dict[int, None] = {}
        for v in level:
            for u in () if depth is not None and is_wide(known.forms, v) else _reads(known, v):
                if u not in found:
                    fresh[u] = None
        found |= fresh
        level, below = list(fresh), below + 1
    if near is not None and near.linked:
        inside = set(found)
        for i in sorted({i for v in found for i in known.of_variable.get(v, ())}):
            missing = variables_of(known.bounds[i].form) - inside
            if len(missing) == 1:
                found |= dict.fromkeys(missing)
    return list(found)


def is_wide(forms: Variables, v: int) -> bool:
    """Whether so many arguments are read that they do not count as near."""
    return v in forms.definitions and len(forms.definitions[v].arguments) > WIDE


def _reads(known: Known, v: int) -> list[int]:
    """The variables that the definition of v reads, reduced."""
    definition = known.forms.definitions.get(v)
    if definition is None:
        return []
    parts = [known.rules.reduced(argument) for argument in definition.arguments]
    return sorted({u for part in parts for u in variables_of(part)}, key=known.forms.order, reverse=True)


def entries_of(
    known: Known, rules: Rules, scope: Sequence[int], goals: Sequence[Polynomial], near: bool = False
) -> list[Entry]:
    """The facts about the variables in scope, and products of them where the goal is not linear.

    near: of a node that reads many others, only the facts about those in scope.
    """
    inside, entries = set(scope), []
    for v in scope:
        for k, (relation, polynomial) in enumerate(known.forms.facts(v)):
            if near and is_wide(known.forms, v) and not variables_of(rules.reduced(polynomial)) <= inside:
                continue
            if polynomial and not (relation == "==" and rules.get(v) is not None):
                entries.append(Entry(((0, v, k),), relation, polynomial, rules.reduced(polynomial)))
    numbers = {i for v in scope for i in known.of_variable.get(v, ())}
    for i in sorted(numbers):
        entry = known.bounds[i]
        if variables_of(entry.form) <= inside:
            entries.append(entry)
    distinct = {(e.relation, frozenset(e.form.items())): e for e in reversed(entries)}
    entries = [e for e in reversed(distinct.values()) if not (is_constant(e.form) and e.form.get((), 0) >= 0)]
    bent = [*goals, *(entry.form for entry in entries)]
    if degree(m for form in bent for m in form) > 1:
        entries += _products(known, rules, entries, {m for form in bent for m in form if len(m) > 1})
        entries += [square for form in goals for square in _completed(form)]
    return entries


def _completed(goal: Polynomial) -> list[Entry]:
    """(v - c)^2 >= 0 for each a v^2 + b v in the goal, with its least point c = -b/(2 a)."""
    found = []
    for m, a in goal.items():
        if len(m) == 2 and m[0] == m[1] and a > 0 and goal.get(m[:1]):
            root: Polynomial = {m[:1]: 1, (): Fraction(goal[m[:1]]) / (2 * a)}
            form = product(root, root)
            found.append(Entry(((4, tuple(root.items())),), ">=", form, form))
    return found


def _products(known: Known, rules: Rules, entries: Sequence[Entry], wanted: set[Monomial]) -> list[Entry]:
    """Products of linear facts, and squares, of which every product of variables is wanted."""
    linear = [e for e in entries if e.relation != "==" and degree(e.form) == 1]
    pure = [e for e in linear if len(e.form) == 1 and () not in e.form] if known.bold else []
    below = {m[:i] + m[i + 1 :] for m in wanted if len(m) > 2 for i in range(len(m))} if known.bold else set[Monomial]()
    found = [*_pairs(linear, wanted | below, known.bold), *_squares(known, rules, wanted | below)]
    larger: list[Entry] = []
    for a in pure if below else []:
        for b in found:
            if len(larger) < MOST_PRODUCTS:
                larger += _product(a, b, wanted)
    return [e for e in found if all(len(m) < 2 or m in wanted for m in e.form)] + larger


def _product(a: Entry, b: Entry, wanted: set[Monomial]) -> list[Entry]:
    """The product of two facts, where every product of variables in it is wanted."""
    form = product(a.form, b.form)
    if any(len(m) > 1 and m not in wanted for m in form):
        return []
    relation = ">" if a.relation == b.relation == ">" else ">="
    return [Entry(a.names + b.names, relation, product(a.polynomial, b.polynomial), form)]


def _pairs(linear: Sequence[Entry], wanted: set[Monomial], alike: bool) -> list[Entry]:
    """Products of two facts; alike: also of a fact with itself."""
    found: list[Entry] = []
    by_variable: dict[int, list[int]] = {}
    for i, entry in enumerate(linear):
        for v in variables_of(entry.form):
            by_variable.setdefault(v, []).append(i)
    tried: set[tuple[int, int]] = set()
    for pair in sorted({frozenset(m) for m in wanted}, key=sorted):
        for i in by_variable.get(min(pair), ()):
            for j in by_variable.get(max(pair), ()):
                couple = (min(i, j), max(i, j))
                if (alike or i != j) and couple not in tried and len(found) < MOST_PRODUCTS:
                    tried.add(couple)
                    found += _product(linear[couple[0]], linear[couple[1]], wanted)
    return found


def _squares(known: Known, rules: Rules, wanted: set[Monomial]) -> list[Entry]:
    """Squares of what is squared in a definition; where bold, of a variable less 0, 1/2 or 1, and of differences of two."""
    roots = [d.arguments[0] for d in known.forms.definitions.values() if d.operation == "square"]
    if known.bold:
        twice = sorted({v for m in wanted for v in m if m.count(v) > 1})
        roots += [difference(variable(v), constant(c)) for v in twice for c in (Fraction(0), Fraction(1, 2), Fraction(1))]
        roots += [difference(variable(v), variable(w)) for v in twice for w in twice if v < w and (v, w) in wanted]
    found = []
    for root in roots:
        form = rules.reduced(product(root, root))
        if all(len(m) < 2 or m in wanted for m in form) and not is_constant(form):
            found.append(Entry(((4, tuple(root.items())),), ">=", product(root, root), form))
    return found


def _close(known: Known, fact: Fact, branch: _Branch, effort: Effort, script: Script, tree: Tree) -> None:
    """Append the steps that close the branch."""
    relation, goal = fact
    if branch.contradiction is not None:
        entry = branch.contradiction
        q: Number = 1 if entry.relation != "==" else -1 / Fraction(entry.form[()])
        tree.append(["never", _sum(branch.rules, {}, [(q, entry)])])
        effort.leaves += 1
        return
    if relation == "==" and not branch.goals[0]:
        tree.append(["sum", _sum(branch.rules, goal, [])])
        effort.leaves += 1
        return
    forced = next((v for v in branch.first if v not in branch.divided and known.forms.cases(v)), None)
    if forced is not None:
        tree.append(["split", forced])
        for case in known.forms.cases(forced):
            _close(known, fact, _below(branch, case, ["split", forced]), effort, script, tree)
        return
    values: Values = {}
    for k, form in enumerate(branch.goals):
        if branch.sums[k] is not None:
            continue
        entries, found = _decision(known.forms, form, relation == ">", branch, effort, script)
        if isinstance(found, Combination):
            chosen = [(q, entries[j]) for j, q in found.multipliers.items()]
            if not found.of_goal:
                tree.append(["never", _sum(branch.rules, {}, chosen)])
                effort.leaves += 1
                return
            branch.sums[k] = _sum(branch.rules, scaled(goal, -1 if k else 1), chosen)
            continue
        if found is None:
            raise Failed({})
        values = _values(found.values)
        break
    else:
        tree.append(["sum", *branch.sums])
        effort.leaves += 1
        return
    if script.ready:
        kind, place, number = script.next()
        v = branch.scope[place]
        step = [kind, v] if kind == "split" else [kind, v, number]
        cases = known.forms.cases(v) if kind == "split" else known.forms.gap(v, number)
    else:
        step, cases = _division(known, branch, values)
        script.items.append((step[0], branch.scope.index(step[1]), step[-1]))
    tree.append(step)
    for case in cases:
        _close(known, fact, _below(branch, case, step), effort, script, tree)


def _decision(
    forms: Variables, goal: Polynomial, strict: bool, branch: _Branch, effort: Effort, script: Script
) -> tuple[list[Entry], Combination | Point | None]:
    """The facts tried last, and what was found with them."""
    offers = _offers(forms, branch.entries)
    if script.ready:
        number, found = script.next()
        if number >= len(offers) or (found and any(j >= len(offers[number]) for j in found.multipliers)):
            raise Failed({})
        return offers[number], found or Point({})
    answer: Combination | Point | None = None
    for number, entries in enumerate(offers):
        effort.spend()
        answer = decided(goal, strict, [Row(e.relation, e.form) for e in entries])
        if isinstance(answer, Combination):
            script.items.append((number, answer))
            return entries, answer
    script.items.append((len(offers) - 1, None))
    return offers[-1], answer


def _offers(forms: Variables, entries: list[Entry]) -> list[list[Entry]]:
    """The facts to try: without products, with those of the variables furthest from the inputs, with all."""
    made = [e for e in entries if len(e.names) > 1 or e.names[0][0] == 4]
    if not made:
        return [entries]
    top = max(forms.rank[v] for e in made for v in variables_of(e.form))
    last = [e for e in made if any(forms.rank[v] == top for v in variables_of(e.form))]
    few = [e for e in entries if e not in made]
    return [few, few + last, entries] if len(last) < len(made) else [few, entries]


def _below(branch: _Branch, case: Case, step: list[Any]) -> _Branch:
    """The branch with the facts of a case of the step."""
    rules, facts = Rules(branch.rules.forms, branch.rules), list(branch.facts)
    fresh: list[Entry] = []
    contradiction = None
    for relation, polynomial in case:
        name: Reference = (3, len(facts))
        facts.append((relation, polynomial))
        if relation == "==":
            rule, form = rules.enter(polynomial, name)
            if rule is not None or not form:
                continue
        fresh.append(Entry((name,), relation, polynomial, rules.reduced(polynomial)))
    entries: list[Entry] = []
    place: dict[int, int] = {}
    for i, entry in enumerate([*branch.entries, *fresh]):
        if any(v in rules.by_variable for v in variables_of(entry.form)):
            entry = replace(entry, form=rules.reduced(entry.form))
        if is_constant(entry.form):
            value = entry.form.get((), 0)
            if value < 0 or (entry.relation == ">" and value == 0) or (entry.relation == "==" and value != 0):
                contradiction = entry
            continue
        place[i] = len(entries)
        entries.append(entry)
    assumed = [place[i] for i in [*branch.assumed, *range(len(branch.entries), len(branch.entries) + len(fresh))] if i in place]
    goals = [rules.reduced(form) for form in branch.goals]
    divided = branch.divided | {step[1]} if step[0] == "split" else branch.divided
    return _Branch(rules, entries, goals, list(branch.sums), facts, assumed, branch.scope, divided, contradiction, branch.first)


def _sum(rules: Rules, goal: Polynomial, chosen: Sequence[tuple[Number, Entry]]) -> list[Any]:
    """The combination as a certificate has it: the chosen facts, and the equalities that make it the goal up to a constant."""
    rest = dict(goal)
    total: list[Any] = []
    for q, entry in chosen:
        add(rest, entry.polynomial, -q)
        total.append([text_of(Fraction(q)), [], [fact_json(name) for name in entry.names]])
    uses: Uses = []
    left = rules.reduced(rest, uses)
    if not is_constant(left):  # only what another search decided can fail to fit
        raise Failed({})
    for name, factor in rules.factors(uses).items():
        total += [[text_of(Fraction(q)), list(monomial), [fact_json(name)]] for monomial, q in factor.items()]
    return total


def fact_json(name: Reference) -> list[Any]:
    """The fact as a certificate names it."""
    if name[0] == 4:
        return [4, polynomial_json(dict(name[1]))]  # type: ignore[call-overload]
    return list(name)


def _values(found: Mapping[Monomial, Real]) -> dict[int, Real]:
    """The values of the variables at the point."""
    return {m[0]: value for m, value in found.items() if len(m) == 1}


def value_of(rules: Rules, values: Values, polynomial: Polynomial) -> Real:
    """The value of a polynomial at the point; what no fact mentions is 0."""
    total: Real = 0
    for monomial, q in rules.reduced(polynomial).items():
        part: Real = q
        for v in monomial:
            part *= values.get(v, 0)
        total += part
    return total


def _division(known: Known, branch: _Branch, values: Values) -> tuple[list[Any], list[Case]]:
    """What to divide next; raises Failed when the point contradicts no definition in scope."""
    forms, inside, other, first = known.forms, set(branch.scope), None, None
    for v, need in _needs(known, branch):
        if v not in inside:
            continue
        if v not in forms.definitions:
            step = _gap(forms, branch, values, v)
            if step is not None:
                return step
            continue
        apart = _residual(forms, branch, values, v)
        if apart is None:
            continue
        if first is None and not _bounded(forms.definitions[v], need):
            first = v
        if abs(apart) > NEAR * (1 + abs(values.get(v, 0.0))):
            if need * apart <= 0:
                v = v if first is None else first
                return ["split", v], forms.cases(v)
            other = v if other is None else other
    if other is not None:
        return ["split", other], forms.cases(other)
    for v in sorted(branch.scope, key=forms.order, reverse=True):
        if v not in forms.definitions:
            step = _gap(forms, branch, values, v)
            if step is not None:
                return step
            continue
        apart = _residual(forms, branch, values, v)
        if apart is not None and abs(apart) > NEAR * (1 + abs(values.get(v, 0.0))):
            return ["split", v], forms.cases(v)
    if first is not None and any(degree(form) > 1 for form in branch.goals):
        return ["split", first], forms.cases(first)  # the point knows nothing of how a product depends on its factors
    raise Failed({v: value_of(branch.rules, values, {(v,): 1}) for v in forms.free})


def _needs(known: Known, branch: _Branch) -> Iterator[tuple[int, int]]:
    """Variables that the goal rests on, nearest first, with 1 where a lower bound is missing, -1 an upper one, 0 both."""
    forms, rules = known.forms, branch.rules
    starts = [form for k, form in enumerate(branch.goals) if branch.sums[k] is None][:1]
    starts += [scaled(branch.entries[i].form, -1) for i in reversed(branch.assumed)]
    seen: set[tuple[int, int]] = set()
    level: list[tuple[int, int]] = []
    for form in starts:
        level += [(v, (1 if q > 0 else -1) if len(m) == 1 else 0) for m, q in form.items() for v in m]
    while level:
        below: list[tuple[int, int]] = []
        for v, need in level:
            if (v, need) in seen:
                continue
            seen.add((v, need))
            yield v, need
            definition = forms.definitions.get(v)
            if definition is None:
                continue
            for argument, sign in zip(definition.arguments, _signs(definition.operation, definition.number), strict=False):
                for m, q in rules.reduced(argument).items():
                    below += [(u, need * sign * (1 if q > 0 else -1) if len(m) == 1 else 0) for u in m]
        level = below


def _bounded(definition: Definition, need: int) -> bool:
    """Whether the facts about a variable bound it on the side that is needed, by what it reads."""
    convex = {"relu": 1, "max": 1, "abs": 1, "min": -1}.get(definition.operation, 0)
    return need != 0 and need == convex


def _signs(operation: str, number: Number) -> tuple[int, ...]:
    """In which direction the value follows each argument: 1, -1, or 0 for both."""
    if operation in ("relu", "saturated_linear", "step", "floordiv"):
        return (1,)
    if operation == "leaky_relu":
        return (1 if number >= 0 else 0,)
    if operation in ("max", "min", "and", "or"):
        return (1,) * 10_000
    if operation in ("<=", "<"):
        return (-1, 1)
    return (0, 1, 1) if operation == "where" else (0, 0)


def _residual(forms: Variables, branch: _Branch, values: Values, v: int) -> Real | None:
    """How far the value at the point is from what the definition says; None when v cannot be divided."""
    if not forms.cases(v) or v in branch.divided:
        return None
    best: Real | None = None
    for case in forms.cases(v):
        worst: Real = 0
        own: Real = 0
        for relation, polynomial in case:
            value = value_of(branch.rules, values, polynomial)
            excess: Real = abs(value) if relation == "==" else max(-value, 0)
            if relation == ">" and value <= 0:
                excess += 1
            worst = max(worst, excess)
            if relation == "==" and (v,) in polynomial:
                own = value
        signed = own if abs(own) * 1001 >= worst * 1000 else worst
        if best is None or abs(signed) < abs(best):
            best = signed
    return best


def _gap(forms: Variables, branch: _Branch, values: Values, i: int) -> tuple[list[Any], list[Case]] | None:
    """The gap of the set of input i in which its value lies, if any."""
    count = forms.members(i)
    x = value_of(branch.rules, values, {(i,): 1})
    if count < 2:
        return None
    low, high = 0, count - 1  # the gap is between low and low + 1 for some low
    while high - low > 1:
        middle = (low + high) // 2
        start = -float(forms.gap(i, middle - 1)[1][0][1].get((), 0))
        low, high = (middle, high) if x >= start else (low, middle)
    for k in (low - 1, low, low + 1):
        if 0 <= k < count - 1:
            below, above = forms.gap(i, k)
            end, start = float(below[0][1].get((), 0)), -float(above[0][1].get((), 0))
            if end + NEAR * (start - end) < x < start - NEAR * (start - end):
                return ["gap", i, k], [below, above]
    return None
