"""Circuits: AND and XOR gates on literals, their files, builders, reference simulation, and emulation by networks."""

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import AND, FALSE, TRUE, XOR, Circuit, Original
from proofcheck.circuits.emulate import emulate
from proofcheck.circuits.random_circuits import random_circuit
from proofcheck.circuits.read import circuit_of_bytes, read_circuit
from proofcheck.circuits.restructure import balanced, resynthesised
from proofcheck.circuits.simulate import simulate, simulate_integers
from proofcheck.circuits.standard import (
    barrel_shifter,
    carry_select_adder,
    decoder,
    equality,
    kogge_stone_adder,
    less_than,
    majority,
    multiplier,
    parity,
    popcount,
    priority_encoder,
    ripple_adder,
    row_multiplier,
    subtractor,
    wallace_multiplier,
)
from proofcheck.circuits.words import Word
from proofcheck.circuits.write import aiger_bytes, blif_bytes, write_aiger, write_blif

__all__ = [
    "AND",
    "FALSE",
    "TRUE",
    "XOR",
    "Builder",
    "Circuit",
    "Original",
    "Word",
    "aiger_bytes",
    "balanced",
    "barrel_shifter",
    "blif_bytes",
    "carry_select_adder",
    "circuit_of_bytes",
    "decoder",
    "emulate",
    "equality",
    "kogge_stone_adder",
    "less_than",
    "majority",
    "multiplier",
    "parity",
    "popcount",
    "priority_encoder",
    "random_circuit",
    "read_circuit",
    "resynthesised",
    "ripple_adder",
    "row_multiplier",
    "simulate",
    "simulate_integers",
    "subtractor",
    "wallace_multiplier",
    "write_aiger",
    "write_blif",
]
