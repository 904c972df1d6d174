"""The pages' script does what this package does: the same answers to queries, the same numbers out of networks. Needs node."""

import json
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from proofcheck import Box, Integers, inputs, layered, leaky_relu, network, relu, saturated_linear, step
from proofcheck.catalogue.query import match, parse
from proofcheck.errors import UsageError
from proofcheck.site import build
from proofcheck.site.catalogue_pages import compact
from proofcheck.site.figure import figure_of
from proofcheck.spec import sample

NODE = shutil.which("node")
SCRIPT = Path(build.__file__).parent / "static" / "site.js"
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed: the pages' script cannot be run")


def claim(name, kind, settled, says=""):
    return {"name": name, "kind": kind, "says": f"{name} {says}".lower(), "settled": settled}


def record(name, claims, facts=(), **other):
    base = {"name": name, "text": name, "subject": "tropical", "paper": "arora 1611.01491", "act": ["relu"], "form": "layered"}
    return base | {"scope": ["listed"], "claims": claims, "facts": [list(fact) for fact in facts]} | other


ITEMS = [
    record(
        "tournament",
        [
            claim(
                "computes", "computes", {"n = 2": "certified", "n = 3": "certified", "n = 9": "established"}, "maximum(x_0, x_1)"
            ),
            claim("depth", "relation", {"n = 2": "certified", "n = 3": "certified", "n = 9": "unknown"}),
        ],
        [("depth", "n = 2", "==", "1", "certified"), ("depth", "n = 3", "==", "2", "certified")],
    ),
    record(
        "bounded",
        [
            claim("computes", "computes", {"n = 1": "established", "n = 2": "refuted"}, "sorted"),
            claim("few", "relation", {"n = 1": "established"}),
        ],
        [
            ("depth", "n = 1", "<=", "4", "established"),
            ("width", "n = 1", ">=", "7/2", "established"),
            ("width", "n = 1", "<=", "9", "certified"),
        ],
        subject="width",
        act=[],
    ),
    record("unjudged", [claim("computes", "computes", {"k = 1": "unjudged"}, "maximum")], scope=["all", "listed"], form="limit"),
    record("sampled", [claim("near", "approximates", {"n = 5": "unrefuted"}, "maximum")]),
]
QUERIES = {
    "": {"tournament": True, "bounded": True, "unjudged": True, "sampled": True},
    "maximum": {"tournament": True, "bounded": False, "unjudged": True, "sampled": True},
    "computes:max": {"tournament": True, "bounded": False, "unjudged": None, "sampled": False},
    "computes:max depth<=1": {"tournament": True, "bounded": False, "unjudged": None, "sampled": False},
    "computes:max depth<=2 certified": {"tournament": True, "bounded": False, "unjudged": None, "sampled": False},
    "computes:max depth>2": {"tournament": None, "bounded": False, "unjudged": None, "sampled": False},
    "computes: established": {"tournament": True, "bounded": True, "unjudged": None, "sampled": False},
    "computes: certified": {"tournament": True, "bounded": False, "unjudged": None, "sampled": False},
    "depth<=4": {"tournament": True, "bounded": True, "unjudged": None, "sampled": None},
    "depth<=3": {"tournament": True, "bounded": None, "unjudged": None, "sampled": None},
    "depth=2": {"tournament": True, "bounded": None, "unjudged": None, "sampled": None},
    "width>7/2": {"tournament": None, "bounded": None, "unjudged": None, "sampled": None},
    "width<7/2": {"tournament": None, "bounded": None, "unjudged": None, "sampled": None},
    "width>=3": {"tournament": None, "bounded": True, "unjudged": None, "sampled": None},
    "width>9": {"tournament": None, "bounded": None, "unjudged": None, "sampled": None},
    "~depth<=4": {"tournament": None, "bounded": None, "unjudged": None, "sampled": None},
    "?depth<=3": {"tournament": False, "bounded": True, "unjudged": True, "sampled": True},
    "certified": {"tournament": True, "bounded": False, "unjudged": False, "sampled": False},
    "established": {"tournament": True, "bounded": True, "unjudged": False, "sampled": False},
    "~certified": {"tournament": False, "bounded": True, "unjudged": True, "sampled": True},
    "unrefuted approximates:max": {"tournament": False, "bounded": False, "unjudged": False, "sampled": True},
    "approximates:max": {"tournament": False, "bounded": False, "unjudged": False, "sampled": None},
    "refuted": {"tournament": False, "bounded": True, "unjudged": False, "sampled": False},
    "subject:tropical ~claim:relation": {"tournament": False, "bounded": False, "unjudged": True, "sampled": True},
    "kind:relation": {"tournament": True, "bounded": True, "unjudged": False, "sampled": False},
    "act:relu": {"tournament": True, "bounded": None, "unjudged": True, "sampled": True},
    "activation:step": {"tournament": False, "bounded": None, "unjudged": False, "sampled": False},
    "scope:all": {"tournament": False, "bounded": False, "unjudged": True, "sampled": False},
    "paper:1611.01491 name:b": {"tournament": False, "bounded": True, "unjudged": False, "sampled": False},
    "form:limit": {"tournament": False, "bounded": False, "unjudged": True, "sampled": False},
}
FAULTS = ("?", "~", "colour:red", "height<=2", "depth<=1/0")


