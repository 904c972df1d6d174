"""Formulas, prose and drawings: exact texts, well-formed markup, and closed forms that are the network's own function."""

import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from proofcheck import (
    Bits,
    Box,
    NonNegative,
    Reals,
    ceil_log2,
    depth,
    inputs,
    layered,
    maximum,
    n,
    network,
    neurons,
    relu,
    step,
    where,
)
from proofcheck.site import build, prose
from proofcheck.site.closed_forms import value
from proofcheck.site.drawing import across, down
from proofcheck.site.figure import figure_of
from proofcheck.site.notation import mathml, of_relation, of_terms, tex
from proofcheck.site.plots import Plot
from proofcheck.site.views import scope_html
from proofcheck.spec import sample, variables

(x,) = variables(Reals.of((3,)), [(3,)])
TERMS = [
    ([maximum(x[0], x[1])], r"\max\left(x_{0}, x_{1}\right)"),
    ([2 * x[0] - Fraction(1, 2) * x[1] + 1], r"2 \, x_{0} - \frac{1}{2} \, x_{1} + 1"),
    ([-(x[0] + x[1])], r"-x_{0} - x_{1}"),
    ([abs(x[0] - x[1]) ** 2], r"\lvert x_{0} - x_{1} \rvert^{2}"),
    ([(x[0] + x[1]) % 4], r"\left(x_{0} + x_{1}\right) \bmod 4"),
    ([x[0] // 3], r"\lfloor \frac{x_{0}}{3} \rfloor"),
    ([where(x[0] <= 1, x[1], 0)], r"\begin{cases} x_{1} & \text{if } x_{0} \le 1 \\ 0 & \text{otherwise} \end{cases}"),
    ([x[0], x[2]], r"\left(x_{0}, x_{2}\right)"),
]
RELATIONS = [
    (depth == ceil_log2(n), r"\mathrm{depth} = \lceil \log_2 n \rceil"),
    (neurons <= 2 * n**2 - (n - 1), r"\mathrm{neurons} \le 2 \, n^{2} - \left(n - 1\right)"),
    (neurons == 3 ** (n - 1) * 2, r"\mathrm{neurons} = 3^{n - 1} \cdot 2"),
]
PROSE = [
    ("a - b and d_x <= 2^p", "<i>a</i> − <i>b</i> and <i>d</i><sub>x</sub> ≤ 2<sup>p</sup>"),
    ("error 4^-(m+1)", "error 4<sup>−(<i>m</i>+1)</sup>"),
    ("`x < y` & <b>", "<code>x &lt; y</code> &amp; &lt;b&gt;"),
    ("*cells* of size k", "<em>cells</em> of size <i>k</i>"),
    ("A network, a gate, I", "A network, a gate, I"),
]
SCOPES = [
    ("n = 2..8", "<i>n</i> = 2..8"),
    ("all inputs in R^4", "all inputs in ℝ<sup>4</sup>"),
    ("all inputs in [0, inf)", "all inputs in [0, ∞)"),
    ("(d_x, k) = (1, 2)", "(<i>d</i><sub>x</sub>, k) = (1, 2)"),
    ("<script>", "&lt;script&gt;"),
]


@pytest.mark.parametrize(("terms", "text"), TERMS)
def test_terms_as_latex_and_mathml(terms, text):
    formula = of_terms(terms)
    assert tex(formula) == text
    ElementTree.fromstring(mathml(formula, block=True))


@pytest.mark.parametrize(("relation", "text"), RELATIONS)
def test_relations_as_latex_and_mathml(relation, text):
    formula = of_relation(relation)
    assert tex(formula) == text
    ElementTree.fromstring(mathml(formula))


def test_a_term_that_fills_pages_is_not_written_out():
    assert of_terms([maximum(*(x[i % 3] + i for i in range(40)))]) is None


@pytest.mark.parametrize(("text", "html"), PROSE)
def test_prose_is_escaped_and_its_variables_are_set_in_italics(text, html):
    assert prose.inline(text) == html


@pytest.mark.parametrize(("text", "html"), SCOPES)
def test_scopes_are_escaped(text, html):
    assert scope_html(text) == html


def test_a_docstring_becomes_paragraphs_formulas_and_lists():
    html = prose.paragraphs("One.\nStill one:\n\n    c = relu(t)\n\n1. first\n   line\n2. second\n\n* item")
    assert html.split("\n") == [
        "<p>One. Still one:</p>",
        '<pre class="formula" tabindex="0"><code>c = relu(t)</code></pre>',
        "<ol><li>first line</li><li>second</li></ol>",
        "<ul><li>item</li></ul>",
    ]


def networks():
    a, b, c = (inputs(on=Box(-3, 3), name=name) for name in "abc")
    yield layered(network(relu(relu(a - b) + b - c) + c))
    yield network([b - relu(b - a), relu(a) + relu(-a), a - relu(a - b) + step(c)])
    d, e = inputs(2, on=NonNegative, name="d")
    yield layered(network(d - relu(d - e)))
    p, q = inputs(2, on=Bits, name="p")
    yield network([relu(p + q - 1), relu(p - q) + relu(q - p), relu(p)])


def test_a_closed_form_is_the_network_at_every_point_tried(monkeypatch):
    forms = []
    from proofcheck.site import figure as module

    kept = module.words
    monkeypatch.setattr(module, "words", lambda form, names: (forms.append(form), kept(form, names))[1])
    for net in networks():
        forms.clear()
        figure = figure_of(net)
        outputs = forms[-len(net.output) :]
        numerators, denominator = sample(net.domain, 60, seed=3)
        for row in numerators:
            point = [Fraction(int(v), denominator) for v in row]
            assert [value(form, point) for form in outputs] == list(net(*point)), [kept(f, "abc") for f in outputs]
        assert all(node.content for node in figure.outputs)


def test_a_figure_says_what_its_neurons_are():
    a, b, c = (inputs(on=Box(-3, 3), name=name) for name in "abc")
    figure = figure_of(layered(network(relu(relu(a - b) + b - c) + c)))
    assert figure.outputs[0].content == "max(a, b, c)"
    assert figure.by_layer[1][0].content == "relu(a − b)"
    assert {node.role for node in figure.nodes} == {"input", "neuron", "carry", "output"}
    assert "relu(a − b)" in {node.formula for node in figure.nodes}
    for svg in (across(figure), down(figure)):
        root = ElementTree.fromstring(svg)
        names = {e.get("data-id") for e in root.iter() if e.get("data-id")}
        assert names == {node.key for node in figure.nodes}
        assert len([e for e in root.iter() if e.get("data-s")]) == sum(len(node.terms) for node in figure.nodes)


def test_a_network_too_large_to_draw_has_no_figure():
    assert figure_of(network([relu(a) for a in inputs(61)])) is None


def test_a_dot_off_the_claim_is_drawn_as_a_fault():
    good = Plot("depth", "n", tuple((k, Fraction(k)) for k in range(2, 9)), Fraction, "==", "")
    bad = Plot("depth", "n", (*((k, Fraction(k)) for k in range(2, 8)), (8, Fraction(9))), Fraction, "==", "")
    assert (good.off, bad.off) == ([], [(8, Fraction(9))])
    assert good.svg().count('class="dot"') == 7
    assert 'class="bad"' not in good.svg()
    assert bad.svg().count('class="dot"') == 6
    assert bad.svg().count('class="bad"') == 1
    assert "1 off the claim" in bad.words
    below = Plot("depth", "n", bad.dots, Fraction, "<=", "")
    assert below.off == bad.off
    assert Plot("depth", "n", bad.dots, Fraction, ">=", "").off == []
    ElementTree.fromstring(bad.svg())


def colours(style, selector):
    block = style.split(selector, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("selector", [":root {", ':root[data-theme="dark"] {', ':root:not([data-theme="light"]) {'])
def test_colours_are_legible_in_both_themes(selector):
    found = colours((build.HERE / "static" / "site.css").read_text(encoding="utf-8"), selector)
    for ground in ("page", "plate", "raised"):
        for text in ("ink", "soft", "link", "holds", "refuted", "samples", "unknown", "cited"):
            assert contrast(found[text], found[ground]) >= 4.5, (text, ground)
        for graphic in ("edge", "plus", "minus"):
            assert contrast(found[graphic], found[ground]) >= 3.0, (graphic, ground)
    assert contrast(found["ink"], found["mark"]) >= 4.5
    assert contrast(found["on-solid"], found["holds"]) >= 4.5
