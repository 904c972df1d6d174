"""`proofcheck bench`: the benchmarks by name; a table on a terminal, plain lines elsewhere, data with --json."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from proofcheck.bench import BENCHMARKS
from proofcheck.bench.report import Cell, Done, Report
from proofcheck.commands.networks import check_writable
from proofcheck.errors import UsageError
from proofcheck.networks.files import write_whole


def bench(options: Namespace) -> int:
    """Run one benchmark, or name them all."""
    if options.name is None:
        print("\n".join(f"{name}  {summary}" for name, summary in BENCHMARKS.items()))
        return 0
    if options.name not in BENCHMARKS:
        raise UsageError(f"there is no benchmark {options.name!r}: known are {', '.join(BENCHMARKS)}")
    for path in (options.json, options.plot):
        check_writable(path)
    with _watching() as done:
        report: Report = import_module(f"proofcheck.bench.{options.name}").run(options, done)
    _print(report)
    if options.json:
        write_whole((json.dumps(report.data, indent=1, sort_keys=True) + "\n").encode(), options.json)
    if options.plot:
        if not report.svg:
            raise UsageError(f"there is no plot of the benchmark {options.name}: leave --plot out")
        write_whole(report.svg.encode(), options.plot)
    return report.exit_code


@contextmanager
def _watching() -> Iterator[Done]:
    """What is being measured, on standard error when that is a terminal; otherwise nothing."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda text: status.update(text.replace("[", "\\["))


def _print(report: Report) -> None:
    if not sys.stdout.isatty():
        print("\n".join(report.lines))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    table = Table(*report.columns, show_lines=True)
    for row in report.rows:
        table.add_row(*(Text(cell.text, style=_style(cell)) for cell in row))
    console.print(table)
    for line in report.summary:
        console.print(Text(line))


def _style(cell: Cell) -> str:
    return {True: "green", False: "bold red", None: ""}[cell.good]
