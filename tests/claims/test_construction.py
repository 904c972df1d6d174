"""What a construction may be, and the sentence with which everything else is refused."""

from fractions import Fraction

import pytest

from proofcheck import (
    Approximates,
    Computes,
    Construction,
    Fold,
    Grows,
    Instance,
    Property,
    Reals,
    Relation,
    Source,
    depth,
    established,
    inputs,
    n,
    network,
    neurons,
    parameter,
    relu,
)
from proofcheck.claims.sizes import size_of, sizes_of
from proofcheck.errors import ConstructionError, Refusal

SOURCE = Source("folklore", fidelity="ours")
FUNCTION = Computes(lambda x: x, at=[1])
SIZE = Relation(depth == 1, at=[1])


def build(n):
    return network([relu(x) for x in inputs(n)])


def construction(**changes):
    fields = {"title": "t", "source": SOURCE, "build": build, "claims": {"computes": FUNCTION, "depth": SIZE}}
    return Construction(**fields | changes)


def test_a_construction_is_a_value():
    made = construction(claims={"computes": FUNCTION, "depth": Relation(depth == 1, at=(k for k in range(3)))})
    assert made.form == "layered"
    assert made.claims["depth"].at == (0, 1, 2)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": "Arora"}, "the construction has no source: write source=Source(citation, ...)"),
        ({"title": " "}, "the construction has no title: say in one line what it builds"),
        ({"form": "deep"}, "the form 'deep' is none of layered, traced, limit"),
        ({"build": 3}, "build is 3, expected a function of the size"),
        ({"claims": {"depth": SIZE}}, "no claim says what the network computes: add Computes, Approximates or Property"),
        ({"claims": {"c": FUNCTION}}, "no claim speaks of a size: add a Relation, such as Relation(depth == n, at=...)"),
        (
            {"claims": {"c": Computes(lambda x: x), "d": SIZE}},
            "the claim 'c' is made at no size: give at=range(...) or a list of sizes",
        ),
        ({"claims": {"a[1]": FUNCTION, "d": SIZE}}, "'a[1]' cannot name a claim: give a name without brackets and colons"),
        (
            {"claims": {"c": 1, "d": SIZE}},
            "the claim 'c' is 1, expected Computes, Approximates, Property, Exact, Relation, ForAll, Grows or Unrolls",
        ),
        (
            {"claims": {"c": Computes(lambda x: x, at=[(1, 2)]), "d": SIZE}},
            "the size (1, 2) has 2 values for the 1 parameters of build: n",
        ),
        ({"build": lambda: None}, "build takes no parameter: give it one, such as n, also where a single size is all there is"),
        ({"claims": [FUNCTION, SIZE]}, "claims is a list, expected a dict: give each claim a name"),
        (
            {"build": lambda *sizes: None},
            "build takes *args, **kwargs or unnamed parameters: give each parameter of the size a name",
        ),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_sentence(changes, sentence):
    with pytest.raises(ConstructionError) as caught:
        construction(**changes)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Computes(at=[1]), "Computes takes a target or a circuit, one of the two: say what the network should compute"),
        (lambda: Computes(3, at=[1]), "the target of Computes is 3, expected a function: write lambda x: ..."),
        (lambda: Property(None), "the statement of Property is None, expected a function: write lambda x: ..."),
        (
            lambda: Computes(lambda x: x, floor="certified"),
            "the floor 'certified' is none of established, certified, unrefuted, which proofcheck exports: "
            "write the name, no text",
        ),
        (
            lambda: Property(lambda x, y: y, assuming=("f is smooth", " ")),
            "' ' is no assumption: write one printable sentence for each",
        ),
        (
            lambda: Property(lambda x, y: y, assuming="two\nlines"),
            "'two\\nlines' is no assumption: write one printable sentence for each",
        ),
        (
            lambda: Relation(depth == 1, assuming="f is smooth"),
            "the floor of a claim that assumes something is established at most, since no certificate covers what it assumes: "
            "say floor=established",
        ),
        (
            lambda: Grows(Fold({"x": Reals}, lambda: {"m": 0}, lambda m, x: {"m": m + x}, lambda m: m), neurons=n, depth=(1, 0)),
            "the factors neurons=Size(op='parameter', data='n', args=()) were given, expected a tuple of integers from 0 on: "
            "(1, 0) of a fold says 1 (n - first) + 0, other families have other factors (see Grows)",
        ),
        (lambda: Source(""), "a source without a citation was given: say who published it, or who knows it"),
        (lambda: Source("x", fidelity="exact"), "the fidelity 'exact' is none of stated, after, ours"),
        *(
            (
                lambda name=name: Instance(name, 1),
                f"{name!r} cannot name an instance: give a letter and then letters, digits and _ . + - / without blanks",
            )
            for name in ("a:b", "every n >= 1", "n = 1000", "all n", "1000", "", 3)
        ),
        (
            lambda: Instance("a", 1, gates=0.5),
            "the measure gates of a is 0.5, expected an int or a Fraction: wrap other values in Instance(name, value)",
        ),
    ],
)
def test_malformed_parts_are_refused(make, sentence):
    with pytest.raises(ConstructionError) as caught:
        make()
    assert str(caught.value) == sentence


def test_assumptions_are_sentences_one_or_several():
    assert Computes(lambda x: x, assuming="f is smooth").assuming == ("f is smooth",)
    assert Approximates(lambda x: x, 1, assuming=["a", "b"]).assuming == ("a", "b")
    assert Relation(depth == 1, floor=established).assuming == ()


def test_a_relation_without_a_measure_cannot_be_written():
    with pytest.raises(Refusal, match="names no measure of the network"):
        Relation(n == 3, at=[3])


def test_sizes_are_read_with_the_signature_of_build():
    assert size_of(4, ("n",)).label == "n = 4"
    pair = size_of((2, Fraction(1, 2)), ("d_x", "gap"))
    assert (pair.label, pair.parameters["gap"], pair.compact) == ("d_x = 2, gap = 1/2", Fraction(1, 2), "d_x=2,gap=1/2")
    assert size_of({"k": 3, "n": 1}, ("n", "k")).arguments == {"n": 1, "k": 3}
    instance = size_of(Instance("adder", [1, 2], ands=7), ("circuit",))
    assert (instance.label, instance.arguments, instance.parameters) == ("adder", {"circuit": [1, 2]}, {"ands": 7})


def test_each_size_counts_once_and_two_instances_of_one_name_are_refused():
    assert [size.label for size in sizes_of((2, 3, 2), ("n",))] == ["n = 2", "n = 3"]
    with pytest.raises(ConstructionError, match="two different sizes are called a: give each its own name"):
        sizes_of((Instance("a", 1), Instance("a", 2)), ("x",))


def test_relations_on_instances_read_their_measures():
    relation = Relation(neurons == parameter("ands"), at=[Instance("a", 1, ands=3)])
    assert relation.relation.parameters() == {"ands"}
