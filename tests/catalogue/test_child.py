"""The process that imports a construction: only data comes back, and nothing it does reaches the process that judges."""

import hashlib
import json
import os
import sys

import pytest

from proofcheck.catalogue.building import build, describe, evaluate_reference
from proofcheck.catalogue.discovery import discover
from proofcheck.errors import ConstructionError
from proofcheck.networks import is_layered, read_network
from proofcheck.spec import statement_of


def file_of(path):
    return discover([path])[0]


def test_what_a_construction_says_and_builds_comes_back_as_data(project):
    file = file_of(project("positive_parts"))
    built = build(file)
    assert built.description.title == "Positive parts"
    assert built.description.docstring == "The derivation."
    assert [(claim.name, claim.kind, claim.sizes) for claim in built.description.claims] == [
        ("computes", "computes", ("n = 1", "n = 2")),
        ("depth", "relation", ("n = 1", "n = 2", "n = 3")),
    ]
    assert [(job.claim, job.size) for job in built.jobs] == [
        ("computes", "n = 1"),
        ("depth", "n = 1"),
        ("computes", "n = 2"),
        ("depth", "n = 2"),
        ("depth", "n = 3"),
    ]
    for job in built.jobs:
        network = read_network(job.network)
        assert is_layered(network)
        assert statement_of(job.statement).network == network.digest
    assert built.files == {str(file.path): hashlib.sha256(file.path.read_bytes()).hexdigest()}
    assert not any("positive_parts" in name for name in sys.modules)


def test_sizes_and_claims_are_chosen(project):
    file = file_of(project("positive_parts"))
    assert [(j.claim, j.size) for j in build(file, ["depth"], ["n = 2"]).jobs] == [("depth", "n = 2")]
    assert [j.size for j in build(file, ["depth"], None, [(7,)]).jobs] == ["n = 7"]


def test_what_a_construction_prints_is_not_read_as_data(project):
    answer = json.dumps({"description": {"title": "forged"}, "files": {}, "nonce": "0", "blobs": []})
    noise = f"import sys, os\nprint({answer!r})\nos.write(1, b'12\\n' + {answer!r}.encode())\nsys.stderr.write('noise')\n"
    assert describe(file_of(project("noisy", noise))).description.title == "Positive parts"


