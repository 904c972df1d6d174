"""`proofcheck run --exhaustive|--random --equals`: in bits or by ranks, on threads, in shards, with a receipt.

`proofcheck merge` puts the receipts of several runs together. What the fast evaluation finds is replayed in rationals.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from proofcheck.checkers.comparison import all_bits
from proofcheck.checkers.receipts import Receipt, domain_digest, merge, read_receipt, share_of
from proofcheck.circuits import Circuit, simulate_integers
from proofcheck.commands.cluster import engine_of, search_on_cluster
from proofcheck.commands.networks import check_writable
from proofcheck.engine.bits.inputs import bits_of_input
from proofcheck.engine.bits.programs import BitEngine, search
from proofcheck.engine.device.choice import engine_on
from proofcheck.engine.native import arithmetic_in_use
from proofcheck.engine.ranks import RankEngine
from proofcheck.errors import InputError, ProofcheckError, Refusal, UsageError
from proofcheck.gate.shards import is_evidence, merged_evidence
from proofcheck.networks import Network, evaluate
from proofcheck.networks.files import write_whole

SHARD = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
MOST_RANDOM = 1 << 48
PART_CELLS = 1 << 33
RANK_CELLS = 1 << 26
SAVED_EVERY = 5.0
"""Seconds between two writings of a receipt."""


def compare(network: Network, other: Circuit | Network, options: Namespace) -> int | None:
    """Compare on all ranks, or on some random ones in bits; the exit code, or None where `run` does it, batch by batch.

    Raises UsageError when a shard or a receipt is asked for and cannot be had.
    """
    asked = any(given is not None for given in (options.shard, options.receipt, options.cluster))
    if asked and not options.exhaustive:
        raise UsageError("--shard, --receipt and --cluster are for --exhaustive --equals")
    try:
        engine = _engine(network, other, options)
    except Refusal as reason:
        if asked:
            raise UsageError(f"--shard, --receipt and --cluster choose the evaluation themselves: {reason}") from None
        return None
    if engine is None:
        return None
    if options.exhaustive:
        return _exhaustive(network, other, engine, options)
    if not 1 <= options.random <= MOST_RANDOM:
        raise UsageError(f"--random {options.random} was given: ask for 1 to 2^48 inputs")
    found = search(engine, 0, options.random, 0, _threads(), _part(engine), lambda first, last: True)
    if found is not None:
        return _differs(network, other, bits_of_input(found, network.input_count, 0))
    print(f"equal on {options.random} inputs, which proves nothing about others")
    if isinstance(engine, BitEngine) and engine.device is not None:
        print(f"compared in bits {engine.how}, which is trusted", file=sys.stderr)
    return 0


def _engine(network: Network, other: Circuit | Network, options: Namespace) -> BitEngine | RankEngine | None:
    """What searches; None where `run` does it itself. Raises Refusal where an evaluation is asked for that has no search."""
    if options.dtype != "auto":
        raise Refusal("leave out --dtype and --device")
    if options.device == "cpu":
        if options.exhaustive:
            return engine_of(network, other) if network.domain.cardinality() else None
        engine = engine_of(network, other) if options.random and all_bits(network.domain) else None
        return engine if isinstance(engine, BitEngine) else None
    if options.cluster is not None:
        raise UsageError("--device is for this machine and --cluster for others: give one of the two")
    if not all_bits(network.domain) or not (options.exhaustive or options.random):
        raise Refusal("on a device only inputs that are all of {0,1}^n are searched")
    engine = engine_of(network, other)
    if not isinstance(engine, BitEngine):
        raise Refusal("on a device only bits are searched")
    engine = engine_on(engine.program, options.device)
    if engine.device is None:
        raise Refusal(engine.remark)
    return engine


def merge_receipts(options: Namespace) -> int:
    """Say what the receipts cover together: 0 when all of it, 1 when a difference was found, 3 when something is missing.

    Of the parts of a gate: how many claims stand how, and the exit code of the whole.
    """
    check_writable(options.output)
    if is_evidence(options.receipts[0]):
        return _merge_evidence(options)
    whole = merge([read_receipt(path) for path in options.receipts])
    if options.output:
        write_whole(whole.bytes(), options.output)
    kind, digest = whole.equals
    print(f"network {whole.network[:12]} and {kind} {digest[:12]}, {len(options.receipts)} receipts")
    if whole.failing is not None:
        print(f"different at the input of rank {whole.failing}")
        return 1
    if whole.missing:
        print(f"{whole.count} of {whole.total} inputs were tried: {_ranges(whole)} are missing")
        return 3
    print(f"equal on {whole.total} inputs, all inputs of the domain, trusting the machines that wrote the receipts")
    return 0


def _merge_evidence(options: Namespace) -> int:
    whole = merged_evidence(options.receipts)
    if options.output:
        write_whole((json.dumps(whole, indent=1, sort_keys=True) + "\n").encode(), options.output)
    counts = Counter(item["status"] for item in whole["evidence"])
    words = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing was checked"
    print(f"{len(whole['evidence'])} checks in {len(options.receipts)} parts: {words}, trusting the machines that wrote them")
    return int(whole["exit_code"])


def _exhaustive(network: Network, other: Circuit | Network, engine: BitEngine | RankEngine, options: Namespace) -> int:
    domain, total = network.domain, network.domain.cardinality()
    receipt = Receipt(network.digest, _named(other), domain_digest(domain), total, _share(options.shard, total))
    if options.receipt:
        check_writable(options.receipt)
        receipt = _resumed(receipt, options.receipt)
    if receipt.failing is not None:
        return _differs(network, other, domain.unrank(receipt.failing))
    saved = time.monotonic()

    def done(first: int, last: int) -> bool:
        nonlocal receipt, saved
        receipt = receipt.with_range(first, last)
        if options.receipt and time.monotonic() - saved > SAVED_EVERY:
            write_whole(receipt.bytes(), options.receipt)
            saved = time.monotonic()
        return True

    found = None
    if options.cluster is not None:
        for first, last, failing in search_on_cluster(options.cluster, network, other, receipt.missing, _part(engine)):
            if failing is None:
                done(first, last)
            else:
                found = failing if found is None else min(found, failing)
    for first, last in receipt.missing if options.cluster is None else ():
        found = search(engine, first, last, None, _threads(), _part(engine), done)
        if found is not None:
            break
    if options.receipt:
        receipt = receipt if found is None else replace(receipt, failing=found)
        write_whole(receipt.bytes(), options.receipt)
    if found is not None:
        return _differs(network, other, domain.unrank(found))
    if receipt.missing:
        raise ProofcheckError("the ranges of inputs tried do not add up to the share")
    low, high = receipt.share
    which = f"all inputs in {network.domain.describe()}" if high - low == total else f"those of rank {low} to {high - 1}"
    print(f"equal on {receipt.count} inputs, {which}")
    where = f"by the workers at {options.cluster}, which are trusted" if options.cluster else f"by {arithmetic_in_use()}"
    if isinstance(engine, BitEngine) and engine.device is not None:
        where = f"{engine.how}, which is trusted"
    print(f"compared {'in bits' if isinstance(engine, BitEngine) else 'by ranks'} {where}", file=sys.stderr)
    return 0


def _resumed(receipt: Receipt, path: str) -> Receipt:
    """The receipt in the file, when there is one. Raises InputError when it is of another run."""
    if not Path(path).exists():
        return receipt
    found = read_receipt(path)
    if replace(found, tried=(), failing=None) != receipt:
        raise InputError("is the receipt of another run: give a new file, or the network and shard that it names", path)
    return found


def _share(shard: str | None, total: int) -> tuple[int, int]:
    if shard is None:
        return 0, total
    found = SHARD.fullmatch(shard)
    if found is None:
        raise UsageError(f"the shard {shard!r} was asked for: i/k with 1 <= i <= k is expected")
    return share_of(total, int(found[1]), int(found[2]))


def _named(other: Circuit | Network) -> tuple[str, str]:
    if isinstance(other, Circuit):
        return "circuit", sha256(other.aiger()[0]).hexdigest()
    return "network", other.digest


def _differs(network: Network, other: Circuit | Network, x: Sequence[int | Fraction]) -> int:
    """Print the difference at x. Raises ProofcheckError when there is none in rationals."""
    found = evaluate(network, x)
    bits = [int(value) for value in x]
    expected = tuple(simulate_integers(other, bits, 1)) if isinstance(other, Circuit) else evaluate(other, x)
    if found == expected:
        raise ProofcheckError("the batched evaluation finds a difference at an input at which the rationals do not")
    print(f"input     {' '.join(map(str, x))}")
    print(f"output    {' '.join(map(str, found))}")
    print(f"expected  {' '.join(map(str, expected))}")
    return 1


def _threads() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _part(engine: BitEngine | RankEngine) -> int:
    """Inputs to a part: some tenths of a second of work, a multiple of 64."""
    if isinstance(engine, RankEngine):
        return 1 << max(12, (RANK_CELLS // max(engine.values, 1)).bit_length() - 1)
    return engine.haste << max(16, (PART_CELLS // max(engine.program.gates, 1)).bit_length())


def _ranges(receipt: Receipt, shown: int = 3) -> str:
    words = [f"{a} to {b - 1}" for a, b in receipt.missing[:shown]]
    return ", ".join(words) + (", ..." if len(receipt.missing) > shown else "")