def in_node(code):
    """What a snippet of JavaScript prints as JSON, with the script's QUERY and EXACT at hand."""
    assert NODE is not None
    program = f"const {{ QUERY, EXACT }} = require({json.dumps(str(SCRIPT))});\n{code}"
    return json.loads(subprocess.run([NODE, "-e", program], capture_output=True, text=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_has_one_of_three_answers(query):
    assert {item["name"]: match(parse(query), item).answer for item in ITEMS} == QUERIES[query]


def test_what_speaks_of_sizes_holds_together_at_one_size():
    assert match(parse("computes:max depth<=2 certified"), ITEMS[0]).sizes == ("n = 2", "n = 3")
    assert match(parse("computes:max depth>=2 certified"), ITEMS[0]).sizes == ("n = 3",)


@pytest.mark.parametrize("query", FAULTS)
def test_a_query_that_asks_nothing_is_refused(query):
    with pytest.raises(UsageError):
        parse(query)


@needs_node
def test_the_script_answers_as_the_command_line():
    code = f"""
    const items = {json.dumps(compact(ITEMS))}.map(QUERY.expand), queries = {json.dumps(list(QUERIES))};
    const answers = queries.map(q => items.map(item => QUERY.match(QUERY.parse(q), item)));
    const faults = {json.dumps(FAULTS)}.map(q => {{ try {{ QUERY.parse(q); return null; }} catch (e) {{ return e.message; }} }});
    console.log(JSON.stringify([answers, faults]));"""
    answers, faults = in_node(code)
    for query, row in zip(QUERIES, answers, strict=True):
        mine = [match(parse(query), item) for item in ITEMS]
        assert [(a["answer"], tuple(a["sizes"])) for a in row] == [(m.answer, m.sizes) for m in mine], query
    for query, fault in zip(FAULTS, faults, strict=True):
        with pytest.raises(UsageError) as refusal:
            parse(query)
        assert fault.replace("“", "'").replace("”", "'") == str(refusal.value), query


def networks():
    x, y, z = (inputs(on=Box(-3, 3), name=name) for name in "xyz")
    yield network([relu(x - 2 * y) + relu(Fraction(1, 3) - z), x - y])
    yield layered(network(relu(x - y) + y))
    w = inputs(2, on=Integers(-4, 4), name="w")
    yield network([leaky_relu(w[0] - w[1], Fraction(1, 7)), step(w[0] - 1), saturated_linear(Fraction(1, 2) * w[1])])


@needs_node
def test_the_playground_computes_what_the_network_computes():
    for net in networks():
        figure = figure_of(net)
        assert figure is not None
        numerators, denominator = sample(net.domain, 40, seed=7)
        points = [tuple(Fraction(int(v), denominator) for v in row) for row in numerators]
        points += [tuple(Fraction(k + 1, 10**k + 3) for k in range(net.input_count))]
        given = [{node.key: str(value) for node, value in zip(figure.inputs, point, strict=True)} for point in points]
        code = f"""
        const nodes = EXACT.load({json.dumps(figure.data())}), outs = nodes.filter(n => n.role === "output").map(n => n.id);
        console.log(JSON.stringify({json.dumps(given)}.map(point => {{
          const x = {{}}; for (const [k, v] of Object.entries(point)) x[k] = EXACT.parse(v);
          const value = EXACT.run(nodes, x); return outs.map(id => EXACT.show(value[id]).replace("−", "-")); }})));"""
        for point, values in zip(points, in_node(code), strict=True):
            assert [Fraction(value) for value in values] == list(net(*point)), point


@needs_node
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7/2", "7/2"),
        (" -3 ", "−3"),
        ("−4", "−4"),
        ("0.25", "1/4"),
        ("-.5", "−1/2"),
        ("6/4", "3/2"),
        ("1/0", None),
        ("1e3", None),
        ("x", None),
        ("", None),
    ],
)
def test_what_a_reader_may_type(text, value):
    assert in_node(f"const v = EXACT.parse({json.dumps(text)}); console.log(JSON.stringify(v && EXACT.show(v)))") == value


def test_the_script_never_computes_with_floats():
    exact = SCRIPT.read_text(encoding="utf-8").split("const EXACT")[1].split("if (typeof module")[0]
    assert not re.search(r"Number\(|parseFloat|Math\.", exact)
