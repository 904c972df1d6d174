"""Sweeping: two circuits are proved equal from the inputs upwards, by lemmas about single gates.

Gates that agree on many inputs are candidates; a candidate equal in its reads is merged by a chain of three hints, any
other is refuted by a small solver that sees a window of gates below the two. The solver's steps enter the one proof with
the two assumptions as further literals. A candidate that a model shows to be wrong separates the gates from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from proofcheck.checkers.boolean.cadical import SATISFIABLE, UNSATISFIABLE, Incremental, refute
from proofcheck.checkers.boolean.refutation import Derivation, Miter, ProofFault, Steps, derivation

PATTERNS = 1 << 13
DENSITIES = (1 / 2, 1 / 2, 1 / 2, 1 / 8, 7 / 8)
DEPTHS = (3, 8, 16, 1 << 30)
WINDOW_CONFLICTS = 1000
FILTER_CONFLICTS = 500
TRIED = 3
NEAR = 64  # patterns around a counterexample


@dataclass
class Found:
    """What sweeping did: merges by structure and by solving, candidates that were wrong, and those left open."""

    structural: int = 0
    solved: int = 0
    wrong: int = 0
    open: int = 0


@dataclass
class Sweep:
    """The proof as it grows. rep[v] is the literal that variable v is proved to be; same[v] the two clauses that say so."""

    miter: Miter
    steps: Steps
    seed: int = 0
    found: Found = field(default_factory=Found)
    rep: list[int] = field(default_factory=list)
    same: dict[int, tuple[int, int]] = field(default_factory=dict)
    reads: dict[int, tuple[int, int]] = field(default_factory=dict)  # of a gate, by representatives
    shown: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # the clauses of a gate and these reads
    signature: list[int] = field(default_factory=list)
    later: list[int] = field(default_factory=list)  # values on the patterns that counterexamples gave
    patterns: int = 0

    def run(self) -> None:
        """Merge what can be merged."""
        self.rep = [2 * v for v in range(self.miter.top)]
        random = np.random.default_rng(self.seed)
        self.signature = self.miter.values(_drawn(random, self.miter.inputs), (1 << PATTERNS) - 1)
        self.later = [0] * self.miter.top
        self.filter = Incremental(_dimacs(clause) for clause in self.miter.clauses()[:-1])
        classes: dict[int, list[int]] = {}
        made: dict[tuple[int, int], int] = {}
        for v in range(self.miter.first):
            classes.setdefault(self._key(v), []).append(v)
        for v in self.miter.order:
            a, b = (self._rep(literal) for literal in self.miter.gates[v - self.miter.first])
            a, b = self.reads[v] = max(a, b), min(a, b)
            if not self._trivial(v, a, b):
                if (a, b) in made:
                    self._by_structure(v, made[a, b])
                else:
                    made[a, b] = v
                    if not self._by_solving(v, classes.get(self._key(v), [])):
                        classes.setdefault(self._key(v), []).append(v)
        self.filter.close()

    def _rep(self, literal: int) -> int:
        return self.rep[literal >> 1] ^ (literal & 1)

    def _key(self, v: int) -> int:
        """The signature up to negation."""
        own = self.signature[v]
        return own ^ ((1 << PATTERNS) - 1) if own & 1 else own

    def forth(self, literal: int) -> list[int]:
        """The clause, if one is needed, that makes the representative true where the literal is."""
        return [self.same[literal >> 1][literal & 1]] if literal >> 1 in self.same else []

    def back(self, literal: int) -> list[int]:
        """The clause, if one is needed, that makes the literal true where its representative is."""
        return [self.same[literal >> 1][1 - (literal & 1)]] if literal >> 1 in self.same else []

    def clauses_of(self, v: int) -> tuple[int, int, int]:
        """The clauses of a gate and its reads by representatives: v implies a, v implies b, both imply v."""
        if v not in self.shown:
            left, right = self.miter.gates[v - self.miter.first]
            numbers = self.miter.gate_clauses(v)
            if self._rep(left) < self._rep(right):
                (left, right), numbers = (right, left), (numbers[1], numbers[0], numbers[2])
            a, b = self.reads[v]
            add, own = self.steps.follow, 2 * v
            if left >> 1 in self.same or right >> 1 in self.same:
                numbers = (
                    add((own ^ 1, a), [numbers[0], *self.forth(left)]) if left >> 1 in self.same else numbers[0],
                    add((own ^ 1, b), [numbers[1], *self.forth(right)]) if right >> 1 in self.same else numbers[1],
                    add((own, a ^ 1, b ^ 1), [*self.back(left), *self.back(right), numbers[2]]),
                )
            self.shown[v] = numbers
        return self.shown[v]

    def _merge(self, v: int, literal: int, forward: int, backward: int) -> None:
        """Variable v is the literal, by the clauses (not v, literal) and (v, not literal)."""
        self.rep[v], self.same[v] = literal, (forward, backward)
        for clause in ((2 * v + 1, literal), (2 * v, literal ^ 1)):
            self.filter.add(_dimacs(clause))

    def _trivial(self, v: int, a: int, b: int) -> bool:
        """A gate that is false, or one of its reads; a >= b."""
        if b > 1 and a >> 1 != b >> 1:
            return False
        to_a, to_b, from_both = self.clauses_of(v)
        add, own = self.steps.follow, 2 * v
        if b == 0 or a == b ^ 1:
            forward = to_b if b == 0 else add((own ^ 1, 0), [to_a, to_b])
            self._merge(v, 0, forward, add((own, 1), [0]))
        else:
            backward = from_both if a == b else add((own, a ^ 1), [0, from_both])
            self._merge(v, a, to_a, backward)
        self.found.structural += 1
        return True

    def _by_structure(self, v: int, other: int) -> None:
        """Two gates with equal reads."""
        mine, its, add = self.clauses_of(v), self.clauses_of(other), self.steps.follow
        literal = self.rep[other]
        forward = add((2 * v + 1, literal), [*mine[:2], its[2], *self.forth(2 * other)])
        backward = add((2 * v, literal ^ 1), [*self.back(2 * other), *its[:2], mine[2]])
        self._merge(v, literal, forward, backward)
        self.found.structural += 1

    def _by_solving(self, v: int, candidates: Sequence[int]) -> bool:
        """Merge v with one of the gates of the same signature, if a solver shows that they are equal."""
        tried = 0
        for other in candidates:
            negated = (self.signature[v] ^ self.signature[other]) & 1
            if self.later[v] ^ self.later[other] != (negated and (1 << self.patterns) - 1):
                continue
            literal = 2 * other + negated
            forward = self._excluded(2 * v, literal ^ 1)
            backward = self._excluded(2 * v + 1, literal) if forward >= 0 else -1
            if backward >= 0:
                self._merge(v, literal, forward, backward)
                self.found.solved += 1
                return True
            tried += 1
            if tried == TRIED:
                break
        return False

    def _excluded(self, x: int, y: int) -> int:
        """The number of a clause within (not x, not y), shown in a window of growing depth; -1 without one."""
        asked = False
        for depth in DEPTHS:
            window, leaves = self._window((x >> 1, y >> 1), depth)
            if depth > DEPTHS[0] and not asked:
                asked = True
                if self._is_wrong(x, y):
                    return -1
            answer, number = self._refuted(window, x, y)
            if answer == UNSATISFIABLE:
                return number
            if not leaves:
                break
        self.found.open += 1
        return -1

    def _is_wrong(self, x: int, y: int) -> bool:
        """Whether x and y can be true together; the input that shows it separates gates from now on."""
        if self.filter.ask(_dimacs((x, y)), FILTER_CONFLICTS) != SATISFIABLE:
            return False
        point = [int(self.filter.true(i + 1)) for i in range(1, self.miter.first)]
        random = np.random.default_rng(self.found.wrong)
        flips = random.random((self.miter.inputs, NEAR)) < 1 / 16
        flips[:, 0] = False
        near = [_integer(row) ^ (bit and (1 << NEAR) - 1) for row, bit in zip(flips, point, strict=True)]
        values = self.miter.values(near, (1 << NEAR) - 1)
        self.later = [old << NEAR | new for old, new in zip(self.later, values, strict=True)]
        self.patterns += NEAR
        self.found.wrong += 1
        return True

    def _window(self, roots: Iterable[int], depth: int) -> tuple[list[int], bool]:
        """The gates down to this many steps below the roots, and whether gates are left out."""
        level, window = list(dict.fromkeys(v for v in roots if v in self.reads)), dict[int, None]()
        while level and depth:
            window.update(dict.fromkeys(level))
            below = (literal >> 1 for v in level for literal in self.reads[v])
            level = [v for v in dict.fromkeys(below) if v in self.reads and v not in window]
            depth -= 1
        return list(window), bool(level)

    def _refuted(self, window: Sequence[int], x: int, y: int) -> tuple[int, int]:
        """(answer, number of the clause) of a solver that is given the window and both x and y."""
        names: dict[int, int] = {}
        numbers, clauses = [0], list[tuple[int, ...]]([(1,)])
        for v in window:
            a, b = self.reads[v]
            numbers += self.clauses_of(v)
            clauses += [(2 * v + 1, a), (2 * v + 1, b), (2 * v, a ^ 1, b ^ 1)]
        rows = [
            [-names.setdefault(p >> 1, len(names) + 1) if p & 1 else names.setdefault(p >> 1, len(names) + 1) for p in clause]
            for clause in [*clauses, (x,), (y,)]
        ]
        answer, proof, _ = refute(rows, WINDOW_CONFLICTS)
        if answer != UNSATISFIABLE:
            return answer, -1
        return answer, lifted(self.steps, derivation(proof, len(rows)), numbers, list(names), (x, y))


def lifted(steps: Steps, found: Derivation, numbers: Sequence[int], variables: Sequence[int], assumed: tuple[int, int]) -> int:
    """Add a solver's steps, with the negation of each assumption that a step rests on; the number of the last one.

    numbers: of the clauses given to the solver, before the assumptions as units. variables: of the solver's 1, 2, ...
    """
    first, number, rests = len(numbers), [*numbers, -1, -1], [*[0] * len(numbers), 1, 2]
    for clause, hints in zip(found.clauses, found.hints, strict=True):
        given = hints.tolist()
        on = 0
        for hint in given:
            on |= rests[hint]
        more = [assumed[k] ^ 1 for k in (0, 1) if on >> k & 1]
        literals = [2 * variables[(literal >> 1) - 1] + (literal & 1) for literal in clause.tolist()]
        if any(literal ^ 1 in more for literal in literals):
            raise ProofFault("a step of the solver holds by its assumption alone")
        rests.append(on)
        number.append(steps.add([*literals, *more], [number[hint] for hint in given if hint not in (first, first + 1)]))
    return number[-1] if rests[-1] == 3 else steps.add((assumed[0] ^ 1, assumed[1] ^ 1), [number[-1]])


def conclude(sweep: Sweep) -> list[int]:
    """Close the pairs of outputs that are proved equal, then, if these are all, the proof. The pairs that are left open."""
    miter, steps, opened, closed = sweep.miter, sweep.steps, [], []
    for k, (a, b) in enumerate(miter.pairs):
        if sweep._rep(a) != sweep._rep(b):
            opened.append(k)
            continue
        one, other = miter.pair_clauses(k)
        differ = 2 * (miter.top + k) + 1
        left = steps.follow((differ, a), [one, *sweep.forth(b), *sweep.back(a)])
        closed.append(steps.follow((differ,), [left, *sweep.forth(a), *sweep.back(b), other]))
    if not opened:
        steps.add((), [*closed, len(miter.gates) * 3 + 2 * len(miter.pairs) + 1])
    return opened


def _dimacs(clause: Sequence[int]) -> list[int]:
    return [-(literal >> 1) - 1 if literal & 1 else (literal >> 1) + 1 for literal in clause]


def _drawn(random: np.random.Generator, inputs: int) -> list[int]:
    """The inputs on random patterns, some of them mostly 0 or mostly 1."""
    density = random.choice(DENSITIES, size=PATTERNS)
    return [_integer(random.random(PATTERNS) < density) for _ in range(inputs)]


def _integer(bits: np.ndarray) -> int:
    return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")
