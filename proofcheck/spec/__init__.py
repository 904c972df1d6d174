"""Terms and targets: one statement, and its domain, read in many ways that must agree.

Terms are written with operators and the functions here; `evaluate` reads them as rationals, and every other reading
(batched arrays, z3, sympy, the kernel's nodes) is held to that one. Importing this package loads neither z3 nor sympy
nor torch: a reading that needs one imports it when it is used.
"""

from proofcheck.spec.batched import batched, scaled
from proofcheck.spec.cells import on_cells
from proofcheck.spec.evaluation import evaluate
from proofcheck.spec.from_sympy import from_sympy
from proofcheck.spec.functions import (
    absolute,
    all_of,
    any_of,
    bits_of,
    flat,
    floor,
    implies,
    maximum,
    median,
    minimum,
    mod,
    output_variables,
    sorted_terms,
    square,
    total,
    variables,
    where,
    word,
)
from proofcheck.spec.nodes import terms_json, terms_of
from proofcheck.spec.polyhedra import such_that
from proofcheck.spec.relations import (
    Size,
    SizeRelation,
    binomial,
    ceil_log2,
    d_x,
    d_y,
    depth,
    floor_log2,
    inputs_count,
    k,
    largest_weight,
    m,
    measure,
    n,
    neurons,
    nonzeros,
    outputs_count,
    p,
    parameter,
    relation_of,
    size_of,
    volume,
    weight_bits,
    width,
)
from proofcheck.spec.sampling import members, sample
from proofcheck.spec.smt import Scaled, z3_terms
from proofcheck.spec.solver import Coordinates, coordinates, is_empty
from proofcheck.spec.statement import CircuitTarget, NetworkTarget, ReferenceTarget, Statement, Target, TermTarget, statement_of
from proofcheck.spec.strategies import strategy
from proofcheck.spec.symbolic import latex, sympy_terms
from proofcheck.spec.term import Term
from proofcheck.spec.words import text

__all__ = [
    "CircuitTarget",
    "Coordinates",
    "NetworkTarget",
    "ReferenceTarget",
    "Scaled",
    "Size",
    "SizeRelation",
    "Statement",
    "Target",
    "Term",
    "TermTarget",
    "absolute",
    "all_of",
    "any_of",
    "batched",
    "binomial",
    "bits_of",
    "ceil_log2",
    "coordinates",
    "d_x",
    "d_y",
    "depth",
    "evaluate",
    "flat",
    "floor",
    "floor_log2",
    "from_sympy",
    "implies",
    "inputs_count",
    "is_empty",
    "k",
    "largest_weight",
    "latex",
    "m",
    "maximum",
    "measure",
    "median",
    "members",
    "minimum",
    "mod",
    "n",
    "neurons",
    "nonzeros",
    "on_cells",
    "output_variables",
    "outputs_count",
    "p",
    "parameter",
    "relation_of",
    "sample",
    "scaled",
    "size_of",
    "sorted_terms",
    "square",
    "statement_of",
    "strategy",
    "such_that",
    "sympy_terms",
    "terms_json",
    "terms_of",
    "text",
    "total",
    "variables",
    "volume",
    "weight_bits",
    "where",
    "width",
    "word",
    "z3_terms",
]
