"""Formulas as MathML for pages and as LaTeX to paste, from terms and size expressions. No sympy and no other program.

A formula is a small tree, `Formula`, that both writers read; what would be too large to read in one line is refused with None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from proofcheck.spec.evaluation import postorder
from proofcheck.spec.relations import Size, SizeRelation
from proofcheck.spec.term import Term

MOST_NODES = 48
OPEN, CLOSE = '<mo stretchy="false">(</mo>', '<mo stretchy="false">)</mo>'
NAME = re.compile(r"([A-Za-z]+)(?:_?([0-9]+|[a-z])?)")
SIGNS = {"<=": ("≤", r"\le"), "<": ("<", "<"), "==": ("=", "="), ">=": ("≥", r"\ge"), ">": (">", ">")}
WORDS = {"and": ("∧", r"\land"), "or": ("∨", r"\lor"), "xor": ("⊕", r"\oplus")}
LEVEL = {"compare": 0, "connect": 0, "sum": 1, "mod": 2, "product": 2, "power": 4}


@dataclass(frozen=True)
class Formula:
    """One node. kind: number, name, sum, product, power, call, abs, ceil, floor, mod, fraction, compare, connect, cases, list.

    text: of a number, a name, a function, a sign. signs: of a sum, one for each part.
    """

    kind: str
    text: str = ""
    parts: tuple[Formula, ...] = ()
    signs: tuple[str, ...] = ()


def number(value: Fraction | int) -> Formula:
    """An exact number; negative ones and fractions are written out where they stand."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return Formula("number", str(abs(exact))) if exact >= 0 else Formula("sum", "", (number(-exact),), ("-",))
    whole = Formula("fraction", "", (number(abs(exact.numerator)), number(exact.denominator)))
    return whole if exact > 0 else Formula("sum", "", (whole,), ("-",))


def name(text: str) -> Formula:
    """A variable; "d_x", "x_3" and "y3" get a subscript."""
    return Formula("name", text)


def of_terms(terms: Sequence[Term]) -> Formula | None:
    """One term, or the list of several; None when they are too large to be read."""
    order = postorder(tuple(terms))
    weight: dict[Term, int] = {}
    for term in order:
        weight[term] = 1 + sum(weight[argument] for argument in term.args)
    if sum(weight[term] for term in terms) > MOST_NODES:
        return None
    known: dict[Term, Formula] = {}
    for term in order:
        known[term] = _term(term, [known[argument] for argument in term.args])
    found = tuple(known[term] for term in terms)
    return found[0] if len(found) == 1 else Formula("list", "", found)


def of_relation(relation: SizeRelation) -> Formula:
    """A comparison of sizes."""
    return Formula("compare", relation.op, (of_size(relation.left), of_size(relation.right)))


def of_size(size: Size) -> Formula:
    """A size expression."""
    if size.op == "number":
        return number(size.data)
    if size.op in ("measure", "parameter"):
        return Formula("name", str(size.data))
    parts = tuple(of_size(argument) for argument in size.args)
    match size.op:
        case "+":
            return Formula("sum", "", parts, tuple("+" for _ in parts))
        case "-":
            return Formula("sum", "", parts, ("+", "-"))
        case "*":
            return _negated(parts[1]) if _is(size.args[0], -1) and len(parts) == 2 else Formula("product", "", parts)
        case "floordiv":
            return Formula("floor", "", (Formula("fraction", "", parts),))
        case "power":
            return Formula("power", "", parts)
        case "ceil_log2" | "floor_log2":
            log = Formula("call", "log2", parts)
            return Formula("ceil" if size.op == "ceil_log2" else "floor", "", (log,))
    return Formula("call", size.op, parts)


def mathml(formula: Formula, block: bool = False) -> str:
    """The formula as a MathML element."""
    display = ' display="block"' if block else ""
    rows = _rows(formula) if block else ()
    if rows:
        cells = "".join(f"<mtr><mtd><mrow>{row}</mrow></mtd></mtr>" for row in rows)
        return f'<math{display}><mtable columnalign="left">{cells}</mtable></math>'
    return f"<math{display}><mrow>{_ml(formula)}</mrow></math>"


def tex(formula: Formula) -> str:
    """The formula as LaTeX, without dollar signs."""
    return _tex(formula)


def _rows(formula: Formula) -> list[str]:
    """A list of outputs, or a conjunction, one row for each part: MathML does not wrap."""
    if formula.kind == "list":
        return [f"{_ml_name(f'y_{i}')}<mo>=</mo>{_ml(part)}" for i, part in enumerate(formula.parts)]
    if formula.kind == "connect" and formula.text == "and" and len(formula.parts) > 1:
        parts = [inner for part in formula.parts for inner in (part.parts if _is_and(part) else (part,))]
        return [_ml(part) for part in parts]
    return []


