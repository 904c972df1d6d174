"""A gate alone and on a cluster of worker processes, some killed in the middle: `python -m tests.evidence.cluster [PATH...]`.

Both judge everything anew. Each claim at each size must come once, and alike but for trust in the workers. The exit status is 1
when anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from proofcheck.cli import main as proofcheck

KEPT = ("construction", "claim", "size", "status", "sentence", "network", "statement", "problem")


def main(arguments: list[str] | None = None) -> int:
    """Print how long each took and what differs."""
    parser = argparse.ArgumentParser(description="A gate alone and on a cluster, workers killed in the middle.")
    parser.add_argument("paths", nargs="*", default=["constructions"])
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args(arguments)
    import distributed

    with tempfile.TemporaryDirectory() as folder:
        alone = told(options.paths, Path(folder) / "alone.json", [])
        cluster = distributed.LocalCluster(
            n_workers=options.workers, threads_per_worker=1, dashboard_address=None, silence_logs=50, host="127.0.0.1"
        )
        with cluster, distributed.Client(cluster, set_as_default=False) as client:
            killer = threading.Thread(target=kill, args=(client, options.kills), daemon=True)
            killer.start()
            there = told(options.paths, Path(folder) / "there.json", ["--cluster", cluster.scheduler_address])
            words = f"the workers of the cluster at {cluster.scheduler_address}"
    names = [key for key, _ in there]
    wrong = [f"{key} came twice" for key in set(names) if names.count(key) > 1]
    before, after = dict(alone), dict(there)
    wrong += [f"{key} came in one of them only" for key in before.keys() ^ after.keys()]
    for key in before.keys() & after.keys():
        trust = [text for text in after[key].get("trust", []) if text != words]
        if before[key] != after[key] | {"trust": trust}:
            wrong.append(f"{key}: {before[key]} alone, {after[key]} on the cluster")
    named = sum(words in value.get("trust", []) for value in after.values())
    print(f"{len(there)} claims and sizes, {named} of them trusting the workers, {len(wrong)} that differ")
    print("\n".join(wrong), end="\n" * bool(wrong))
    return int(bool(wrong))


def told(paths: list[str], file: Path, more: list[str]) -> list[tuple[tuple[str, str, str], dict[str, Any]]]:
    """What a gate says of each claim at each size, without what differs from run to run."""
    started = time.monotonic()
    code = proofcheck(["gate", *paths, "--mutants", "0", "--recheck", "--summary", "--json", str(file), *more])
    print(f"exit {code} after {time.monotonic() - started:.0f} s {'on the cluster' if more else 'alone'}", flush=True)
    found = []
    for item in json.loads(file.read_text())["evidence"]:
        finding = item["finding"] or {}
        value = {key: item[key] for key in KEPT} | {key: finding[key] for key in finding if key not in ("seconds", "certificate")}
        found.append(((item["construction"], item["claim"], item["size"]), value | {"trust": finding.get("trust", [])}))
    return found


def kill(client: Any, times: int) -> None:
    """Kill a worker process every few seconds."""
    draw = random.Random(0)
    for _ in range(times):
        time.sleep(draw.uniform(3, 8))
        try:
            pids = list(client.run(os.getpid).values())
            os.kill(draw.choice(pids), signal.SIGKILL)
            print("a worker was killed", flush=True)
        except (OSError, RuntimeError, IndexError):
            return


if __name__ == "__main__":
    sys.exit(main())
