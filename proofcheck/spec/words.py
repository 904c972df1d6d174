"""Terms in words, as they are written in Python: for sentences in reports and errors."""

from __future__ import annotations

from collections.abc import Sequence

from proofcheck.spec.evaluation import postorder
from proofcheck.spec.term import Term

LONGEST = 400
NAMES = {"max": "maximum", "min": "minimum", "abs": "abs", "square": "square", "where": "where"}
BETWEEN = {"<=": " <= ", "<": " < ", "==": " == ", "and": " & ", "or": " | ", "xor": " ^ "}


def text(term: Term, longest: int = LONGEST) -> str:
    """The term in Python, or how many nodes it has when that would be longer than `longest` characters."""
    order = postorder((term,))
    written: dict[Term, str] = {}
    for part in order:
        words = _written(part, [_bracketed(part, a, written[a]) for a in part.args])
        if len(words) > longest:
            return f"a term of {len(order)} nodes"
        written[part] = words
    return written[term]


def list_text(terms: Sequence[Term], longest: int = LONGEST) -> str:
    """The only term, or all of them in parentheses; when that is too long, how many there are."""
    if len(terms) == 1:
        return text(terms[0], longest)
    parts = [text(term, longest) for term in terms[: longest // 3]]
    joined = f"({', '.join(parts)})"
    if len(parts) == len(terms) and len(joined) <= longest:
        return joined
    return f"{len(terms)} terms of {len(postorder(terms))} nodes"


def _written(term: Term, args: list[str]) -> str:
    match term.op:
        case "input" | "output" | "constant":
            return repr(term)
        case "affine":
            start, coefficients = term.data
            words = ""
            for coefficient, argument in zip(coefficients, args, strict=True):
                size = abs(coefficient)
                scaled = argument if size == 1 else f"{size}*{argument}" if size.denominator == 1 else f"({size})*{argument}"
                words += (" - " if coefficient < 0 else " + ") + scaled if words else ("-" if coefficient < 0 else "") + scaled
            shift = f" {'-' if start < 0 else '+'} {abs(start)}" if start else ""
            return words + shift if words else str(start)
        case "floordiv":
            return f"{args[0]} // {term.data}"
        case "mod":
            return f"{args[0]} % {term.data}"
        case "not":
            return f"~{args[0]}"
    return BETWEEN[term.op].join(args) if term.op in BETWEEN else f"{NAMES[term.op]}({', '.join(args)})"


def _bracketed(reader: Term, argument: Term, words: str) -> str:
    if reader.op in NAMES:
        return words
    loose = argument.op in ("<=", "<", "==", "and", "or", "xor")
    inner = argument.op in ("affine", "not", "floordiv", "mod") and reader.op not in ("<=", "<", "==")
    return f"({words})" if loose or inner else words
