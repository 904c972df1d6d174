"""Sabotage: true certificates, changed in one place, must be rejected or prove exactly what they proved before.

    python -m tests.evidence.sabotage [--only TYPE] [--every N] [--ways N] [--flips N] [--workers N]

takes the samples of each type, changes every field one at a time (plain, and with the digests in the statement made right
again), flips random bytes, cuts, and splices every two files, and lets the kernel judge. What is accepted is
  identical  the same data in another spelling, such as other padding: the same is proved;
  same       another valid proof of the same statement about the same network: a note, a multiplier, a name was changed;
  other      another statement or network, by its digest, and true: the library finds it so by brute force. Whoever asked
             for the first statement does not take it, since the digests are compared.
Anything else is a fault, printed, and the exit status is 1: a false statement, a change of what is proved under the same
digest, an exception, a mutant that takes long. --every N tries each N-th mutant only, but all flips; --ways N changes each
field in at most N ways, drawn with a seed, where all ways are some fifteen: the certificate of a sort has 45 kB.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice

from proofcheck.errors import ProofcheckError
from proofcheck.kernel import Proved, Rejected, replay
from tests.evidence.brute_force import truth
from tests.evidence.certificate_samples import samples
from tests.evidence.mutants import cuts, decoded, field_mutants, flips, splices

KINDS = ("fields", "flips", "cuts", "splices")
OUTCOMES = ("rejected", "identical", "same", "other")
COLUMNS = (*KINDS, *OUTCOMES, "faults")
SLOW = 20.0  # seconds
Counts = Counter[str]


def mutants(name: str, place: int, flip_count: int, every: int, ways: int | None = None) -> Iterator[tuple[str, str, bytes]]:
    """(kind, what was changed, the file) for one sample; it is spliced with every other sample of all types."""
    known = samples()
    data = known[name][place]
    for change, made in field_mutants(data, every, ways):
        yield "fields", change, made
    for change, made in flips(data, flip_count, seed=place):
        yield "flips", change, made
    for change, made in islice(cuts(data), 0, None, every):
        yield "cuts", change, made
    others = [sample for files in known.values() for sample in files if sample != data]
    for change, made in islice(chain.from_iterable(splices(data, other) for other in others), 0, None, every):
        yield "splices", change, made


def outcome(original: bytes, proved: Proved, mutant: bytes, checked: dict[tuple[str, str], str]) -> str:
    """One of OUTCOMES, or a sentence about a fault. checked: truths by digests, to ask for each only once."""
    try:
        found = replay(mutant)
    except Rejected:
        return "rejected"
    except BaseException as error:  # noqa: BLE001 - whatever else the kernel raises is what is looked for
        return f"{type(error).__name__}: {error}"
    if (found.network_digest, found.statement_digest) == (proved.network_digest, proved.statement_digest):
        if (found.sentence, found.statement, found.method) != (proved.sentence, proved.statement, proved.method):
            return "something else is proved under the same digests"
        if found.assumptions != proved.assumptions:
            return "the assumptions have changed"
        return "identical" if decoded(mutant) == decoded(original) else "same"
    key = found.network_digest, found.statement_digest
    if key not in checked:
        try:
            checked[key] = truth(mutant)
        except (ProofcheckError, ValueError, KeyError) as error:
            checked[key] = f"accepted, and the library cannot read it: {error}"
    if checked[key] in ("true", "sampled"):
        return "other"
    return f"{checked[key]}: {found.sentence}"


def row(name: str, count: int, counts: Counts) -> str:
    """A line of the table."""
    return f"{name:22}" + "".join(f"{number:10}" for number in (count, *(counts[head] for head in COLUMNS)))


def tried(name: str, place: int, flip_count: int, every: int, ways: int | None = None) -> tuple[Counts, list[str]]:
    """All mutants of one sample: how many there were of each kind and outcome, and the faults in words."""
    original = samples()[name][place]
    proved, counts, faults, checked = replay(original), Counts(), list[str](), dict[tuple[str, str], str]()
    for kind, change, mutant in mutants(name, place, flip_count, every, ways):
        if mutant == original:
            continue
        begin = time.process_time()
        result = outcome(original, proved, mutant, checked)
        if time.process_time() - begin > SLOW:
            result = f"took {time.process_time() - begin:.0f} s"
        counts[kind] += 1
        counts[result if result in OUTCOMES else "faults"] += 1
        if result not in OUTCOMES:
            faults.append(f"{name}, sample {place}, {kind}, {change}: {result}")
    counts["only sampled"] = sum(answer == "sampled" for answer in checked.values())
    counts["others"] = len(checked)
    return counts, faults


def main(argv: list[str]) -> int:
    """Print the table; returns 1 when there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--ways", type=int)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(argv)
    names = {name: len(files) for name, files in samples().items() if asked.only in name}
    whole, faults = Counts(), list[str]()
    print(f"{'type':22}" + "".join(f"{head:>10}" for head in ("samples", *COLUMNS)), flush=True)
    with ProcessPoolExecutor(asked.workers) as pool:
        work = {
            name: [pool.submit(tried, name, place, -(-asked.flips // count), asked.every, asked.ways) for place in range(count)]
            for name, count in names.items()
        }
        for name, futures in work.items():  # a row as soon as it is known: all of them take an hour
            total = Counts()
            for future in futures:
                counts, found = future.result()
                total += counts
                faults += found
            print(row(name, names[name], total), flush=True)
            whole += total
    print(row("all", sum(names.values()), whole))
    print(f"{whole['others']} other statements: {whole['only sampled']} tried on samples alone, the rest by brute force or z3")
    for fault in faults[:100]:
        print(fault[:600])
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
