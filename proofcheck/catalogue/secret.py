"""The user's secret: what seals the entries of the local cache. It lies outside every project and is hidden from constructions.

It is made once, at the first use. Where none can be read or made, nothing is recalled and nothing kept.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

BYTES = 32


def secret_folder() -> Path | None:
    """Where it lies: proofcheck in XDG_STATE_HOME, or in .local/state of the home folder; None without a home."""
    given = os.environ.get("XDG_STATE_HOME", "")
    state = Path(given if os.path.isabs(given) else os.path.expanduser("~/.local/state"))
    return state / "proofcheck" if state.is_absolute() else None


def seal(*parts: bytes) -> bytes:
    """A seal in hexadecimal that only this user can make. Raises OSError where there is no secret."""
    folder = secret_folder()
    if folder is None:
        raise OSError("there is no home folder to keep a secret in")
    body = b"".join(len(part).to_bytes(8, "little") + part for part in parts)
    return hmac.new(_secret(folder), body, hashlib.sha256).hexdigest().encode()


@cache
def _secret(folder: Path) -> bytes:
    path = folder / "secret"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(secrets.token_bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, path)
    secret = path.read_bytes()
    if len(secret) != BYTES:
        raise OSError(f"{path} is no secret of {BYTES} bytes")
    return secret
