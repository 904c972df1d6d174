"""What a notebook shows of networks and evidence: well-formed, escaped, and no less than the words say."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from proofcheck import Bits, Computes, Reals, check, inputs, maximum, network, relu, sizes, step
from proofcheck.circuits import emulate, ripple_adder


def maximum_of(n):
    x = inputs(n)
    best = x[0]
    for a in x[1:]:
        best = best + relu(a - best)
    return network(best)


def parsed(html):
    return ElementTree.fromstring(f"<body>{html}</body>")


def test_a_small_network_shows_sizes_and_formulas():
    html = maximum_of(2)._repr_html_()
    cells = {row[0].text: row[1].text for row in parsed(html).iter("tr")}
    assert cells["inputs"] == "x[2]"
    assert cells["domain"] == "R^2"
    assert cells["sizes"] == "1 neuron, depth 1, width 1, 4 weights"
    assert parsed(html).find("pre").text == "v2 = relu(-1*x[0] + x[1])\nv3 = x[0] + v2\nout = v3"


def test_a_large_network_shows_its_sizes_only():
    html = emulate(ripple_adder(8))._repr_html_()
    assert parsed(html).find("pre") is None
    m = sizes(emulate(ripple_adder(8)))
    assert f"{m.neurons} neurons, depth {m.depth}, width {m.width}, " in html


@pytest.mark.parametrize("n", [0, 1])
def test_names_are_escaped(n):
    x = inputs(n + 1, on=Bits, name="<b>&x")
    html = network({"<script>": step(x[n] - 1)})._repr_html_()
    assert "<script>" not in html
    assert "&lt;b&gt;&amp;x" in html
    parsed(html)


@pytest.mark.parametrize(("value", "status"), [(0, "met"), (1, "refuted")])
def test_evidence_shows_the_words_of_its_repr(value, status):
    x = inputs(1)
    evidence = check(network([relu(x[0])]), Computes(lambda x: [maximum(x[0], value)], on=Reals))
    tree = parsed(evidence._repr_html_())
    assert tree.find("div/p/strong").text == status
    shown = "".join(tree.itertext())
    for line in repr(evidence).split("\n"):
        assert line.strip().removeprefix(f"{evidence.identity or evidence.kind}: ") in shown
    forged = replace(evidence, construction="<img src=x>")._repr_html_()
    assert "<img" not in forged
