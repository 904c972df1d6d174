"""The command line: what can be asked, and how every answer ends.

`--help`, `list` and `audit` answer at once: a command's module is imported only when the command runs. Every error is one
sentence on standard error and an exit code; an unexpected exception is 70 and never 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

from proofcheck.commands.arguments import add_badge, add_export
from proofcheck.errors import ProofcheckError, UsageError

EXITS = """exit codes: 0 every floor met; 1 refuted; 2 weaker than a floor or than --base; 3 unknown; 4 nothing was checked;
64 bad usage; 65 bad input; 70 internal fault. When several apply, the first of 70, 65, 1, 2, 3, 4."""


MOST_DIGITS = 320_000  # what is read is bounded elsewhere: 2^16 bits a number, 10^6 in relations between sizes


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are usage errors of this package."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    sys.set_int_max_str_digits(MOST_DIGITS)
    os.environ["PYTHONINTMAXSTRDIGITS"] = str(MOST_DIGITS)  # of the processes that it starts
    for stream in (sys.stdout, sys.stderr):  # what a terminal has no letter for is printed as an escape
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_args(arguments)
        if "command" not in options:
            raise UsageError("no command was given: say list, check, gate, ... (see proofcheck --help)")
        module, _, function = options.command.partition(":")
        code = int(getattr(import_module(f"proofcheck.{module}"), function)(options))
        sys.stdout.flush()
        return code
    except ProofcheckError as error:
        return _fail(error, str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail(None, "interrupted", 3)
    except BrokenPipeError:
        _give_up_output()
        return 70
    except OSError as error:
        _give_up_output()
        return _fail(error, f"{error.filename or 'a file'}: {error.strerror or error}", 65)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a fault is 70, never 1
        return _fail(error, f"internal fault, {type(error).__name__}: {error} (PROOFCHECK_DEBUG=1 shows where)", 70)


def _give_up_output() -> None:
    """Drop what cannot be printed, as on a full disk: Python would try again at its end, with an exit code of its own."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(error: Exception | None, text: str, code: int) -> int:
    if error is not None and os.environ.get("PROOFCHECK_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    print(f"proofcheck: {' '.join(text.split())}", file=sys.stderr)
    return code


def _parser() -> Parser:
    parser = Parser(
        prog="proofcheck",
        description="Exact neural networks from theory papers, and claims about them that a machine settles.",
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version="proofcheck 0.1.0")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)

    gate = _command(commands, "gate", "commands.judging:gate", "judge every claim; fail unless every floor is met")
    gate.add_argument("paths", nargs="*", metavar="PATH", help="files or folders of constructions (default: constructions)")
    gate.add_argument(
        "--only",
        default="",
        metavar="PATTERN",
        help='claims whose "construction::claim" contains it, or matches it as in *::depth',
    )
    for name, kind in (("json", "evidence, for --base"), ("junit", "a JUnit report"), ("sarif", "a SARIF report")):
        gate.add_argument(f"--{name}", metavar="FILE", help=f"write {kind}")
    gate.add_argument("--github", action="store_true", help="annotations and a summary, as in GitHub Actions without asking")
    gate.add_argument("--bundle", metavar="FILE", help="write evidence, certificates and kernel in one file, to audit offline")
    gate.add_argument("--summary", action="store_true", help="a report that fits a screen: one line a construction")
    gate.add_argument("--base", metavar="EVIDENCE", help="fail when a claim became weaker than in this --json file")
    gate.add_argument("--budget", metavar="TIME", help="wall clock for the whole run, such as 90s, 10m, 2h")
    gate.add_argument("--recheck", action="store_true", help="settle everything again, whatever the local cache holds")
    gate.add_argument(
        "--mutants", type=int, default=40, metavar="N", help="planted faults to try on each construction (default 40; 0: none)"
    )
    gate.add_argument("--shard", metavar="I/K", help="judge the I-th of K parts; merge puts their --json files together")
    gate.add_argument("--cluster", metavar="ADDRESS", help="judge on the workers of a running Dask cluster")
    gate.add_argument("-j", dest="workers", type=int, default=1, metavar="N", help="judge in N processes")

    listing = _command(
        commands, "list", "commands.catalogue:list_constructions", "every construction, and how far each claim is settled"
    )
    listing.add_argument(
        "query", nargs="?", default="", metavar="QUERY", help="words, computes:max, depth<=2, certified, ~TERM, ?TERM: docs/site"
    )
    listing.add_argument("--json", action="store_true", help="as JSON")

    show = _command(commands, "show", "commands.catalogue:show", "statement, source, derivation, sizes, wires, evidence")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--plot", action="store_true", help="only its sizes against the parameter: counted, and as claimed")
    show.add_argument("-n", dest="size", metavar="SIZE", help="the size to build: 4, or d_x=1,k=2, or an instance")

    check = _command(commands, "check", "commands.judging:check", "judge one construction, or one of its claims")
    check.add_argument("name", metavar="NAME[::CLAIM]")
    check.add_argument("-n", dest="size", metavar="SIZES", help="these sizes instead of the declared ones: 4, 2..8, an instance")

    new = _command(commands, "new", "commands.catalogue:new", "a fresh construction file that passes")
    new.add_argument("name", metavar="NAME", help="what_by_how, or the path of the file")

    emulate = _command(
        commands, "emulate", "commands.networks:emulate_circuit", "circuit file to network file, with its meanings"
    )
    emulate.add_argument("circuit", metavar="CIRCUIT")
    emulate.add_argument("-o", dest="output", required=True, metavar="NET")
    emulate.add_argument("--layered", action="store_true", help="strictly layered, with carries")

    prove = _command(commands, "prove", "commands.networks:prove", "settle whether a network equals a circuit or another network")
    prove.add_argument("network", metavar="NET", help="a network file, or ONNX")
    what = prove.add_mutually_exclusive_group(required=True)
    what.add_argument("--equals", metavar="CIRCUIT|NET", help="what it should equal: AIGER, CNF, ..., a network file or ONNX")
    what.add_argument("--property", metavar="VNNLIB", help="a query: refuted when it is sat, holds when it is unsat")
    prove.add_argument("--outputs", metavar="I,J,...", help="of the network these outputs only, counted from 0")
    prove.add_argument("--true-at", metavar="VALUE", help="of a circuit: an output is true where it is this number, else false")
    prove.add_argument("--on", metavar="BOX", help="of two networks: these inputs, LOW..HIGH for all or for each, by commas")
    prove.add_argument("-o", dest="output", metavar="CERT", help="write the certificate")
    prove.add_argument("--floor", choices=("established", "certified"), default="established")

    run = _command(commands, "run", "commands.running:run", "evaluate a network exactly")
    run.add_argument("network", metavar="NET")
    source = run.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--inputs", metavar="FILE", help="one input a line, - for standard input: exact numbers, or 0s and 1s in a row"
    )
    source.add_argument("--exhaustive", action="store_true", help="every input of the network's domain")
    source.add_argument("--random", type=int, metavar="N", help="N inputs of the domain, the same ones in every run")
    run.add_argument("--equals", metavar="CIRCUIT|NET", help="compare with these outputs; exit 1 on a difference")
    run.add_argument("--device", default="cpu", metavar="DEVICE", help="cpu, cuda, ...; comparisons in bits by a kernel there")
    run.add_argument(
        "--dtype", default="auto", metavar="DTYPE", help="auto, exact (rationals), float32, ...; refused when not exact"
    )
    run.add_argument("--shard", metavar="I/K", help="of an exhaustive comparison, the I-th of K parts")
    run.add_argument(
        "--receipt", metavar="FILE", help="of an exhaustive comparison: what was tried; where the file is there, go on"
    )
    run.add_argument("--cluster", metavar="ADDRESS", help="of an exhaustive comparison: on the workers of a Dask cluster")

    merging = _command(
        commands, "merge", "commands.comparing:merge_receipts", "what the receipts or evidence files of all shards say together"
    )
    merging.add_argument("receipts", nargs="+", metavar="FILE")
    merging.add_argument("-o", dest="output", metavar="FILE", help="write the merged receipt or evidence")

    add_export(_command(commands, "export", "commands.exporting:export", "write a network or a claim for another tool"))

    audit = _command(commands, "audit", "commands.audit:audit", "replay certificates and bundles by the kernel alone")
    audit.add_argument("certificates", nargs="+", metavar="CERT|BUNDLE")

    site = _command(commands, "site", "commands.site:site", "the catalogue as static pages")
    site.add_argument("folder", metavar="DIR", help="a new folder, or one that this command wrote: it is replaced as a whole")
    site.add_argument("paths", nargs="*", metavar="PATH", help="files or folders of constructions (default: constructions)")
    site.add_argument("--evidence", metavar="FILE", help="what a gate wrote by --json or --bundle: judge nothing")
    site.add_argument("--docs", metavar="DIR", help="Markdown files to add as pages (default: docs, if any)")
    site.add_argument("--earlier", action="append", default=[], metavar="FILE", help="older --json files, for histories")
    site.add_argument("--mutants", type=int, default=40, metavar="N", help="planted faults a construction (default 40)")
    site.add_argument("-j", dest="workers", type=int, default=2, metavar="N", help="judge and replay in N processes (default 2)")

    bench = _command(commands, "bench", "commands.bench:bench", "benchmarks beside other tools; without a name, which there are")
    bench.add_argument("name", nargs="?", metavar="NAME", help="soundness: claims on which floating-point verifiers err; speed")
    bench.add_argument("--json", metavar="FILE", help="write the rows as JSON")
    bench.add_argument("--plot", metavar="FILE", help="of speed: write the rates as an SVG")
    bench.add_argument("--only", default="", metavar="TEXT", help="rows whose name or words contain it")
    bench.add_argument("--peer-python", metavar="PYTHON", help="the Python in which the peers are installed (default: this one)")

    add_badge(_command(commands, "badge", "commands.badge:badge", "a picture (SVG) of an evidence file, with its scope"))
    completion = _command(commands, "completion", "commands.completion:completion", "print completion for a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
    completion.set_defaults(parser=parser)
    return parser


def _command(commands: argparse._SubParsersAction[Parser], name: str, function: str, summary: str) -> Parser:
    parser = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", epilog=EXITS)
    parser.set_defaults(command=function)
    return parser


if __name__ == "__main__":
    sys.exit(main())
