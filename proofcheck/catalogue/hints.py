"""What to do about an exception that Python raised in a construction, where a name of this package is what it lacks."""

from __future__ import annotations

import re
import sys
from difflib import get_close_matches

ADDRESS = re.compile(r" at 0x[0-9a-f]+")
UNKNOWN = re.compile(r"cannot import name '(\w+)' from 'proofcheck'")


def without_addresses(text: str) -> str:
    """The text without addresses of objects: two runs of one construction must say the same."""
    return ADDRESS.sub("", text)


def hint(error: BaseException) -> str:
    """What to do, to be put after the exception's own words; empty where nothing is known."""
    public: list[str] = sys.modules["proofcheck"].__all__  # names alone, of what stands below this part
    if isinstance(error, NameError) and error.name in public:
        return f": write from proofcheck import {error.name}"
    asked = UNKNOWN.match(str(error)) if isinstance(error, ImportError) else None
    name = asked[1] if asked else error.name if isinstance(error, NameError) else None
    near = get_close_matches(name, public, 1, 0.75) if isinstance(name, str) else []
    return f": proofcheck has {near[0]}" if near else ""