def _is_and(formula: Formula) -> bool:
    return formula.kind == "connect" and formula.text == "and"


def _is(size: Size, value: int) -> bool:
    return size.op == "number" and size.data == value


def _negated(formula: Formula) -> Formula:
    return Formula("sum", "", (formula,), ("-",))


def _term(term: Term, args: list[Formula]) -> Formula:
    match term.op:
        case "input":
            return Formula("name", f"x_{term.data}")
        case "output":
            return Formula("name", f"y_{term.data}")
        case "constant":
            return number(term.data)
        case "affine":
            start, coefficients = term.data
            parts = [_scaled(abs(c), argument) for c, argument in zip(coefficients, args, strict=True)]
            signs = ["-" if c < 0 else "+" for c in coefficients]
            if start:
                parts.append(number(abs(start)))
                signs.append("-" if start < 0 else "+")
            return parts[0] if signs == ["+"] else Formula("sum", "", tuple(parts), tuple(signs))
        case "abs":
            return Formula("abs", "", (args[0],))
        case "square":
            return Formula("power", "", (args[0], number(2)))
        case "floordiv":
            inner = args[0] if term.data == 1 else Formula("fraction", "", (args[0], number(term.data)))
            return Formula("floor", "", (inner,))
        case "mod":
            return Formula("mod", "", (args[0], number(term.data)))
        case "<=" | "<" | "==":
            return Formula("compare", term.op, tuple(args))
        case "not":
            return Formula("call", "not", tuple(args))
        case "and" | "or" | "xor":
            return Formula("connect", term.op, tuple(args))
        case "where":
            rest = args[2].parts if args[2].kind == "cases" else args[2:]  # else-branches of their own join in
            return Formula("cases", "", (args[0], args[1], *rest))
    return Formula("call", term.op, tuple(args))


def _scaled(size: Fraction, argument: Formula) -> Formula:
    return argument if size == 1 else Formula("product", "", (number(size), argument))


def _ml(f: Formula, level: int = 0) -> str:
    own = LEVEL.get(f.kind, 9)
    text = _ml_plain(f)
    return OPEN + text + CLOSE if own < level else text


def _ml_plain(f: Formula) -> str:
    parts = f.parts
    match f.kind:
        case "number":
            return f"<mn>{f.text}</mn>"
        case "name":
            return _ml_name(f.text)
        case "sum":
            words = ""
            for i, (sign, part) in enumerate(zip(f.signs, parts, strict=True)):
                if i or sign == "-":
                    words += f"<mo>{'−' if sign == '-' else '+'}</mo>"
                words += f"<mrow>{_ml(part, 1 if sign == '+' else 2)}</mrow>"
            return words
        case "product":
            sign = "<mo>&#x2062;</mo>" if _close(parts) else "<mo>·</mo>"
            return sign.join(_ml(part, 3 if i else 2) for i, part in enumerate(parts))
        case "power":
            return f"<msup><mrow>{_ml(parts[0], 5)}</mrow><mrow>{_ml(parts[1])}</mrow></msup>"
        case "fraction":
            return f"<mfrac><mrow>{_ml(parts[0])}</mrow><mrow>{_ml(parts[1])}</mrow></mfrac>"
        case "ceil" | "floor" | "abs":
            left, right = {"ceil": ("⌈", "⌉"), "floor": ("⌊", "⌋"), "abs": ("|", "|")}[f.kind]
            return f'<mrow><mo stretchy="false">{left}</mo>{_ml(parts[0])}<mo stretchy="false">{right}</mo></mrow>'
        case "mod":
            return f'{_ml(parts[0], 3)}<mo lspace="0.3em" rspace="0.3em">mod</mo>{_ml(parts[1])}'
        case "compare":
            return f"{_ml(parts[0], 1)}<mo>{escape(SIGNS[f.text][0])}</mo>{_ml(parts[1], 1)}"
        case "connect":
            return f"<mo>{WORDS[f.text][0]}</mo>".join(
                f"<mrow>{_ml(part, 1 if part.kind == 'connect' else 0)}</mrow>" for part in parts
            )
        case "cases":
            rows = "".join(
                f"<mtr><mtd>{_ml(value)}</mtd><mtd><mtext>if&#160;</mtext>{_ml(when)}</mtd></mtr>"
                for when, value in zip(parts[:-1:2], parts[1::2], strict=True)
            )
            rows += f"<mtr><mtd>{_ml(parts[-1])}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>"
            return f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>"
        case "list":
            return OPEN + "<mo>,</mo>".join(_ml(part) for part in parts) + CLOSE
    if f.text == "log2":
        return f"<msub><mi>log</mi><mn>2</mn></msub><mo>&#x2061;</mo>{_ml(parts[0], 3)}"
    if f.text == "not":
        return f"<mo>¬</mo>{_ml(parts[0], 3)}"
    if f.text == "binomial":
        rows = "".join(f"<mrow>{_ml(part)}</mrow>" for part in parts)
        return f'<mrow><mo>(</mo><mfrac linethickness="0">{rows}</mfrac><mo>)</mo></mrow>'
    return f"<mi>{escape(f.text)}</mi><mo>&#x2061;</mo>{OPEN}" + "<mo>,</mo>".join(_ml(part) for part in parts) + CLOSE


