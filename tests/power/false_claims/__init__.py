"""False claims, each beside a true twin that differs from it in one detail: ROWS, the table, as data."""

from __future__ import annotations

from tests.power.false_claims.boxes import ROWS as BOXES
from tests.power.false_claims.circuits import ROWS as CIRCUITS
from tests.power.false_claims.domains import ROWS as DOMAINS
from tests.power.false_claims.integers import ROWS as INTEGERS
from tests.power.false_claims.limits import ROWS as LIMITS
from tests.power.false_claims.numbers import ROWS as NUMBERS
from tests.power.false_claims.sizes import ROWS as SIZES

ROWS = (*SIZES, *CIRCUITS, *INTEGERS, *NUMBERS, *BOXES, *DOMAINS, *LIMITS)
