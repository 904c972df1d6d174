"""Makes `checker_tasks` of tests/checkers and the tables of this folder importable."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "checkers"), str(Path(__file__).parents[2])]
