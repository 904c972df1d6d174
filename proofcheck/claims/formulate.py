"""A claim about one network at one size, made into a statement: the step from what is written to what is judged."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from typing import Any

from proofcheck.circuits import Circuit
from proofcheck.claims.kinds import Approximates, Claim, Computes, Exact, NetworkClaim, Property, Relation
from proofcheck.claims.reference import ReferenceFunction
from proofcheck.claims.sizes import Size
from proofcheck.domains import Domain, product_of
from proofcheck.errors import ConstructionError, ProofcheckError
from proofcheck.exact import rational, rationals
from proofcheck.networks import Network, Port
from proofcheck.spec import (
    CircuitTarget,
    ReferenceTarget,
    SizeRelation,
    Statement,
    Term,
    TermTarget,
    flat,
    output_variables,
    variables,
)
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.solver import is_empty
from proofcheck.spec.term import COMPARISONS

Point = tuple[Fraction, ...]
Reference = Callable[[Sequence[Point]], list[Point]]


@dataclass(frozen=True)
class Formulated:
    """A statement with what it names only by hash: the circuit, or the reference function on batches of points.

    steps: comparisons that its proof may go by, in order; hints, and no part of the statement.
    """

    statement: Statement
    circuit: Circuit | None = None
    reference: Reference | None = None
    steps: tuple[Term, ...] = ()


def formulate(claim: NetworkClaim, network: Network, size: Size, *, layered: bool, sources: str = "0" * 64) -> Formulated:
    """The statement that `claim` makes about `network`, built for `size`.

    layered: whether the network was declared strictly layered, which its size relations then state too. sources: the
    SHA-256 of what a reference function reads. Raises ConstructionError for a claim that does not fit the network, says
    nothing about it, or speaks of no input.
    """
    try:
        if isinstance(claim, Relation):
            return Formulated(_relation(claim, network, size, layered))
        domain = _domain(claim, network, size)
        if isinstance(claim, Exact):
            dtype = at_size(claim.dtype, size)
            return Formulated(Statement(kind="exact", network=network.digest, domain=domain, dtype=dtype))
        steps = _steps(claim, network, size, domain)
        if isinstance(claim, Property):
            return Formulated(_property(claim, network, size, domain), steps=steps)
        return replace(_target(claim, network, size, domain, sources), steps=steps)
    except ConstructionError:
        raise
    except ProofcheckError as error:
        raise ConstructionError(str(error)) from error


def at_size(function: Any, size: Size) -> Any:
    """What a function of the size returns at `size`; anything else as it is.

    A function is one of the size when each of its parameters is a parameter of `build`.
    """
    if not callable(function) or not _is_of_size(function, size):
        return function
    return function(*(size.arguments[name] for name in inspect.signature(function).parameters))


def _is_of_size(function: Callable[..., Any], size: Size) -> bool:
    names = _parameter_names(function)
    return bool(names) and set(names) <= set(size.arguments)


def _parameter_names(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()


def _function_at(function: Any, size: Size, ports: Sequence[Port], what: str) -> Any:
    """A function of the ports, possibly by way of a function of the size. Refuses names that could mean either."""
    if callable(function) and _is_of_size(function, size):
        both = sorted(set(_parameter_names(function)) & {port.name for port in ports})
        if both:
            raise ConstructionError(
                f"{what} takes {both[0]!r}, which names a parameter of build and an input: rename one of them"
            )
        return at_size(function, size)
    return function


def _call(function: Callable[..., Any], arguments: Sequence[Any], what: str, ports: Sequence[Port]) -> Any:
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        count, taken = len(arguments), ", ".join(_parameter_names(function))
        raise ConstructionError(
            f"{what} takes ({taken}), expected {count} argument{'s' * (count != 1)}, one for each of the ports "
            f"{', '.join(port.name for port in ports)}: where it depends on the size, write lambda n: lambda x: ... "
            "with the names of build's parameters"
        ) from None
    except ValueError:
        pass
    return function(*arguments)


def _domain(claim: NetworkClaim, network: Network, size: Size) -> Domain:
    on = claim.on
    if callable(on) and not hasattr(on, "of"):
        on = at_size(on, size) if _is_of_size(on, size) else on(*size.arguments.values())
    if on is None:
        domain = network.domain
    elif isinstance(on, Domain):
        domain = on
    else:
        families = tuple(on) if isinstance(on, (tuple, list)) else (on,) * len(network.inputs)
        if len(families) != len(network.inputs):
            raise ConstructionError(
                f"on names {len(families)} domains for {len(network.inputs)} input ports: give one, or one for each"
            )
        for family in families:
            if not isinstance(family, Domain) and not hasattr(family, "of"):
                raise ConstructionError(f"on is {family!r}, expected a family such as Reals, Bits or Box(0, 1), or a domain")
        parts = [f if isinstance(f, Domain) else f.of(port.shape) for f, port in zip(families, network.inputs, strict=True)]
        for part, port in zip(parts, network.inputs, strict=True):
            if part.dimension != port.size:
                raise ConstructionError(
                    f"on gives the port {port.name} a domain of {part.dimension} coordinates, it has {port.size}: "
                    "the coordinates of the others would be shifted"
                )
        domain = product_of(parts)
    check_domain(domain, network)
    return domain


def check_domain(domain: Domain, network: Network) -> None:
    """Raise ConstructionError for an empty domain and for one that is not certainly inside the network's own."""
    if domain.dimension != network.input_count:
        raise ConstructionError(f"the domain has {domain.dimension} coordinates, the network {network.input_count} inputs")
    empty = is_empty(domain)
    if empty is not False:
        certainly = "is empty" if empty else "is not certain to have a point"
        raise ConstructionError(f"the domain {domain.describe()} {certainly}: a claim about no input says nothing")
    if not domain.is_subset(network.domain):
        raise ConstructionError(
            f"the claim is made on {domain.describe()}, which is not certainly inside the domain of the network, "
            f"{network.domain.describe()}: choose a smaller `on`, or build the network with inputs(..., on=...)"
        )