def _ml_name(text: str) -> str:
    base, below = _split(text)
    word = f"<mi>{escape(base)}</mi>"
    if not below:
        return word
    mark = "mn" if below.isdigit() else "mi"
    return f"<msub>{word}<{mark}>{escape(below)}</{mark}></msub>"


def _split(text: str) -> tuple[str, str]:
    """("x", "3") of "x_3"; names of measures have no subscript."""
    match = NAME.fullmatch(text)
    if match is None or not match[2] or (len(match[1]) > 1):
        base, _, below = text.rpartition("_")
        return (base, below) if len(base) == 1 and below else (text.replace("_", " "), "")
    return match[1], match[2]


def _close(parts: Sequence[Formula]) -> bool:
    """Whether factors may stand side by side: no number follows another one."""
    long_names = any(part.kind == "name" and len(_split(part.text)[0]) > 1 for part in parts)
    return not long_names and not any(_starts(part) for part in parts[1:])


def _starts(part: Formula) -> bool:
    return part.kind in ("number", "fraction") or (part.kind == "power" and part.parts[0].kind == "number")


def _tex(f: Formula, level: int = 0) -> str:
    own = LEVEL.get(f.kind, 9)
    text = _tex_plain(f)
    return rf"\left({text}\right)" if own < level else text


def _tex_plain(f: Formula) -> str:
    parts = f.parts
    match f.kind:
        case "number":
            return f.text
        case "name":
            base, below = _split(f.text)
            word = base if len(base) == 1 else rf"\mathrm{{{base}}}"
            return f"{word}_{{{below}}}" if below else word
        case "sum":
            words = ""
            for i, (sign, part) in enumerate(zip(f.signs, parts, strict=True)):
                words += (f" {sign} " if i else "-" if sign == "-" else "") + _tex(part, 1 if sign == "+" else 2)
            return words
        case "product":
            return (r" \, " if _close(parts) else r" \cdot ").join(_tex(part, 3 if i else 2) for i, part in enumerate(parts))
        case "power":
            return f"{_tex(parts[0], 5)}^{{{_tex(parts[1])}}}"
        case "fraction":
            return rf"\frac{{{_tex(parts[0])}}}{{{_tex(parts[1])}}}"
        case "ceil" | "floor":
            return rf"\l{f.kind} {_tex(parts[0])} \r{f.kind}"
        case "abs":
            return rf"\lvert {_tex(parts[0])} \rvert"
        case "mod":
            return rf"{_tex(parts[0], 3)} \bmod {_tex(parts[1])}"
        case "compare":
            return f"{_tex(parts[0], 1)} {SIGNS[f.text][1]} {_tex(parts[1], 1)}"
        case "connect":
            return f" {WORDS[f.text][1]} ".join(_tex(part, 1 if part.kind == "connect" else 0) for part in parts)
        case "cases":
            pairs = zip(parts[:-1:2], parts[1::2], strict=True)
            rows = " ".join(rf"{_tex(value)} & \text{{if }} {_tex(when)} \\" for when, value in pairs)
            return rf"\begin{{cases}} {rows} {_tex(parts[-1])} & \text{{otherwise}} \end{{cases}}"
        case "list":
            return rf"\left({', '.join(_tex(part) for part in parts)}\right)"
    if f.text == "log2":
        return rf"\log_2 {_tex(parts[0], 3)}"
    if f.text == "not":
        return rf"\lnot {_tex(parts[0], 3)}"
    if f.text == "binomial":
        return rf"\binom{{{_tex(parts[0])}}}{{{_tex(parts[1])}}}"
    known = rf"\{f.text}" if f.text in ("max", "min") else rf"\operatorname{{{f.text}}}"
    return rf"{known}\left({', '.join(_tex(part) for part in parts)}\right)"
