"""Prints time and peak memory of checking a random circuit of 27,000 gates as a strictly layered network.

Run by hand: python tests/kernel/measure.py [GATES [REACH [PERCENT]]]
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

from written import by_meanings, emulation, random_aig

sys.path.insert(0, str(Path(__file__).parents[2]))


def measure(path: str) -> None:
    from proofcheck.kernel import replay

    start = time.process_time()
    proved = replay(path)
    seconds, peak = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{Path(path).stat().st_size / 1e6:.1f} MB, {seconds:.2f} s of processor time, peak {peak:.0f} MB: {proved.measures}")


def main(gates: int = 27_000, reach: int = 1000, percent: int = 6) -> None:
    aig = random_aig(256, gates, 128, seed=1, reach=reach, far=percent / 100)
    path = Path("/tmp/measured.cert")
    path.write_bytes(by_meanings(emulation(aig, layered=True), aig.binary()))
    subprocess.run([sys.executable, __file__, "--replay", str(path)], check=True)
    path.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--replay"]:
        measure(sys.argv[2])
    else:
        main(*map(int, sys.argv[1:]))
