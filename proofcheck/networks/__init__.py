"""Networks: the value, how it is written, put together, layered, measured, run, stored."""

from proofcheck.networks.activation import IDENTITY, RELU, SATURATED_LINEAR, STEP, Activation
from proofcheck.networks.assemble import assemble
from proofcheck.networks.files import network_bytes, read_network, write_network
from proofcheck.networks.interpret import COLUMNS, INTERVALS, RATIONALS, Arithmetic, bounds, evaluate, interpret, z3_arithmetic
from proofcheck.networks.layering import layered
from proofcheck.networks.minimum_width import cell_values, minimum_width_network, resolution
from proofcheck.networks.network import Meanings, Network, Port
from proofcheck.networks.sizes import Sizes, is_layered, layers, sizes
from proofcheck.networks.trace import network
from proofcheck.networks.wire import Wire, inputs, leaky_relu, relu, saturated_linear, step

__all__ = [
    "COLUMNS",
    "IDENTITY",
    "INTERVALS",
    "RATIONALS",
    "RELU",
    "SATURATED_LINEAR",
    "STEP",
    "Activation",
    "Arithmetic",
    "Meanings",
    "Network",
    "Port",
    "Sizes",
    "Wire",
    "assemble",
    "bounds",
    "cell_values",
    "evaluate",
    "inputs",
    "interpret",
    "is_layered",
    "layered",
    "layers",
    "leaky_relu",
    "minimum_width_network",
    "network",
    "network_bytes",
    "read_network",
    "relu",
    "resolution",
    "saturated_linear",
    "sizes",
    "step",
    "write_network",
    "z3_arithmetic",
]
