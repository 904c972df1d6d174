"""What must hold of every page: valid links, light, no other host, well formed, readable without script, scopes."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlparse

import pytest

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HARD_LIMIT, WANTED = 300_000, 200_000


class Page(HTMLParser):
    """The elements of a page; `faults` lists what is not well formed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.links, self.loads, self.labels = [], [], [], [], [], []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if len(given) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loads += [given[name] for name in ("src", "srcset", "data", "poster") if name in given and tag != "a"]
        self.loads += [given["href"]] if tag == "link" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes another element")


@pytest.fixture(scope="session")
def pages(out):
    return {path.relative_to(out).as_posix(): Page(path.read_text(encoding="utf-8")) for path in out.rglob("*.html")}


def test_every_page_is_well_formed_and_names_each_place_once(pages):
    assert {
        "index.html",
        "graph.html",
        "status.html",
        "widths.html",
        "c/maximum.html",
        "c/parts.html",
        "docs/tutorial.html",
        "docs/reference.html",
    } <= set(pages)
    for name, page in pages.items():
        assert not page.faults, (name, page.faults[:3])
        assert len(set(page.ids)) == len(page.ids), name


def test_every_link_leads_somewhere(pages, out):
    for name, page in pages.items():
        for link in page.links:
            parts = urlparse(link)
            if parts.scheme:
                assert parts.scheme == "https", (name, link)
                assert parts.netloc in ("arxiv.org", "doi.org") or name.startswith("docs/"), (name, link)
                continue
            target = (out / name).parent / unquote(parts.path) if parts.path else out / name
            assert target.resolve().is_file(), (name, link)
            if parts.fragment and not parts.fragment.startswith(("focus=", "all")):
                assert parts.fragment in pages[target.resolve().relative_to(out.resolve()).as_posix()].ids, (name, link)
            if parts.fragment.startswith("focus="):
                assert f'data-id="{parts.fragment[6:]}"' in (out / "graph.html").read_text(encoding="utf-8"), (name, link)


def test_nothing_is_asked_of_another_host_and_no_page_is_heavy(pages, out):
    shared = sum((out / name).stat().st_size for name in ("site.css", "site.js"))
    for name, page in pages.items():
        for load in page.loads:
            assert load == "data:," or (out / name).parent.joinpath(load).is_file(), (name, load)
        weight = (out / name).stat().st_size + shared
        assert weight < WANTED < HARD_LIMIT, (name, weight)
    style, script = ((out / name).read_text(encoding="utf-8") for name in ("site.css", "site.js"))
    assert not re.search(r"@import|url\(|@font-face", style)
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|WebSocket|https?:", script.replace("http://www.w3.org/2000/svg", ""))


def test_without_script_a_page_shows_marks_statements_and_evidence(out):
    text = (out / "c" / "maximum.html").read_text(encoding="utf-8")
    bare = re.sub(r"<script.*?</script>", "", text, flags=re.S)
    for words in (
        "holds, certified",
        "max",
        "<math",
        'class="netsvg wide"',
        "Every neuron as a formula",
        "relu(x₀ − x₁)",
        "sha256",
    ):
        assert words in bare, words
    assert not re.search(r"<(button|input|select)\b", bare), "controls that do nothing without script are added by the script"


def test_no_mark_is_without_its_words_and_scope(pages, out):
    for name in pages:
        text = (out / name).read_text(encoding="utf-8")
        for mark in re.findall(r'<span class="ev [a-z]+">.*?(?=<span class="ev |</li>|</div>|</td>|</p>)', text, flags=re.S):
            if "<small>" in mark or "<span>" in mark:  # the key to the marks
                continue
            assert re.search(r'class="vh">[a-z].*?:</span><span class="sc">.', mark, flags=re.S), (name, mark[:200])


def test_text_of_a_construction_is_never_markup(out):
    text = (out / "c" / "maximum.html").read_text(encoding="utf-8")
    assert "reals &amp; &lt;more&gt;" in text
    assert "<more>" not in text
    assert "<measured>" not in (out / "c" / "parts.html").read_text(encoding="utf-8")
    assert "&lt;measured&gt;" in (out / "status.html").read_text(encoding="utf-8")
