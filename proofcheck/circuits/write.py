"""Writers of circuit files: AIGER, ASCII and binary, and BLIF.

The whole file appears at once, or nothing. In AIGER every XOR is three ANDs; BLIF keeps it.
"""

from __future__ import annotations

from pathlib import Path

from proofcheck.circuits.binary import and_inverter_graph, binary_aiger
from proofcheck.circuits.circuit import AND, XOR, Circuit
from proofcheck.networks.files import write_whole


def write_aiger(circuit: Circuit, path: str | Path) -> None:
    """Write an AIGER file with names: ASCII when the suffix is .aag, binary otherwise. Raises OSError."""
    write_whole(aiger_bytes(circuit, ascii=Path(path).suffix.lower() == ".aag"), path)


def write_blif(circuit: Circuit, path: str | Path) -> None:
    """Write a BLIF file. Raises OSError."""
    write_whole(blif_bytes(circuit), path)


def aiger_bytes(circuit: Circuit, *, ascii: bool = False) -> bytes:
    """An AIGER file with the names of inputs and outputs."""
    inputs = circuit.input_count
    variable, left, right = and_inverter_graph(inputs, circuit.operation == XOR, circuit.left, circuit.right)
    output = variable[circuit.output >> 1] * 2 + (circuit.output & 1)
    names = (("i", circuit.input_names()), ("o", circuit.output_names()))
    symbols = "".join(f"{kind}{i} {name}\n" for kind, side in names for i, name in enumerate(side))
    if not ascii:
        return binary_aiger(inputs, left, right, output, symbols)
    most = inputs + len(left)
    lines = [f"aag {most} {inputs} 0 {len(output)} {len(left)}"]
    lines += [str(2 * v) for v in range(1, inputs + 1)]
    lines += map(str, output.tolist())
    lines += [f"{2 * v} {x} {y}" for v, x, y in zip(range(inputs + 1, most + 1), left.tolist(), right.tolist(), strict=True)]
    return ("\n".join(lines) + "\n" + symbols).encode()


def blif_bytes(circuit: Circuit) -> bytes:
    """A BLIF file with one cover for each gate and output; names that BLIF cannot hold give way to x[0], ... and y[0], ..."""
    inputs, outputs = circuit.input_names(), circuit.output_names()
    if len({*inputs, *outputs}) < len(inputs) + len(outputs) or not all(map(_is_plain, (*inputs, *outputs))):
        inputs, outputs = ([f"{side}[{i}]" for i in range(len(names))] for side, names in (("x", inputs), ("y", outputs)))
    prefix = "n"
    while any(name.startswith(prefix) for name in (*inputs, *outputs)):
        prefix += "_"
    net = [f"{prefix}0", *inputs, *(f"{prefix}{v}" for v in range(1 + len(inputs), circuit.variable_count))]
    lines = [".model circuit", *_listed(".inputs", inputs), *_listed(".outputs", outputs), f".names {net[0]}"]
    gates = zip(net[1 + len(inputs) :], circuit.operation.tolist(), circuit.left.tolist(), circuit.right.tolist(), strict=True)
    for own, operation, x, y in gates:
        lines.append(f".names {net[x >> 1]} {net[y >> 1]} {own}")
        lines.append(f"{1 - (x & 1)}{1 - (y & 1)} 1")
        if operation != AND:
            lines[-1:] = [f"1{(x ^ y) & 1} 1", f"0{1 - ((x ^ y) & 1)} 1"]
    for name, literal in zip(outputs, circuit.output.tolist(), strict=True):
        lines += [f".names {net[literal >> 1]} {name}", f"{1 - (literal & 1)} 1"]
    return ("\n".join(lines) + "\n.end\n").encode()


def _is_plain(name: str) -> bool:
    return not any(c.isspace() or c in "#\\=" for c in name) and not name.startswith(".") and bool(name)


def _listed(command: str, names: list[str]) -> list[str]:
    """The command with its names, ten to a line."""
    rows = [" ".join(names[i : i + 10]) for i in range(0, len(names), 10)]
    return [" \\\n ".join([command, *rows])]
