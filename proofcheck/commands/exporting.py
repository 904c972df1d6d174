"""`proofcheck export`: a network, or a claim about it as a question, in the format of another tool."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from proofcheck.checkers.task import Task
from proofcheck.commands.networks import check_writable, equality
from proofcheck.errors import ConstructionError, UsageError
from proofcheck.interop.files import network_in, on_grid, with_outputs
from proofcheck.interop.questions import Question, question_of
from proofcheck.networks import Network, layered
from proofcheck.networks.files import network_bytes, write_whole

QUERIES = ("vnnlib", "smtlib")


def export(options: Namespace) -> int:
    """Write a file for another tool, or with --suite a folder of instances with known answers."""
    if options.suite is not None:
        return _suite(options)
    missing = [name for name, value in (("NET", options.network), ("--to", options.to), ("-o", options.output)) if not value]
    if missing:
        raise UsageError(f"{', '.join(missing)} must be given, or --suite DIR")
    check_writable(options.output)
    network, task = subject(options)
    if options.layered:
        if task is not None:
            raise UsageError("--layered makes another network, of which the claim says nothing: export the network alone")
        network = layered(network)
    network = on_grid(with_outputs(network, options.outputs), options.grid)
    write_whole(_bytes(network, _question(network, task, options), options), options.output)
    print(f"{options.output}: {options.to} of {network!r}")
    return 0


def _suite(options: Namespace) -> int:
    from proofcheck.interop.suite import write_suite

    if options.network or options.to or options.output:
        raise UsageError("--suite DIR stands alone: it writes its own networks and queries")
    written = write_suite(Path(options.suite))
    counts = {answer: sum(instance.answer == answer for instance in written) for answer in ("sat", "unsat")}
    print(f"{options.suite}: {len(written)} instances, {counts['unsat']} unsat and {counts['sat']} sat, each by a theorem")
    return 0


def subject(options: Namespace) -> tuple[Network, Task | None]:
    """The network in a file, or of a construction at a size; with it the claim that is named, if any."""
    if Path(options.network).is_file():
        if options.size is not None:
            raise UsageError(f"-n {options.size} was given, and {options.network} is a file of one network")
        return network_in(options.network), None
    from proofcheck.catalogue.building import build
    from proofcheck.catalogue.discovery import find
    from proofcheck.catalogue.listing import described
    from proofcheck.gate.judging import task_of
    from proofcheck.gate.plan import cases_of
    from proofcheck.gate.sizes_asked import sizes_asked

    name, _, claim = options.network.partition("::")
    file = find(name)
    description = described(file)
    known = [c.name for c in description.claims if c.kind not in ("forall", "grows", "enclosure", "probably")]
    if claim and claim not in known:
        raise UsageError(f"{name} has no claim {claim!r} about one network: it has {', '.join(known) or 'none'}")
    about = [c for c in description.claims if c.name == claim] or [c for c in description.claims if c.name in known]
    if not about:
        raise UsageError(f"{name} makes no claim about one network: there is nothing to export")
    labels, elements = sizes_asked(options.size if options.size is not None else about[0].sizes[0], description)
    built = build(file, [c.name for c in about], labels, elements)
    case = next((case for case in cases_of(built, elements) if case.job.network and not case.job.error), None)
    if case is None:
        raise ConstructionError(built.jobs[0].error if built.jobs else f"no claim is made at {options.size}", file.shown)
    task = task_of(case)
    return task.network, task if claim else None


def _question(network: Network, task: Task | None, options: Namespace) -> Question | None:
    """The question to write beside the network, None for formats that have none."""
    given = [name for name in ("equals", "property") if getattr(options, name)]
    if options.to not in QUERIES:
        if given:
            raise UsageError(
                f"--{given[0]} asks a question, and {options.to} files hold a network only: say --to vnnlib or smtlib"
            )
        return None
    if len(given) + (task is not None) > 1:
        raise UsageError("one question at a time: a claim, --equals or --property")
    if options.equals:
        return question_of(equality(network, options.equals))
    if options.property:
        from proofcheck.interop.vnnlib_read import read_vnnlib

        question = read_vnnlib(options.property)
        question.negated(network)
        return question
    if task is not None:
        return question_of(task)
    if options.to == "vnnlib":
        raise UsageError("a VNN-LIB file asks something: name a claim as NAME::CLAIM, or say --equals or --property")
    return None


def _bytes(network: Network, question: Question | None, options: Namespace) -> bytes:
    certified = not options.uncertified
    title = f"{options.network}, network {network.digest}, written by proofcheck"
    if question is not None:
        title += "\nsat: some input of the domain refutes the claim; unsat: the claim holds"
    match options.to:
        case "onnx":
            from proofcheck.interop.onnx_write import onnx_bytes

            return onnx_bytes(network, options.dtype, certified, not options.fixed_batch)
        case "torch":
            from proofcheck.interop.torch_text import state_dict_bytes, torch_text

            if str(options.output).endswith(".safetensors"):
                return state_dict_bytes(network, options.dtype, certified)
            return torch_text(network, options.dtype, certified).encode()
        case "vnnlib":
            from proofcheck.interop.vnnlib_write import vnnlib_text

            assert question is not None
            return vnnlib_text(network, question, options.vnnlib_version, title).encode()
        case "smtlib":
            from proofcheck.interop.smtlib import smtlib_text

            return smtlib_text(network, question, title=title).encode()
        case "dot":
            from proofcheck.interop.dot import dot_text

            return dot_text(network).encode()
    return network_bytes(network)
