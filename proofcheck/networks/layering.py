"""Strict layering: a network in which neurons read only the layer before theirs, equal to the given one on its domain.

Carries take a value past the layers that do not use it. What is carried is a basis of the affine values that later
layers need, so a sum needed later costs one carry, not one for each summand.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from proofcheck.errors import Refusal, UsageError
from proofcheck.networks.activation import RELU, Activation
from proofcheck.networks.contraction import contracted
from proofcheck.networks.emission import emit
from proofcheck.networks.flow import Flow, dissolved, flow_of
from proofcheck.networks.network import IntArray, Network
from proofcheck.networks.schedule import carried, cost_of, earliest, eased, latest, retimed

SCHEDULES = ("auto", "earliest", "latest", "eased", "retimed")

_CONTRACTED = 15_000  # weights: larger networks are carried item by item


def layered(network: Network, schedule: str = "auto", carry: Activation | None = None) -> Network:
    """A strictly layered network that equals `network` everywhere on its domain, of the same depth.

    Every neuron is kept; carries are added. An affine node that several readers need just after its layer stays a node,
    any other is folded into its readers, which never takes more weights than folding all of them.
    A carried value that interval arithmetic bounds on one side over the domain takes one neuron a layer (relu(v + C),
    with C moved into its readers), any other two (relu(v) and relu(-v)). Networks of at most 15,000 weights carry
    a basis of the affine values that later layers need; larger ones carry every live node. Values that are constant
    on the domain are folded into biases; neurons that are constant stay, but nothing reads them, so that a network
    whose longest chain passes through constants loses depth.

    schedule: in which layer each neuron is computed: "earliest", "latest", "eased" (one sweep that moves neurons where
    they cost least), "retimed" (a linear program, for up to 5,000 nodes), or "auto", the best of these; never a clock
    decides. carry: the activation of the carries; by default relu if the network has a relu neuron or
    none at all, otherwise its own.
    A carry equal to a node with a literal has that literal. Raises Refusal when neurons of `carry` cannot carry a value.
    """
    if schedule not in SCHEDULES:
        raise UsageError(f"unknown schedule {schedule!r}: known are {', '.join(SCHEDULES)}")
    activation = _own(network) if carry is None else carry
    forced: dict[int, Fraction] = {}
    while True:
        flow = flow_of(network, forced)
        if activation.kind == "step":
            flow = dissolved(flow)
        soon = earliest(network, flow)
        depth = int(soon[flow.neuron].max(initial=0))
        flow, plan = _cheapest(flow, _plans(flow, soon, depth, schedule), depth, activation)
        result, constant = emit(network, flow, plan, depth, activation)
        if not constant:
            return result
        forced |= constant


def _own(network: Network) -> Activation:
    """relu if the network has it or has no neurons; else its own activation that carries most, in the order of their names."""
    neurons = [a for a in network.activations if a.kind != "identity"]
    for kind in ("relu", "leaky_relu", "saturated_linear"):
        for activation in neurons:
            if activation.kind == kind:
                return activation
    return neurons[0] if neurons else RELU


def _plans(flow: Flow, soon: IntArray, depth: int, schedule: str) -> list[IntArray]:
    """The plans that `schedule` asks for, without repetition."""
    cost, late = cost_of(flow), latest(flow, soon, depth)
    if bool(np.all(soon[flow.neuron] == late[flow.neuron])):
        return [soon]
    plans: dict[bytes, IntArray] = {}
    for name in SCHEDULES[1:] if schedule == "auto" else (schedule,):
        if name == "earliest":
            plan: IntArray | None = soon
        elif name == "latest":
            plan = late
        elif name == "eased":
            plan = eased(flow, soon, depth, cost)
        else:
            plan = retimed(flow, soon, depth, cost)
            if plan is None and schedule == "retimed":
                raise Refusal("the network is too large for the linear program of schedule='retimed': use 'auto'")
        if plan is not None:
            plans[plan.tobytes()] = plan
    return list(plans.values())


def _cheapest(flow: Flow, plans: list[IntArray], depth: int, activation: Activation) -> tuple[Flow, IntArray]:
    """The flow and plan with fewest carries, item by item or by bases, the first of several."""
    candidates = [(flow, plan) for plan in plans]
    if len(flow.rows.source) <= _CONTRACTED and activation.kind in ("relu", "leaky_relu"):
        candidates += [contracted(flow, plan, depth) for plan in plans]
    return min(candidates, key=lambda c: carried(c[0], c[1], depth, cost_of(c[0])))
