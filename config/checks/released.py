"""The record of the released migrations, which never change."""

import hashlib
from pathlib import Path

from clais.database.upgrade import MIGRATIONS

RECORD = "released.txt"
NOT_RECORDED = {"env.py"}
"""Files that run the migrations and create nothing themselves."""


def digests(migrations: Path = MIGRATIONS) -> dict[str, str]:
    """The SHA-256 of every file that a migration is made of, by its path in `migrations`."""
    return {
        path.relative_to(migrations).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(migrations.rglob("*"))
        if path.suffix in {".py", ".json"} and path.name not in NOT_RECORDED
    }


def recorded(migrations: Path = MIGRATIONS) -> dict[str, str]:
    """The recorded hashes, by path; empty before the first release."""
    record = migrations / RECORD
    lines = record.read_text().splitlines() if record.exists() else []
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def faults_of_release(migrations: Path = MIGRATIONS) -> list[str]:
    """One sentence per file that was changed or removed after its release. Unrecorded files may change."""
    present = digests(migrations)
    return [
        f"{path} is released and was {'changed' if path in present else 'removed'}: write a new migration"
        for path, digest in recorded(migrations).items()
        if present.get(path) != digest
    ]


def record_release(migrations: Path = MIGRATIONS) -> list[str]:
    """Record the new files and return their paths. Raises ValueError when a released file changed."""
    faults = faults_of_release(migrations)
    if faults:
        raise ValueError("; ".join(faults))
    present = digests(migrations)
    added = sorted(set(present) - set(recorded(migrations)))
    (migrations / RECORD).write_text("".join(f"{digest}  {path}\n" for path, digest in present.items()))
    return added
