"""Docstrings and titles as HTML: paragraphs, indented formulas, lists, variables in italics. Everything is escaped first."""

from __future__ import annotations

import re
from html import escape

VARIABLE = re.compile(r"(?<![\w&#;/.'’-])([a-zA-Z])_([a-z0-9]|[a-z]{2,3}|\{[^}]*\})(?![\w_])")
POWER = re.compile(r"(?<=[\w)\]}])\^(-?\w+|-?\((?:[^()<>]|\([^()]*\))*\))")
SINGLE = re.compile(
    r"(?<![\w&#;/.'’`<>-])([b-zB-HJ-Z]|[aA](?=[),]| (?:[−+=|≤≥∈]|&lt;|&gt;))|(?<=\()[aA]|(?<=[−+=|≤≥] )[aA])(?![\w'’;]|\.\w)"
)
EMPHASIS = re.compile(r"(?<![\w*])\*([^*\n]{1,60})\*(?![\w*])")
CODE = re.compile(r"`([^`\n]+)`")
ITEM = re.compile(r"(\*|\d+\.) (.*)")


def inline(text: str) -> str:
    """One line of prose: `code`, *emphasis*, d_x, 2^p and single letters as variables."""
    plain = iter(CODE.split(text))
    words = _marked(escape(next(plain), quote=False))
    for code in plain:
        words += f"<code>{escape(code)}</code>{_marked(escape(next(plain), quote=False))}"
    return words


def title(text: str) -> str:
    """A title: as `inline`."""
    words = re.sub(r"(?<=</i>)-(?=[a-z])", "\u2011", inline(text))
    return re.sub(r"\([^()]*\)", lambda found: found[0].replace(" ", "\u00a0"), words)


def paragraphs(text: str) -> str:
    """Prose with blank lines between paragraphs. Indented lines are formulas, `* ` and `1. ` begin items."""
    return "\n".join(_block(block) for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip())


def lead(docstring: str) -> tuple[str, str]:
    """The idea and the derivation of a docstring: its second paragraph opens the page, everything is the derivation.

    The first paragraph names the construction, as its title does.
    """
    blocks = [block for block in re.split(r"\n\s*\n", docstring.strip("\n")) if block.strip()]
    plain = [block for block in blocks[1:] if not block.startswith((" ", "*", "1."))]
    first = " ".join((plain or blocks or [""])[0].split())
    return _sentences(first), docstring


def _sentences(text: str, most: int = 240) -> str:
    """The first sentences, at least one, up to so many characters."""
    found = re.split(r"(?<=[.!?]) +(?=[A-Z])", text)
    kept = found[0]
    for sentence in found[1:]:
        if len(kept) + len(sentence) > most:
            break
        kept += f" {sentence}"
    return kept.rstrip(":") + ("." if kept.endswith(":") else "")


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("    ") for line in lines):
        return f'<pre class="formula" tabindex="0"><code>{escape(_dedented(lines))}</code></pre>'
    tail = next((i for i, line in enumerate(lines) if line.startswith("    ")), 0)
    if tail and all(line.startswith("    ") for line in lines[tail:]) and not ITEM.match(lines[0].strip()):
        return _block("\n".join(lines[:tail])) + _block("\n".join(lines[tail:]))  # a formula right below its sentence
    if ITEM.match(lines[0].strip()):
        return _list(lines)
    start = next((i for i, line in enumerate(lines) if ITEM.match(line)), None)
    if start:
        return _block("\n".join(lines[:start])) + _list(lines[start:])
    return f"<p>{inline(' '.join(line.strip() for line in lines))}</p>"


def _list(lines: list[str]) -> str:
    items: list[list[str]] = []
    ordered = lines[0].strip()[0].isdigit()
    for line in lines:
        found = ITEM.match(line.strip())
        if found and not line.startswith("    "):
            items.append([found[2]])
        elif items:
            items[-1].append(line.strip())
    tag = "ol" if ordered else "ul"
    rows = "".join(f"<li>{inline(' '.join(item))}</li>" for item in items)
    return f"<{tag}>{rows}</{tag}>"


def _dedented(lines: list[str]) -> str:
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    return "\n".join(line[margin:] for line in lines)


def _marked(text: str) -> str:
    text = text.replace(" - ", " − ").replace("&lt;=", "≤").replace("&gt;=", "≥").replace(" -&gt; ", " → ")
    text = EMPHASIS.sub(r"<em>\1</em>", text)
    text = POWER.sub(lambda m: f"<sup>{_inside(m[1])}</sup>", text)
    text = VARIABLE.sub(lambda m: f"<i>{m[1]}</i><sub>{m[2].strip('{}')}</sub>", text)
    return SINGLE.sub(r"<i>\1</i>", text)


def _inside(text: str) -> str:
    bare = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    return bare.replace("-", "−")
