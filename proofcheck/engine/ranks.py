"""Any finite domain searched rank by rank: tiles of inputs are made here from the ranked bijection, judged and forgotten.

What leaves is a rank or nothing, and memory depends on the tile alone, not on how many inputs there are. The slower twin of
the search in bits (`bits.py`), for grids, words, permutations, and for networks that have no reading in bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain
from proofcheck.errors import UsageError

Array = npt.NDArray[Any]
Fails = Callable[[Array, int], Array]
"""Of inputs (count, d) over one denominator, the rows at which something fails, in increasing order."""

TILE = (1 << 6, 1 << 16)
CELLS = 1 << 24
"""Values of nodes, and of coordinates, that a tile may have."""


@dataclass(frozen=True, eq=False)
class RankEngine:
    """A domain, what is sought in it, and how many values there are for each input: they bound the tile."""

    domain: Domain
    fails: Fails
    values: int

    @property
    def tile(self) -> int:
        """Inputs that are evaluated at once."""
        least, most = TILE
        return max(least, min(most, CELLS // max(self.values, self.domain.dimension, 1)))

    def first(self, begin: int, end: int, seed: int | None = None) -> int | None:
        """The first rank of begin .. end - 1 at which it fails, None when there is none.

        Raises UsageError for a seed (ranks are tried in order), and for ranks that the domain does not have.
        """
        if seed is not None:
            raise UsageError("a search by ranks takes no seed")
        for start in range(begin, end, self.tile):
            rows = self.fails(*self.domain.unrank_scaled(start, min(start + self.tile, end)))
            if rows.size:
                return start + int(np.min(rows))
        return None
