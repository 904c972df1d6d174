"""Networks in files of every kind that is read: proofcheck's own and ONNX."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from proofcheck.domains import Domain, Points
from proofcheck.errors import Refusal, UsageError
from proofcheck.interop.onnx_read import is_onnx, read_onnx
from proofcheck.networks import Network, Port, read_network

NUMBER = r"(-?\d{1,400}(?:/\d{1,400}|\.\d{1,400})?)"
GRID = re.compile(f"{NUMBER},{NUMBER},{NUMBER}")


def network_in(path: str | Path) -> Network:
    """The network in a file: ONNX when its name ends in .onnx, else a network file. Raises InputError."""
    return read_onnx(path) if is_onnx(path) else read_network(path)


def with_outputs(network: Network, text: str | None) -> Network:
    """The network with only the outputs whose numbers `text` lists, as "0" or "0,2"; all of them for None.

    Nodes that only other outputs depend on stay. Raises UsageError for what is no such list.
    """
    if text is None:
        return network
    parts = text.split(",")
    if not all(re.fullmatch(r"\d{1,9}", part.strip()) for part in parts):
        raise UsageError(f"--outputs {text!r} was given: write numbers of outputs from 0 on, as in 0 or 0,2")
    chosen = [int(part) for part in parts]
    if max(chosen) >= len(network.output) or len(set(chosen)) < len(chosen):
        raise UsageError(f"--outputs {text} was given, the network has the outputs 0 to {len(network.output) - 1}, each once")
    return replace(network, outputs=(Port("out", (len(chosen),)),), output=network.output[np.array(chosen, np.int64)])


def on_grid(network: Network, text: str | None) -> Network:
    """The network for the inputs LOW, LOW + STEP, ..., HIGH only, `text` being "LOW,HIGH,STEP"; as it is for None.

    Raises UsageError for what is no grid and Refusal for one outside of its domain.
    """
    if text is None:
        return network
    match = GRID.fullmatch(text.replace(" ", ""))
    if match is None:
        raise UsageError(f"--grid {text!r} was given: write three exact numbers, as in --grid=-8,8,1/16")
    try:
        low, high, step = (Fraction(part) for part in match.groups())
    except ZeroDivisionError:
        raise UsageError(f"--grid {text!r} has a number with the denominator 0") from None
    domain: Domain = Points(low, high, step).of((network.input_count,))
    if not domain.is_subset(network.domain):
        raise Refusal(f"{domain.describe()} is not certainly inside {network.domain.describe()}, for which the network is made")
    return replace(network, domain=domain)
