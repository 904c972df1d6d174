"""Any Boolean circuit as a ReLU network, gate by gate.

On bits, a AND b = relu(a + b - 1), NOT a = 1 - a costs no neuron, and a XOR b = relu(a - b) + relu(b - a) = |a - b|. So the
network mirrors the circuit: one neuron for an AND, two for an XOR, and as many hidden layers as the circuit has levels.
The instances are circuits of this package's own builder; `proofcheck emulate` does the same for a circuit file.
"""

from proofcheck import Computes, Construction, Instance, Relation, Source, certified, circuits, depth, neurons, parameter
from proofcheck.circuits import emulate


def instance(name, circuit):
    """A circuit with the measures that the size claims speak of."""
    return Instance(name, circuit, ands=circuit.and_count, xors=circuit.xor_count, levels=circuit.depth)


INSTANCES = [
    instance("ripple_adder_16", circuits.ripple_adder(16)),
    instance("kogge_stone_adder_16", circuits.kogge_stone_adder(16)),
    instance("less_than_16", circuits.less_than(16)),
    instance("popcount_15", circuits.popcount(15)),
    instance("parity_32", circuits.parity(32)),
    instance("multiplier_8", circuits.multiplier(8)),
]


def build(circuit):
    return emulate(circuit)


construction = Construction(
    title="Boolean circuits by canonical ReLU gates",
    source=Source(
        "Kratsios, Zvigelsky, Hart, Quantifying the Limits of AI Reasoning, 2025",
        arxiv="2508.18526",
        statement="abstract: every gate is replaced by a canonical ReLU emulator",
        fidelity="after",
    ),
    build=build,
    form="traced",
    claims={
        "computes": Computes(circuit=lambda circuit: circuit, at=INSTANCES, floor=certified),
        "neurons": Relation(neurons == parameter("ands") + 2 * parameter("xors"), at=INSTANCES),
        "depth": Relation(depth == parameter("levels"), at=INSTANCES, convention="hidden layers; skips allowed"),
    },
)
