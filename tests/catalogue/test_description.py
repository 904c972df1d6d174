"""What a construction says of itself is checked again by who judges: here the names of the sizes that reports print."""

from __future__ import annotations

from typing import Any

import pytest

from proofcheck.catalogue.description import description_of
from proofcheck.errors import ConstructionError


def said(size: str, kind: str = "computes", parameters: tuple[str, ...] = ("n",)) -> dict[str, Any]:
    """The description of a construction with a claim of this kind at a size of this name."""
    claim = {"floor": "established", "convention": "", "assuming": [], "sizes": [size]}
    return {
        "title": "t",
        "summary": "",
        "docstring": "",
        "source": {"citation": "c", "arxiv": "", "doi": "", "statement": "", "fidelity": "ours"},
        "form": "layered",
        "parameters": list(parameters),
        "claims": [
            claim | {"name": "f", "kind": kind},
            claim | {"name": "s", "kind": "relation", "sizes": [f"{parameters[0]} = 2"]},
        ],
        "slack": "",
    }


@pytest.mark.parametrize("size", ["n = 2", "n = -1/3", "adder_16", "s-box.v2+x/y"])
def test_a_size_is_values_of_the_parameters_or_an_instance(size):
    assert description_of(said(size)).claims[0].sizes == (size,)


def test_values_of_several_parameters_stand_in_their_order():
    assert description_of(both("n = 2, k = 3"))
    for size in ("k = 3, n = 2", "n = 2", "n = 2, k = 3, m = 1"):
        with pytest.raises(ConstructionError, match="names no size of n, k and no instance"):
            description_of(both(size))


def both(size: str) -> dict[str, Any]:
    whole = said(size, parameters=("n", "k"))
    whole["claims"][1]["sizes"] = [size]
    return whole


@pytest.mark.parametrize(
    "size", ["every n >= 1", "n = 2, n = 1000", "n = 2..1000", "m = 2", "all n", "2", "n >= 2", "certified; n = 2"]
)
def test_what_would_be_read_as_another_scope_is_refused(size):
    with pytest.raises(ConstructionError, match="names no size of n and no instance"):
        description_of(said(size))
    of_family = said(size, kind="forall")  # compared with the scope of its statement when it is judged
    of_family["claims"].append(of_family["claims"][1] | {"name": "u", "kind": "unrolls"})
    assert description_of(of_family)


@pytest.mark.parametrize("kind", ["forall", "grows"])
def test_a_claim_about_a_family_alone_is_refused_here_too(kind):
    whole = said("every n >= 1", kind=kind)
    whole["claims"].append(whole["claims"][1] | {"name": "c", "kind": "computes"})
    with pytest.raises(ConstructionError, match="a claim about a family needs one that build gives its networks"):
        description_of(whole)
