"""A migration is frozen: it calls nothing that may change, and once released it never changes itself."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from clais.database.upgrade import MIGRATIONS
from config.checks.released import faults_of_release, record_release, recorded
from tests.architecture.sources import LOCAL, Source, read

FROZEN = sorted(path for path in MIGRATIONS.rglob("*.py") if path.name != "env.py")


def check_frozen(found: Iterable[Source]) -> list[str]:
    """Migrations, and what they share, import nothing of the product."""
    return [
        f"{source.module} imports {imported}"
        for source in found
        for imported in source.imports()
        if imported.partition(".")[0] in LOCAL
    ]


def test_no_migration_imports_the_product() -> None:
    sources = [read(path.read_text(), path.stem, path.relative_to(MIGRATIONS.parent).as_posix()) for path in FROZEN]
    assert {"0001_ground_floor", "protection_v1"} <= {source.module for source in sources}
    assert check_frozen(sources) == []


@pytest.mark.parametrize(
    "text", ["from clais.database.base import Base", "import tenants.people.models", "from config import features"]
)
def test_a_migration_that_imports_the_product_is_found(text: str) -> None:
    assert check_frozen([read(text, "0002_planted")])


def test_released_migrations_are_as_they_were() -> None:
    assert {"protection_v1.py", "versions/0001_ground_floor.py"} <= set(recorded())
    assert faults_of_release() == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The migrations in a folder of one's own, all of them released."""
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("released.txt", "__pycache__"))
    record_release(migrations)
    return migrations


def test_a_released_migration_that_changes_is_found(copy: Path) -> None:
    assert faults_of_release(copy) == []
    path = copy / "protection_v1.py"
    path.write_text(path.read_text() + "# One letter more.\n")
    assert [fault.partition(" ")[0] for fault in faults_of_release(copy)] == ["protection_v1.py"]
    with pytest.raises(ValueError, match="protection_v1"):
        record_release(copy)


def test_a_released_migration_that_is_removed_is_found(copy: Path) -> None:
    (copy / "versions" / "0001_ground_floor.py").unlink()
    assert "was removed" in faults_of_release(copy)[0]


def test_a_new_migration_may_change_until_it_is_released(copy: Path) -> None:
    new = copy / "versions" / "0002_planted.py"
    for text in ("revision = '0002'\n", "revision = '0002'  # Better.\n"):
        new.write_text(text)
        assert faults_of_release(copy) == []
    assert record_release(copy) == ["versions/0002_planted.py"]
    new.write_text("revision = '0002'  # Better still.\n")
    assert faults_of_release(copy)