def _target(claim: Computes | Approximates, network: Network, size: Size, domain: Domain, sources: str) -> Formulated:
    fields: dict[str, Any] = {"network": network.digest, "domain": domain}
    if isinstance(claim, Computes) and claim.circuit is not None:
        target = at_size(claim.circuit, size) if _is_of_size(claim.circuit, size) else claim.circuit(*size.arguments.values())
        if not isinstance(target, Circuit):
            raise ConstructionError(f"circuit= gave {target!r}, expected a function of the size that returns a circuit")
    else:
        target = _function_at(claim.target, size, network.inputs, "the target")
    if isinstance(claim, Approximates):
        error = rational(at_size(claim.error, size))
        if isinstance(target, ReferenceFunction | Circuit):
            raise ConstructionError(
                "an approximation is stated against a function of terms: write the target with maximum, where, ..."
            )
        terms = _terms(target, network, domain, "the target")
        return Formulated(Statement(kind="approximates", target=TermTarget(terms), error=error, **fields))
    if isinstance(target, Circuit):
        if (target.input_count, target.output_count) != (network.input_count, len(network.output)):
            raise ConstructionError(
                f"the circuit has {target.input_count} inputs and {target.output_count} outputs, "
                f"the network {network.input_count} and {len(network.output)}"
            )
        return Formulated(
            Statement(kind="computes", target=CircuitTarget(sha256(target.aiger()[0]).hexdigest()), **fields), circuit=target
        )
    if isinstance(target, ReferenceFunction):
        function = reference_at(claim, size, network.inputs)
        return Formulated(
            Statement(kind="computes", target=ReferenceTarget(sources), **fields),
            reference=batched(function, network.inputs, len(network.output)),
        )
    return Formulated(Statement(kind="computes", target=TermTarget(_terms(target, network, domain, "the target")), **fields))


def _terms(target: Any, network: Network, domain: Domain, what: str) -> tuple[Term, ...]:
    if not callable(target):
        raise ConstructionError(f"{what} is {target!r}, expected a function of the inputs: write lambda x: ...")
    given = variables(domain, [port.shape for port in network.inputs])
    terms = tuple(flat(_call(target, given, what, network.inputs)))
    _check_count(what, len(terms), len(network.output))
    return terms


def _property(claim: Property, network: Network, size: Size, domain: Domain) -> Statement:
    holds = _function_at(claim.holds, size, (*network.inputs, *network.outputs), "the property")
    given = variables(domain, [port.shape for port in network.inputs])
    results = output_variables([port.shape for port in network.outputs])
    condition = _call(holds, [*given, *results], "the property", (*network.inputs, *network.outputs))
    if isinstance(condition, Iterable):
        raise ConstructionError(
            f"the property returns a {type(condition).__name__}, expected one condition: write all_of(...) of it, or any_of(...)"
        )
    if not isinstance(condition, Term) or not any(term.op == "output" for term in postorder((condition,))):
        raise ConstructionError("the property mentions no output of the network, so it says nothing about it")
    return Statement(kind="property", network=network.digest, domain=domain, condition=condition)


