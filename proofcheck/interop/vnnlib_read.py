"""VNN-LIB queries read as questions: 1.0 (variables X_i and Y_j) and 2.0 with one network; numbers are the decimals written.

Bounds on single inputs become the domain, everything else the condition, so that the question is the one of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any, NoReturn

from proofcheck.domains import Domain, Interval
from proofcheck.errors import InputError
from proofcheck.interop.questions import Question
from proofcheck.spec import all_of, any_of
from proofcheck.spec.term import Term, affine, compare, constant, negation, node

TOKEN = re.compile(r"""\s*(?:;[^\n]*|([()\[\],])|("(?:[^"\\]|\\.)*")|([^\s()\[\],;"]+))""")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
VARIABLE = re.compile(r"([XY])_(\d+)")
LARGEST_FILE = 1 << 28
MOST_DEPTH = 200


def read_vnnlib(path: str | Path) -> Question:
    """The question in a VNN-LIB file. Raises InputError, with path and line, for anything else."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path) from None
    if len(data) > LARGEST_FILE:
        raise InputError(f"the file has {len(data)} bytes, more than 2^28", path)
    try:
        return question_of_text(data.decode("utf-8"), str(path))
    except UnicodeDecodeError:
        raise InputError("the file is no UTF-8 text", path) from None


def question_of_text(text: str, path: str = "the query") -> Question:
    """The question in the text of a VNN-LIB file."""
    return _Reader(path).question(list(_commands(text, path)))


