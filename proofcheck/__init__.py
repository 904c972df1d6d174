"""Exact neural networks from theory papers, and claims about them that a machine settles.

Importing this package imports only the standard library: a name is fetched from its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofcheck import circuits
    from proofcheck.circuits import Circuit, emulate, read_circuit
    from proofcheck.claims.construction import Construction
    from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
    from proofcheck.claims.family_kinds import ForAll, Grows, Unrolls
    from proofcheck.claims.judged import Evidence
    from proofcheck.claims.kinds import (
        Approximates,
        Computes,
        Enclosure,
        Exact,
        Probably,
        Property,
        Relation,
        certified,
        established,
        unrefuted,
    )
    from proofcheck.claims.reference import reference
    from proofcheck.claims.sizes import Instance
    from proofcheck.claims.source import Source
    from proofcheck.domains import (
        Bits,
        Box,
        Cells,
        DirectedGraphs,
        Domain,
        Graphs,
        Integers,
        NonNegative,
        Permutations,
        Points,
        Polyhedron,
        Reals,
        Words,
    )
    from proofcheck.errors import ConstructionError, InputError, ProofcheckError, Refusal, UsageError
    from proofcheck.exact import dyadic
    from proofcheck.families import (
        Automaton,
        Calls,
        Contract,
        Each,
        Everywhere,
        Fold,
        Ghost,
        LocalRule,
        OddEvenSort,
        Parallel,
        Series,
        Shifted,
        Sorted,
        StageContract,
        Stages,
        Then,
        Tree,
        count_of,
        indicator,
        is_bit,
        largest,
        least,
        number_of,
        sign_product,
        sum_of,
    )
    from proofcheck.gate.check import check
    from proofcheck.interop.onnx_read import read_onnx
    from proofcheck.networks import (
        Activation,
        Network,
        Port,
        cell_values,
        evaluate,
        inputs,
        layered,
        leaky_relu,
        minimum_width_network,
        network,
        read_network,
        relu,
        resolution,
        saturated_linear,
        sizes,
        step,
        write_network,
    )
    from proofcheck.spec import (
        Term,
        absolute,
        all_of,
        any_of,
        binomial,
        bits_of,
        ceil_log2,
        d_x,
        d_y,
        depth,
        floor,
        floor_log2,
        from_sympy,
        implies,
        inputs_count,
        k,
        largest_weight,
        m,
        maximum,
        median,
        minimum,
        mod,
        n,
        neurons,
        nonzeros,
        on_cells,
        outputs_count,
        p,
        parameter,
        sorted_terms,
        square,
        such_that,
        total,
        volume,
        weight_bits,
        where,
        width,
        word,
    )
    from proofcheck.spec.reals import Real, acos, exp, log, pi, real, sqrt
    from proofcheck.spec.reals_enclosure import ceiling_of
    from proofcheck.spec.reals_statement import Coordinate, Experiment

_HOMES = {
    "proofcheck.circuits": "Circuit emulate read_circuit",
    "proofcheck.claims.construction": "Construction",
    "proofcheck.claims.evidence": "Finding Strength Verdict Witness",
    "proofcheck.claims.family_kinds": "ForAll Grows Unrolls",
    "proofcheck.claims.judged": "Evidence",
    "proofcheck.claims.kinds": "Approximates Computes Enclosure Exact Probably Property Relation certified established unrefuted",
    "proofcheck.claims.reference": "reference",
    "proofcheck.claims.sizes": "Instance",
    "proofcheck.claims.source": "Source",
    "proofcheck.domains": (
        "Bits Box Cells DirectedGraphs Domain Graphs Integers NonNegative Permutations Points Polyhedron Reals Words"
    ),
    "proofcheck.errors": "ConstructionError InputError ProofcheckError Refusal UsageError",
    "proofcheck.exact": "dyadic",
    "proofcheck.families": (
        "Automaton Calls Contract Each Everywhere Fold Ghost LocalRule OddEvenSort Parallel Series Shifted Sorted StageContract "
        "Stages Then Tree count_of indicator is_bit largest least number_of sign_product sum_of"
    ),
    "proofcheck.gate.check": "check",
    "proofcheck.interop.onnx_read": "read_onnx",
    "proofcheck.networks": (
        "Activation Network Port cell_values evaluate inputs layered leaky_relu minimum_width_network network "
        "read_network relu resolution saturated_linear sizes step write_network"
    ),
    "proofcheck.spec": (
        "Term absolute all_of any_of binomial bits_of ceil_log2 d_x d_y depth floor floor_log2 "
        "from_sympy implies inputs_count k largest_weight m maximum median minimum mod n neurons "
        "nonzeros on_cells outputs_count p parameter sorted_terms square such_that total volume weight_bits where width "
        "word"
    ),
    "proofcheck.spec.reals": "Real acos exp log pi real sqrt",
    "proofcheck.spec.reals_enclosure": "ceiling_of",
    "proofcheck.spec.reals_statement": "Coordinate Experiment",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__version__ = "0.1.0"
__all__ = [
    "Activation",
    "Approximates",
    "Automaton",
    "Bits",
    "Box",
    "Calls",
    "Cells",
    "Circuit",
    "Computes",
    "Construction",
    "ConstructionError",
    "Contract",
    "Coordinate",
    "DirectedGraphs",
    "Domain",
    "Each",
    "Enclosure",
    "Everywhere",
    "Evidence",
    "Exact",
    "Experiment",
    "Finding",
    "Fold",
    "ForAll",
    "Ghost",
    "Graphs",
    "Grows",
    "InputError",
    "Instance",
    "Integers",
    "LocalRule",
    "Network",
    "NonNegative",
    "OddEvenSort",
    "Parallel",
    "Permutations",
    "Points",
    "Polyhedron",
    "Port",
    "Probably",
    "ProofcheckError",
    "Property",
    "Real",
    "Reals",
    "Refusal",
    "Relation",
    "Series",
    "Shifted",
    "Sorted",
    "Source",
    "StageContract",
    "Stages",
    "Strength",
    "Term",
    "Then",
    "Tree",
    "Unrolls",
    "UsageError",
    "Verdict",
    "Witness",
    "Words",
    "absolute",
    "acos",
    "all_of",
    "any_of",
    "binomial",
    "bits_of",
    "ceil_log2",
    "ceiling_of",
    "cell_values",
    "certified",
    "check",
    "circuits",
    "count_of",
    "d_x",
    "d_y",
    "depth",
    "dyadic",
    "emulate",
    "established",
    "evaluate",
    "exp",
    "floor",
    "floor_log2",
    "from_sympy",
    "implies",
    "indicator",
    "inputs",
    "inputs_count",
    "is_bit",
    "k",
    "largest",
    "largest_weight",
    "layered",
    "leaky_relu",
    "least",
    "log",
    "m",
    "maximum",
    "median",
    "minimum",
    "minimum_width_network",
    "mod",
    "n",
    "network",
    "neurons",
    "nonzeros",
    "number_of",
    "on_cells",
    "outputs_count",
    "p",
    "parameter",
    "pi",
    "read_circuit",
    "read_network",
    "read_onnx",
    "real",
    "reference",
    "relu",
    "resolution",
    "saturated_linear",
    "sign_product",
    "sizes",
    "sorted_terms",
    "sqrt",
    "square",
    "step",
    "such_that",
    "sum_of",
    "total",
    "unrefuted",
    "volume",
    "weight_bits",
    "where",
    "width",
    "word",
    "write_network",
]


def __getattr__(name: str) -> Any:
    if name == "circuits":
        return import_module("proofcheck.circuits")
    if name not in _HOME:
        raise AttributeError(f"proofcheck has no {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