def _steps(claim: Computes | Approximates | Property, network: Network, size: Size, domain: Domain) -> tuple[Term, ...]:
    if claim.steps is None:
        return ()
    ports = (*network.inputs, *network.outputs)
    function = _function_at(claim.steps, size, ports, "the function of steps")
    given = variables(domain, [port.shape for port in network.inputs])
    results = output_variables([port.shape for port in network.outputs])
    found = _call(function, [*given, *results], "the function of steps", ports)
    return comparisons_of(flat(list(found) if isinstance(found, Iterable) else found))


def comparisons_of(steps: Iterable[Term]) -> tuple[Term, ...]:
    """The comparisons that the steps consist of, conjunctions taken apart. Raises ConstructionError for anything else."""
    found: list[Term] = []
    for step in steps:
        for part in step.args if step.op == "and" else (step,):
            if part.op == "and":
                found += comparisons_of((part,))
            elif part.op in COMPARISONS:
                found.append(part)
            elif part.op != "constant" or part.data != 1:  # a comparison of numbers that is true says nothing
                raise ConstructionError(f"a step is {part!r}, expected a comparison of terms by <=, <, == or all_of(...) of such")
    return tuple(found)


def _relation(claim: Relation, network: Network, size: Size, layered: bool) -> Statement:
    relation = at_size(claim.relation, size)
    if callable(relation):
        raise ConstructionError(
            f"the relation is a function of ({', '.join(_parameter_names(relation))}), expected one of parameters of build, "
            f"which are {', '.join(size.arguments) or 'none'}: use their names"
        )
    if not isinstance(relation, SizeRelation):
        raise ConstructionError(
            f"the relation is {relation!r} and mentions no measured quantity: compare width, depth, neurons, ... as in depth == n"
        )
    unknown = sorted(relation.parameters() - set(size.parameters))
    if unknown:
        known = ", ".join(size.parameters) or "none"
        raise ConstructionError(f"the relation names {', '.join(unknown)} without a value: at this size there are {known}")
    return Statement(
        kind="relation",
        network=network.digest,
        domain=_domain(claim, network, size) if claim.on is not None or "volume" in relation.measures() else None,
        relation=relation,
        parameters={name: value for name, value in size.parameters.items() if name in relation.parameters()},
        activations=tuple(claim.activations),
        layered=layered,
    )


def reference_at(claim: Claim, size: Size, ports: Sequence[Port]) -> Callable[..., Any]:
    """The reference function that a claim names, at this size. Raises ConstructionError when it names none."""
    target = _function_at(claim.target, size, ports, "the target") if isinstance(claim, Computes) else None
    if not isinstance(target, ReferenceFunction):
        raise ConstructionError("the claim has no reference function as its target")
    function: Callable[..., Any] = _function_at(target.function, size, ports, "the reference function")
    return function


def batched(function: Callable[..., Any], ports: Sequence[Port], outputs: int) -> Reference:
    """A reference function on nested Fractions shaped like the input ports, as a function of batches of flat points."""

    def evaluate(points: Sequence[Point]) -> list[Point]:
        results = []
        for point in points:
            values = rationals(_flat(_call(function, _shaped(point, ports), "the reference function", ports)))
            _check_count("the reference function", len(values), outputs)
            results.append(values)
        return results

    return evaluate


def _shaped(point: Point, ports: Sequence[Port]) -> list[Any]:
    """The coordinates as one nested list for each port; a scalar port is the number itself."""
    arguments, first = [], 0
    for port in ports:
        values: list[Any] = list(point[first : first + port.size])
        first += port.size
        for extent in reversed(port.shape[1:]):
            values = [values[i : i + extent] for i in range(0, len(values), extent)] if extent else []
        arguments.append(values if port.shape else values[0])
    return arguments


def _flat(nested: Any) -> list[Any]:
    if isinstance(nested, (list, tuple)):
        return [value for part in nested for value in _flat(part)]
    return [int(nested) if isinstance(nested, bool) else nested]


def _check_count(what: str, count: int, expected: int) -> None:
    if count != expected:
        raise ConstructionError(
            f"{what} returns {count} value{'s' * (count != 1)}, the network has {expected} output{'s' * (expected != 1)}"
        )