class _Reader:
    """What one file has declared so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.names: dict[str, Term] = {}
        self.tensors: dict[str, tuple[str, tuple[int, ...], int]] = {}
        self.inputs = self.outputs = 0

    def question(self, commands: list[tuple[list[Any], int]]) -> Question:
        """The question that the commands ask."""
        lows: dict[int, Fraction] = {}
        highs: dict[int, Fraction] = {}
        conditions: list[Term] = []
        for command, line in commands:
            self.line = line
            match command:
                case ["vnnlib-version", version]:
                    if version != "<2.0>":
                        self.fault(f"version {str(version)[:20]} where <2.0> is expected")
                case ["declare-const", str(name), "Real" | "real"]:
                    self._declare(name)
                case ["declare-network", str(), *parts]:
                    self._network(parts)
                case ["assert", body]:
                    for part in self._conjuncts(body):
                        if not self._bound(part, lows, highs):
                            conditions.append(self._boolean(part))
                case _:
                    self.fault(
                        f"{str(command[0])[:40] if command else 'an empty command'} where a declaration or assert is expected"
                    )
        if not self.inputs or not self.outputs:
            raise InputError("the query declares no inputs or no outputs", self.path)
        for i in range(self.inputs):
            if i in lows and i in highs and lows[i] > highs[i]:
                raise InputError(f"input {i} has the bounds {lows[i]} and {highs[i]}: the query is about no input", self.path)
        sets = tuple(Interval(lows.get(i), highs.get(i)) for i in range(self.inputs))
        return Question(Domain(sets), all_of(conditions))

    def fault(self, message: str) -> NoReturn:
        raise InputError(message, self.path, self.line)

    def _declare(self, name: str) -> None:
        match = VARIABLE.fullmatch(name)
        if match is None:
            self.fault(f"the variable {name[:40]!r}, expected X_0, X_1, ... and Y_0, Y_1, ...")
        letter, index = match[1], int(match[2])
        count = self.inputs if letter == "X" else self.outputs
        if index != count:
            self.fault(f"{name} where {letter}_{count} is next: variables are declared in order")
        self.names[name] = node("input" if letter == "X" else "output", index, (), False)
        self.inputs, self.outputs = self.inputs + (letter == "X"), self.outputs + (letter == "Y")

    def _network(self, parts: list[Any]) -> None:
        if self.tensors:
            self.fault("a second network: queries about one network are read")
        for part in parts:
            match part:
                case ["declare-input" | "declare-output" as what, str(name), str(), "[", *shape, "]"]:
                    extents = tuple(self._whole(v) for v in shape if v != ",")
                    size = prod(extents)
                    if size > 1 << 24:
                        self.fault(f"the tensor {name} has {size} elements, more than 2^24")
                    first = self.inputs if what == "declare-input" else self.outputs
                    if name in self.tensors:
                        self.fault(f"the tensor {name} is declared twice")
                    self.tensors[name] = ("input" if what == "declare-input" else "output", extents, first)
                    if what == "declare-input":
                        self.inputs += size
                    else:
                        self.outputs += size
                case _:
                    self.fault("a part of the network that is no input or output with a name, a type and a shape")

    def _whole(self, text: Any) -> int:
        if not isinstance(text, str) or not re.fullmatch(r"\d{1,9}", text):
            self.fault(f"{str(text)[:40]!r} where a whole number is expected")
        return int(text)

    def _conjuncts(self, body: Any) -> Iterator[Any]:
        if isinstance(body, list) and body[:1] == ["and"]:
            for part in body[1:]:
                yield from self._conjuncts(part)
        else:
            yield body

    def _bound(self, body: Any, lows: dict[int, Fraction], highs: dict[int, Fraction]) -> bool:
        """Whether the assertion bounds one input by a number, which is then taken note of."""
        if not isinstance(body, list) or body[:1] not in (["<="], [">="], ["=="], ["="]):
            return False
        sides = self._expressions(body[1:])
        if len(sides) != 2:
            self.fault(f"{body[0]} compares two values, {len(sides)} are given")
        left, right = sides
        relation = body[0]
        if left.op == "constant":
            left, right, relation = right, left, {"<=": ">=", ">=": "<="}.get(relation, relation)
        if left.op != "input" or right.op != "constant":
            return False
        i, value = left.data, right.data
        if relation in ("<=", "==", "="):
            highs[i] = min(highs.get(i, value), value)
        if relation in (">=", "==", "="):
            lows[i] = max(lows.get(i, value), value)
        return True

    def _boolean(self, body: Any) -> Term:
        if not isinstance(body, list) or not body or not isinstance(body[0], str):
            self.fault(f"{str(body)[:40]} where a comparison is expected")
        word, *rest = body
        if word in ("and", "or"):
            parts = [self._boolean(part) for part in rest]
            return all_of(parts) if word == "and" else any_of(parts)
        if word == "not" and len(rest) == 1:
            return negation(self._boolean(rest[0]))
        sides = self._expressions(rest)
        if word not in COMPARISONS or len(sides) != 2:
            self.fault(f"{word[:20]!r} of {len(sides)} values where a comparison of two, and, or is expected")
        return COMPARISONS[word](*sides)

    def _expressions(self, parts: list[Any]) -> list[Term]:
        """Arithmetic expressions; an element of a tensor is its name and then its indices in brackets."""
        terms: list[Term] = []
        position = 0
        while position < len(parts):
            part, position = parts[position], position + 1
            if isinstance(part, list):
                terms.append(self._arithmetic(part))
            elif NUMBER.fullmatch(part):
                terms.append(constant(Fraction(part)))
            elif part in self.tensors:
                indices: list[int] = []
                if parts[position : position + 1] == ["["]:
                    end = parts.index("]", position) if "]" in parts[position:] else self.fault("a [ without a ]")
                    indices = [self._whole(v) for v in parts[position + 1 : end] if v != ","]
                    position = end + 1
                terms.append(self._element(part, indices))
            elif part in self.names:
                terms.append(self.names[part])
            else:
                self.fault(f"{part[:40]!r}, which is no number and was not declared")
        return terms

    def _element(self, name: str, indices: list[int]) -> Term:
        kind, shape, first = self.tensors[name]
        if len(indices) != len(shape) or any(i >= extent for i, extent in zip(indices, shape, strict=True)):
            self.fault(f"{name}{indices} is no element of a tensor of the shape {list(shape)}")
        place = 0
        for i, extent in zip(indices, shape, strict=True):
            place = place * extent + i
        return node(kind, first + place, (), False)

    def _arithmetic(self, body: list[Any]) -> Term:
        word, args = (body[0] if body else ""), self._expressions(body[1:])
        if word == "+" and args:
            return affine(0, [(1, a) for a in args])
        if word == "-" and args:
            return affine(0, [(-1, args[0])]) if len(args) == 1 else affine(0, [(1, args[0]), *((-1, a) for a in args[1:])])
        if word == "*" and args:
            factor = Fraction(1)
            variable: Term | None = None
            for a in args:
                if a.op == "constant":
                    factor *= a.data
                elif variable is None:
                    variable = a
                else:
                    self.fault("a product of two variables: only linear expressions are read")
            return constant(factor) if variable is None else affine(0, [(factor, variable)])
        return self.fault(f"{str(word)[:20]!r} where +, - or * is expected")


def _greater(strict: bool) -> Callable[[Term, Term], Term]:
    return lambda a, b: compare("<" if strict else "<=", b, a)


COMPARISONS: dict[str, Callable[[Term, Term], Term]] = {
    "<=": lambda a, b: compare("<=", a, b),
    "<": lambda a, b: compare("<", a, b),
    ">=": _greater(False),
    ">": _greater(True),
    "==": lambda a, b: compare("==", a, b),
    "=": lambda a, b: compare("==", a, b),
    "!=": lambda a, b: negation(compare("==", a, b)),
}


def _commands(text: str, path: str) -> Iterator[tuple[list[Any], int]]:
    """The commands at the top of the file, each with its line; nested lists of words."""
    stack: list[list[Any]] = []
    position, line, begun = 0, 1, 1
    end = len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            raise InputError(
                f"{text[position:].split(maxsplit=1)[0][:40]!r} cannot be read", path, line + _blank_lines(text, position)
            )
        line += match[0].count("\n")
        position = match.end()
        token = match[1] or match[2] or match[3]
        if token is None:
            continue
        if token == "(":
            begun = begun if stack else line
            stack.append([])
            if len(stack) > MOST_DEPTH:
                raise InputError(f"parentheses are nested more than {MOST_DEPTH} deep", path, line)
        elif token == ")":
            if not stack:
                raise InputError("a ) without a (", path, line)
            done = stack.pop()
            if stack:
                stack[-1].append(done)
            else:
                yield done, begun
        elif not stack:
            raise InputError(f"{token[:40]!r} outside of parentheses", path, line)
        else:
            stack[-1].append(token)
    if stack:
        raise InputError("a ( is never closed: the file is truncated", path, begun)


def _blank_lines(text: str, position: int) -> int:
    rest = text[position:]
    return rest[: len(rest) - len(rest.lstrip())].count("\n")
