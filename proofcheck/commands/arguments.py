"""Arguments of the commands that have many; the standard library only, since every command loads this."""

from __future__ import annotations

from argparse import ArgumentParser

FORMATS = ("onnx", "vnnlib", "smtlib", "torch", "dot", "net")


def add_export(parser: ArgumentParser) -> None:
    """The arguments of `proofcheck export`."""
    parser.add_argument("network", nargs="?", metavar="NET|NAME[::CLAIM]", help="a network file, ONNX, or a construction")
    parser.add_argument("--to", choices=FORMATS, help="the format; net is proofcheck's own")
    parser.add_argument("-o", dest="output", metavar="FILE", help="for torch a .py file, or .safetensors for a state_dict")
    parser.add_argument("-n", dest="size", metavar="SIZE", help="of a construction: the size to build (default: the first)")
    parser.add_argument("--equals", metavar="CIRCUIT|NET", help="for vnnlib and smtlib: ask for an input where they differ")
    parser.add_argument("--property", metavar="VNNLIB", help="for vnnlib and smtlib: ask this query")
    parser.add_argument("--outputs", metavar="I,J,...", help="these outputs only, counted from 0")
    parser.add_argument("--layered", action="store_true", help="strictly layered, with carries, first")
    parser.add_argument("--grid", metavar="LOW,HIGH,STEP", help="certify evaluation for these inputs, each coordinate")
    parser.add_argument("--dtype", default="auto", choices=("auto", "float32", "float64"), help="of onnx and torch files")
    parser.add_argument("--uncertified", action="store_true", help="exact weights, and evaluation that may round")
    parser.add_argument("--fixed-batch", action="store_true", help="onnx: a batch of 1, as verifiers like it")
    parser.add_argument("--vnnlib-version", default="2.0", choices=("1.0", "2.0"))
    parser.add_argument("--suite", metavar="DIR", help="write instances with answers known by theorem, for verifiers")


def add_badge(parser: ArgumentParser) -> None:
    """The arguments of `proofcheck badge`."""
    parser.add_argument("evidence", metavar="EVIDENCE", help="what `proofcheck gate --json` wrote")
    parser.add_argument("-o", dest="output", required=True, metavar="SVG")
    parser.add_argument("--only", default="", metavar="PATTERN", help='claims whose "construction::claim" matches')
    parser.add_argument("--label", default="", metavar="TEXT", help="instead of the name of the construction or claim")
