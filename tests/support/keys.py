"""The keyring of a run of tests: the application and every process beside it share a database, hence its keys."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from clais.encryption import Keyring


@cache
def keyring_file() -> Path:
    """The file of the keys, made once and removed at the end of the run."""
    directory = Path(tempfile.mkdtemp(prefix="clais-keys-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    Keyring.generate(directory / "keyring.json")
    return directory / "keyring.json"


def put_keys(keys: Path) -> None:
    """Put the keys of the run into an installation that has none."""
    if not keys.exists():
        keys.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(keyring_file(), keys)
