"""The documentation as pages: links, headings, escaping, and a reference that leaves no public name out."""

import inspect
from xml.etree import ElementTree

import pytest

import proofcheck
from proofcheck.site.manual import document, menu
from proofcheck.site.reference import entries, reference

TEXTS = [
    ("see [the words](words.md)", '<p>see <a href="words.html">the words</a></p>'),
    ("see [a part](words.md#claim)", '<p>see <a href="words.html#claim">a part</a></p>'),
    ("see [a file](../proofcheck/cli.py) here", "<p>see a file here</p>"),
    ("see [nothing](absent.md)", "<p>see nothing</p>"),
    ("see [far](https://arxiv.org/abs/1)", '<p>see <a href="https://arxiv.org/abs/1">far</a></p>'),
    ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("# Two words\n## Two words", '<h1 id="two-words">Two words</h1>\n<h2 id="two-words-2">Two words</h2>'),
    ("[bad](javascript:alert(1))", "<p>[bad](javascript:alert(1))</p>"),
]


@pytest.mark.parametrize(("text", "html"), TEXTS)
def test_markdown_becomes_a_page(text, html):
    assert document("page", text, {"words"}).html.strip() == html


def test_a_table_is_a_region_with_a_name():
    html = document("page", "| size | n |\n|---|---|\n| 1 | 2 |", set()).html
    assert 'role="region" aria-label="Table 1: size"' in html
    ElementTree.fromstring(f"<div>{html}</div>")


def test_the_menu_lists_every_page_once_and_marks_this_one():
    pages = [document(name, f"# {name}", set()) for name in ("tutorial", "words", "extra")]
    rows = [row for _, group in menu(pages, "words") for row in group]
    assert rows == [("tutorial.html", "tutorial", False), ("words.html", "words", True), ("extra.html", "extra", False)]


def test_every_public_function_and_class_is_in_the_reference():
    public = {
        name for name in proofcheck.__all__ if inspect.isclass(value := getattr(proofcheck, name)) or inspect.isfunction(value)
    }
    found = {entry.name: entry for entry in entries()}
    assert public <= set(found)
    assert all(entry.docstring.strip() for entry in found.values()), [
        name for name, e in found.items() if not e.docstring.strip()
    ]
    ElementTree.fromstring(f"<div>{reference().html}</div>")
