"""Exact evaluation at speed: exactness certificates for number formats, torch modules, exact batches.

Names are loaded when first used, so that importing this package does not import torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proofcheck.engine.batch import evaluate_batch
    from proofcheck.engine.certificate import Exactness, choose_dtype, exactness, require_exact
    from proofcheck.engine.exact_module import ExactModule, module

__all__ = ["ExactModule", "Exactness", "choose_dtype", "evaluate_batch", "exactness", "module", "require_exact"]

_HOME = {
    "ExactModule": "exact_module",
    "Exactness": "certificate",
    "choose_dtype": "certificate",
    "evaluate_batch": "batch",
    "exactness": "certificate",
    "module": "exact_module",
    "require_exact": "certificate",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"proofcheck.engine has no {name!r}")
    return getattr(import_module(f"proofcheck.engine.{_HOME[name]}"), name)