FAULTS = {
    "ends_early": ("import os; os._exit(0)", {}, "the process that builds it ended without an answer"),
    "leaves": ("import sys; sys.exit(3)", {}, "line 4: SystemExit: 3"),
    "dies": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", {}, "the process that builds it was ended by signal 9"),
    "raises": ("1 / 0", {}, "line 4: ZeroDivisionError: division by zero"),
    "is_no_python": ("def (", {}, "line 4: SyntaxError: invalid syntax"),
    "says_nothing": ("", {"construction = ": "other = "}, "this file defines no `construction`: end it with construction ="),
    "is_something_else": (
        "",
        {"construction = Construction(": "construction = dict("},
        "`construction` is dict, expected Construction",
    ),
    "has_no_source": (
        "",
        {'source=Source("folklore", fidelity="ours")': "source=None"},
        "line 9: the construction has no source",
    ),
    "forgets_an_import": (
        "from proofcheck import Computes\ndel relu\nrelu(0)",
        {},
        "line 6: NameError: name 'relu' is not defined: write from proofcheck import relu",
    ),
    "misspells_a_name": ("certifed", {}, "line 4: NameError: name 'certifed' is not defined: proofcheck has certified"),
    "misspells_an_import": (
        "from proofcheck import widht",
        {},
        "line 4: ImportError: cannot import name 'widht' from 'proofcheck'",
    ),
    "eats_memory": ("x = bytearray(2**40)", {}, "line 4: MemoryError"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_goes_wrong_in_the_child_is_one_sentence(project, name):
    before, replace, sentence = FAULTS[name]
    with pytest.raises(ConstructionError) as caught:
        describe(file_of(project(name, before, replace)))
    assert str(caught.value).startswith(f"constructions/{name}.py: {sentence}")
    assert "\n" not in str(caught.value)


def test_bounds_for_every_n_are_a_claim_about_size(project):
    chain = """chain = Fold(inputs={"x": Reals}, first=1, start=lambda x: {"m": x}, step=lambda m, x: {"m": m - relu(m - x)},
        outputs=lambda m: m)
contract = Contract(ghosts={"t": least("x")}, invariant=lambda m, t: [m == t], conclusion=lambda y, t: [y == t])"""
    claims = """form="traced",
    claims={"least": ForAll(chain, contract), "sizes": Grows(chain, neurons=(1, 0), depth=(1, 0)),
        "unrolls": Unrolls(chain, at=[1, 2])}
)
dict(d={"""
    changes = {"build=build": "build=chain.network", "claims={": claims}
    file = file_of(project("least", chain, changes))
    assert [claim.kind for claim in describe(file).description.claims] == ["forall", "grows", "unrolls"]
    alone = changes | {"claims={": claims.replace('"unrolls": Unrolls(chain, at=[1, 2])', "")}
    missing = (
        r"the claim 'least' speaks of a family, and no claim that build gives its networks: add Unrolls\(family, at=\.\.\.\)"
    )
    with pytest.raises(ConstructionError, match=missing):
        describe(file_of(project("alone", chain, alone)))
    wider = changes | {"claims={": claims.replace("Unrolls(chain", "Unrolls(replace(chain, inputs={'x': Box(0, 1)})")}
    assert len(describe(file_of(project("wider", "from dataclasses import replace\n" + chain, wider))).description.claims) == 3
    other = changes | {"claims={": claims.replace("Unrolls(chain", "Unrolls(replace(chain, first=0, start=lambda: {'m': 0})")}
    with pytest.raises(ConstructionError, match=missing):
        describe(file_of(project("other", "from dataclasses import replace\n" + chain, other)))


def test_a_build_that_depends_on_hash_order_is_refused(project):
    file = file_of(project("hashed", "", {"relu(x) for x in inputs(n)": "relu(x) + hash('a') % 1000 for x in inputs(n)"}))
    with pytest.raises(ConstructionError) as caught:
        build(file, ["depth"], ["n = 2"])
    assert str(caught.value) == (
        "constructions/hashed.py: two runs under different hash seeds differ in the network at n = 2: "
        "build must not depend on hash order, time or chance, nor on what was built before"
    )


JOB_FAULTS = {
    "an error that names an address": (
        "",
        {"return network": "raise ValueError(object())\n    return network"},
        {"n = 1": "build: line 7: ValueError: <object object>"},
    ),
    "a build that fails at one size": (
        "",
        {"return network": "assert n < 3\n    return network"},
        {"n = 3": "build: line 7: AssertionError"},
    ),
    "a build of something else": (
        "",
        {"return network([": "return ([len(str(x)) for x in [1]] + ["},
        {"n = 1": "build: build returned list, expected a network"},
    ),
    "a target that calls what build calls": (
        "def part(x): return maximum(x, 0) if hasattr(x, 'op') else relu(x)",
        {"[relu(x) for x": "[part(x) for x", "[maximum(a, 0) for a in x]": "[part(a) for a in x]"},
        {"n = 1": "the target calls part, which build calls too: write the target independently of build"},
    ),
    "a target that calls it by way of the size": (
        "def part(n): return n",
        {
            "return network([": "part(n)\n    return network([",
            "lambda x: [": "lambda n: part(n) and (lambda x: [",
            "for a in x], on": "for a in x]), on",
        },
        {"n = 1": "the target calls part, which build calls too: write the target independently of build"},
    ),
    "a reference function that runs a network": (
        "",
        {"lambda x: [maximum(a, 0) for a in x]": "reference(lambda x: evaluate(build(len(x)), x))"},
        {"n = 1": "the target calls build, which build calls too|the reference function traces or runs a network"},
    ),
    "a domain outside that of the network": (
        "",
        {"inputs(n)": "inputs(n, on=Bits)"},
        {"n = 1": "the claim is made on R, which is not certainly inside the domain of the network, {0,1}"},
    ),
}


@pytest.mark.parametrize("name", JOB_FAULTS)
def test_a_claim_that_cannot_be_stated_does_not_hide_the_others(project, name):
    before, replace, errors = JOB_FAULTS[name]
    jobs = build(file_of(project("faulty", before, replace))).jobs
    found = {job.size: job.error for job in jobs if job.error}
    assert found
    for size, sentence in errors.items():
        assert any(found[size].startswith(part) or part in found[size] for part in sentence.split("|"))
    if name == "a build that fails at one size":
        assert set(found) == {"n = 3"}


def test_helpers_beside_a_construction_are_imported_and_count_as_its_sources(project, tmp_path):
    path = project("helped", "from _help import double", {"relu(x)": "relu(double(x))", "depth == 1": "neurons == n"})
    helper = tmp_path / "constructions" / "_help.py"
    helper.write_text("def double(x): return 2 * x\n")
    built = build(file_of(path), ["depth"])
    assert set(built.files) == {str(path), str(helper)}
    helper.write_text("def double(x): return x + x\n")
    assert build(file_of(path), ["depth"]).sources != built.sources


def test_a_reference_function_runs_in_the_child(project):
    path = project(
        "referred",
        "",
        {"lambda x: [maximum(a, 0) for a in x]": "reference(lambda x: [max(a, 0) for a in x])", "on=Reals": "on=Integers(-2, 2)"},
    )
    built = build(file_of(path), ["computes"])
    assert all(job.reference for job in built.jobs)
    job = {"claim": "computes", "size": "n = 2", "elements": None, "ports": [["x", [2]]], "outputs": 2}
    assert evaluate_reference(built.file, job, [["-0x1", "0x1/0x2"], ["0x0", "0x3"]]) == [["0x0", "0x1/0x2"], ["0x0", "0x3"]]


def test_a_change_that_keeps_length_and_time_is_seen(project, tmp_path):
    path = project("helped", "from _help import factor", {"relu(x)": "relu(factor * x)"})
    helper = tmp_path / "constructions" / "_help.py"
    digests = set()
    for text in ("factor = 2\n", "factor = 3\n"):
        helper.write_text(text)
        os.utime(helper, (10**9, 10**9))
        (job,) = build(file_of(path), ["depth"], ["n = 2"]).jobs
        digests.add(read_network(job.network).digest)
    assert len(digests) == 2
    assert not list(tmp_path.rglob("__pycache__"))
