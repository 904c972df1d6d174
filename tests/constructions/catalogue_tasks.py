"""The claims of a construction file as tasks, also about networks that its `build` does not give."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from proofcheck.checkers import Budget, Task, settle
from proofcheck.claims.evidence import Finding, Strength
from proofcheck.claims.formulate import formulate
from proofcheck.claims.sizes import parameters_of, size_of
from proofcheck.networks import Network, layered

FOLDER = Path(__file__).parents[2] / "constructions"


@cache
def module_of(name: str) -> ModuleType:
    """The file constructions/NAME.py as a module of its own."""
    specification = importlib.util.spec_from_file_location(f"catalogue_{Path(name).name}", FOLDER / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@cache
def built(name: str, *size: Any) -> Network:
    """The network that the construction is judged by at this size: layered, if it says so."""
    module = module_of(name)
    made: Network = module.build(*size)
    return layered(made) if module.construction.form == "layered" else made


def task_of(name: str, claim: Any, *size: Any, network: Network | None = None) -> Task:
    """The task of a claim, or of the one with this name, about the construction's network or about another one."""
    module = module_of(name)
    asked = module.construction.claims[claim] if isinstance(claim, str) else claim
    given = built(name, *size) if network is None else network
    form = module.construction.form == "layered"
    formulated = formulate(asked, given, size_of(size, parameters_of(module.build)), layered=form)
    return Task(given, formulated.statement, formulated.circuit, formulated.reference, formulated.steps)


def finding_of(name: str, claim: Any, *size: Any, network: Network | None = None) -> Finding:
    """What the gate's own plan finds, with the floor established."""
    return settle(task_of(name, claim, *size, network=network), Strength.ESTABLISHED, Budget(seconds=60))
