"""Circuits: AND and XOR gates on literals, their files, builders, reference simulation, and emulation by networks."""

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import AND, FALSE, TRUE, XOR, Circuit, Original
from proofcheck.circuits.emulate import emulate
from proofcheck.circuits.random_circuits import random_circuit
from proofcheck.circuits.read import circuit_of_bytes, read_circuit
from proofcheck.circuits.simulate import simulate, simulate_integers
from proofcheck.circuits.standard import (
    barrel_shifter,
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
    subtractor,
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
    "barrel_shifter",
    "blif_bytes",
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
    "ripple_adder",
    "simulate",
    "simulate_integers",
    "subtractor",
    "write_aiger",
    "write_blif",
]
