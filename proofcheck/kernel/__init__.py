"""The trusted checker. It reads certificates, believes nothing in them, and says what they prove.

Standard library only, nothing else of proofcheck: this folder works when copied alone. docs/trust.md is a guide to
reading all of it; docs/formats.md is the contract with whatever writes the files.
"""

from .audit import main
from .exact import Rejected
from .gates import circuit_of_terms
from .replay import FamilyObligations, Proved, family_obligations, replay

__all__ = ["FamilyObligations", "Proved", "Rejected", "circuit_of_terms", "family_obligations", "main", "replay"]
