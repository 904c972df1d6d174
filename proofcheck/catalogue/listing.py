"""What constructions say of themselves and how far their claims were settled, remembered as long as their sources stand.

So a list answers at once. Nothing here is evidence: the gate reads none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from proofcheck.catalogue.building import Built, describe
from proofcheck.catalogue.description import Description, description_of
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.fingerprint import unchanged
from proofcheck.catalogue.items import Facts, fact_of
from proofcheck.catalogue.store import data_key, local_store
from proofcheck.claims.judged import Evidence
from proofcheck.claims.score import Score
from proofcheck.errors import ProofcheckError

Standing = Mapping[str, Mapping[str, str]]


def described(file: ConstructionFile) -> Description:
    """The description of a construction. Raises ConstructionError for a file that is no construction."""
    return known(file).description


def known(file: ConstructionFile) -> Built:
    """What is known of a construction without building it, from the cache when no file that it reads has changed."""
    data = local_store().recall_data(_key(file))
    if data is not None and isinstance(data.get("files"), dict) and data["files"] and unchanged(data["files"]):
        try:
            return Built(file, description_of(data["description"]), data["files"])
        except (KeyError, TypeError, ValueError, AttributeError, ProofcheckError):
            pass
    built = describe(file)
    remember(built)
    return built


def remember(built: Built) -> None:
    """Keep what the construction says of itself."""
    local_store().keep_data(_key(built.file), {"files": dict(built.files), "description": built.description.json()})


def standing(file: ConstructionFile, sources: str) -> Standing:
    """For each claim and size what the last judgement said: "certified", "established", "unrefuted", "refuted", "unknown"."""
    data: Any = local_store().recall_data(_standing_key(file, sources))
    return data if isinstance(data, dict) and all(isinstance(sizes, dict) for sizes in data.values()) else {}


def keep_standing(file: ConstructionFile, sources: str, evidence: Iterable[Evidence]) -> None:
    """Remember what was found, beside what is already remembered about other claims and sizes."""
    claims = {claim: dict(sizes) for claim, sizes in standing(file, sources).items()}
    for e in evidence:
        if e.finding is not None:
            strength = e.finding.strength
            word = e.finding.verdict.value if strength is None else strength.name.lower()
            claims.setdefault(e.claim, {})[e.size] = word
    local_store().keep_data(_standing_key(file, sources), claims)


def facts(file: ConstructionFile, sources: str) -> Facts:
    """What queries read of each claim at each size, from the last judgement: its words, and what a relation compares."""
    data: Any = local_store().recall_data(_facts_key(file, sources))
    return data if isinstance(data, dict) and all(isinstance(sizes, dict) for sizes in data.values()) else {}


def keep_facts(file: ConstructionFile, sources: str, evidence: Iterable[Evidence]) -> None:
    """Remember what queries read, beside what is already remembered about other claims and sizes."""
    kept = {claim: dict(sizes) for claim, sizes in facts(file, sources).items()}
    for e in evidence:
        if e.finding is not None:
            kept.setdefault(e.claim, {})[e.size] = fact_of(e.kind, e.statement, e.sentence)
    local_store().keep_data(_facts_key(file, sources), kept)


def mutants_standing(file: ConstructionFile, sources: str) -> str:
    """The last score of the construction in words, with its size; "not run yet" without one."""
    data = local_store().recall_data(_mutants_key(file, sources))
    return str(data["words"]) if isinstance(data, dict) and "words" in data else "not run yet"


def keep_score(file: ConstructionFile, sources: str, score: Score) -> None:
    """Remember a score that was worked out."""
    if not score.problem:
        lines = [f"{score.size}: {score.words()}", *score.explanations(), *score.complaints()]
        local_store().keep_data(_mutants_key(file, sources), {"words": "; ".join(lines)})


def _key(file: ConstructionFile) -> str:
    return data_key("description", str(file.path))


def _mutants_key(file: ConstructionFile, sources: str) -> str:
    return data_key("score", str(file.path), sources)


def _facts_key(file: ConstructionFile, sources: str) -> str:
    return data_key("facts", str(file.path), sources)


def _standing_key(file: ConstructionFile, sources: str) -> str:
    return data_key("standing", str(file.path), sources)
