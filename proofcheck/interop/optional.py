"""Packages that only some formats need: fetched when they are used, and their absence said in one sentence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from proofcheck.errors import Refusal


def onnx_package() -> Any:
    """The package onnx. Raises Refusal, with what to install, when it is missing."""
    try:
        onnx = import_module("onnx")
        for part in ("checker", "helper", "numpy_helper"):
            import_module(f"onnx.{part}")
    except ImportError:
        raise Refusal("ONNX files need the package onnx, which is not installed: pip install 'proofcheck[onnx]'") from None
    return onnx


def decode_error() -> type[Exception]:
    """The exception of the protobuf package, which comes with onnx, for bytes that are no message."""
    error: type[Exception] = import_module("google.protobuf.message").DecodeError
    return error
