"""The documentation as pages of the same site: Markdown files as they stand, and a reference out of docstrings.

Links between the files become links between the pages; a link to a file that is no page becomes its name. Raw HTML is text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

SECTIONS = (
    ("Learn", ("tutorial",)),
    ("How to", ("add-a-construction", "your-function-minimum-width", "exporting", "in-your-project", "site")),
    ("Look up", ("reference", "words", "formats")),
    ("Understand", ("trust", "architecture", "evidence", "soundness", "speed", "comparison")),
)
REFERENCE = "reference"


@dataclass(frozen=True)
class Document:
    """One page: its name in addresses, its title, its HTML, the titles and anchors of its sections."""

    name: str
    title: str
    html: str
    sections: tuple[tuple[str, str], ...]


def documents(folder: Path) -> list[Document]:
    """The Markdown files of a folder as pages, in the order of SECTIONS, others behind them."""
    found = {path.stem: path for path in sorted(folder.glob("*.md"))}
    order = [name for _, names in SECTIONS for name in names if name in found]
    return [
        document(found[name].stem, found[name].read_text(encoding="utf-8"), set(found))
        for name in [*order, *sorted(set(found) - set(order))]
    ]


def document(name: str, text: str, pages: set[str]) -> Document:
    """One Markdown text as a page. pages: the names that links may lead to, besides the reference."""
    reader = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    tokens = reader.parse(text)
    sections: list[tuple[str, str]] = []
    title = name.replace("-", " ")
    taken: set[str] = set()
    for token, inner in pairwise(tokens):
        if token.type == "heading_open":
            words = "".join(child.content for child in inner.children or () if child.type in ("text", "code_inline"))
            anchor = _anchor(words, taken)
            token.attrSet("id", anchor)
            if token.tag == "h1":
                title = words
            elif token.tag == "h2":
                sections.append((words, anchor))
    for token in tokens:
        if token.children:
            token.children = _linked(token.children, pages | {REFERENCE})
    html = reader.renderer.render(tokens, reader.options, {})
    html = html.replace("<table>", '<div class="tablebox" tabindex="0" role="region" aria-label="Table"><table>')
    html = html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<th></th>", "<td></td>")
    return Document(name, title, _regions(html), tuple(sections))


def menu(pages: Sequence[Document], here: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The navigation: sections with (address, title, whether it is this page)."""
    by_name: Mapping[str, Document] = {page.name: page for page in pages}
    found = []
    listed = {name for _, names in SECTIONS for name in names}
    for head, names in (*SECTIONS, ("More", tuple(name for name in by_name if name not in listed))):
        rows = [(f"{name}.html", by_name[name].title, name == here) for name in names if name in by_name]
        if rows:
            found.append((head, rows))
    return found


def _linked(children: Sequence[Token], pages: set[str]) -> list[Token]:
    """Links to Markdown files lead to their pages; those to other files of the project lose the link and keep the words."""
    kept: list[Token] = []
    dropped = False
    for token in children:
        if token.type == "link_open":
            target = str(token.attrGet("href") or "")
            page, _, anchor = target.partition("#")
            inside = re.fullmatch(r"(?:\./|docs/)?([\w-]+)\.md", page)
            dropped = not (target.startswith(("https://", "http://", "#")) or (inside and inside[1] in pages))
            if dropped:
                continue
            if inside:
                token.attrSet("href", f"{inside[1]}.html" + (f"#{anchor}" if anchor else ""))
        elif token.type == "link_close" and dropped:
            dropped = False
            continue
        kept.append(token)
    return kept


def _anchor(words: str, taken: set[str]) -> str:
    base = re.sub(r"[^\w]+", "-", words.lower()).strip("-") or "section"
    anchor, count = base, 2
    while anchor in taken:
        anchor, count = f"{base}-{count}", count + 1
    taken.add(anchor)
    return anchor


def _regions(html: str) -> str:
    """Names for scrolling regions: a table by its first column's head and number."""
    count = 0

    def named(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        head = re.search(r"<th[^>]*>(.*?)</th>", html[found.end() : found.end() + 400])
        words = unescape(re.sub(r"<[^>]*>", "", head[1])) if head else ""
        return f'<div class="tablebox" tabindex="0" role="region" aria-label="{escape(f"Table {count}: {words}".rstrip(": "))}">'

    return re.sub(r'<div class="tablebox" tabindex="0" role="region" aria-label="Table">', named, html)
