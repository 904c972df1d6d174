"""A real browser over a site: `python -m tests.evidence.browser SITE [SHOTS]`. Needs Chromium, node and, once, npm.

Search, filters, the focus of the graph, every download, keyboard, the playground against the exact evaluator on random inputs,
no request to another host, no page wider than its window, axe with WCAG 2.2 AA on each page in both themes and two widths.
playwright-core and axe-core are taken from the folder $PROOFCHECK_NODE, or installed by npm into a temporary one.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from random import Random

from proofcheck.networks import read_network

POINTS = 40
NPM = ("npm", "install", "--no-audit", "--no-fund", "--silent", "playwright-core", "axe-core")


def missing() -> str:
    """Why no browser can be driven here, or nothing."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    lacking = [
        name
        for name, found in (("Chromium", chromium), ("node", shutil.which("node")), ("npm", shutil.which("npm")))
        if not found
    ]
    return f"{', '.join(lacking)} not installed" if lacking else ""


def points(site: Path) -> dict[str, dict[str, list[list[str]]]]:
    """Random inputs, rational where the domain allows, of every network that a page draws, and its exact outputs."""
    random, found = Random(20), {}
    for page in sorted((site / "c").glob("*.html")):
        if 'id="netdata"' not in page.read_text(encoding="utf-8"):
            continue
        (file,) = (site / "d" / page.stem).glob("*.net")
        network = read_network(file)
        inputs = [
            [Fraction(random.randint(-40, 40), random.choice((1, 1, 3, 8))) for _ in range(network.input_count)]
            for _ in range(POINTS)
        ]
        outputs = [network(*x) for x in inputs]
        found[page.stem] = {"inputs": [list(map(str, x)) for x in inputs], "outputs": [list(map(str, y)) for y in outputs]}
    return found


def browse(site: Path, shots: Path, modules: Path) -> dict[str, object]:
    """What the browser found: counts, failures, findings of axe."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    (modules / "points.json").write_text(json.dumps(points(site)), encoding="utf-8")
    script = Path(__file__).with_suffix(".mjs")
    command = [
        "node",
        str(script),
        str(site.resolve()),
        str(chromium),
        str(modules),
        str(shots.resolve()),
        str(modules / "points.json"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=1200)
    if run.returncode:
        raise SystemExit(f"the browser could not be driven: {run.stderr.strip()[-2000:]}")
    return json.loads(run.stdout.strip().splitlines()[-1])


def main(arguments: list[str]) -> int:
    if why := missing():
        print(f"not run: {why}")
        return 3
    site, shots = Path(arguments[0]), Path(arguments[1] if len(arguments) > 1 else tempfile.mkdtemp(prefix="shots."))
    shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        modules = Path(os.environ.get("PROOFCHECK_NODE", temporary))
        if not (modules / "node_modules" / "playwright-core").is_dir():
            (modules / "package.json").write_text("{}")
            subprocess.run(NPM, cwd=modules, check=True)
        found = browse(site, shots, modules)
    counts = ", ".join(f"{count} {what}" for what, count in found["counts"].items())
    print(f"{counts}; {len(found['failures'])} failures, {len(found['axe'])} findings of axe; screenshots in {shots}")
    print("\n".join(f"  {line}" for line in (*found["failures"], *found["axe"])))
    return 1 if found["failures"] or found["axe"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
