"""Which tests are run for what was changed: the nearest first, and none that is needed is left out."""

import subprocess
from pathlib import Path

import pytest
from click import ClickException

from config.checks.changed import changed_files, chosen, direct_importers, module_of

FILES = {
    "tenants/people/queries.py": "",
    "tenants/people/matching/names.py": "",
    "platform/clais/text.py": "",
    "tests/architecture/test_sources.py": "",
    "tests/clais/test_text.py": "from clais.text import fold",
    "tests/clais/test_numbers.py": "",
    "tests/clais/web/test_words.py": "from clais import text",
    "tests/support/world.py": "",
    "tests/tenants/people/conftest.py": "",
    "tests/tenants/people/test_list.py": "",
    "tests/tenants/people/matching/test_names.py": "import tests.support.world",
    "tests/tenants/intake/test_reception.py": "",
}
RULES = "tests/architecture/test_sources.py"
PEOPLE, NAMES = "tests/tenants/people/test_list.py", "tests/tenants/people/matching/test_names.py"
TEXT, NUMBERS, WORDS = "tests/clais/test_text.py", "tests/clais/test_numbers.py", "tests/clais/web/test_words.py"
RECEPTION = "tests/tenants/intake/test_reception.py"
IMPORTERS = {"tenants.people.queries": ["tenants.intake.actions", "config.app"]}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("tenants/people/queries.py", [PEOPLE, RECEPTION]),
        ("tenants/people/templates/people/list.html", [PEOPLE]),
        ("tenants/people/translations/fr.po", [PEOPLE]),
        ("tenants/people/matching/names.py", [NAMES]),
        ("platform/clais/text.py", [TEXT, NUMBERS, WORDS]),
        ("tests/tenants/people/conftest.py", [NAMES, PEOPLE]),
        ("tests/support/world.py", [NAMES]),
        (RECEPTION, [RECEPTION]),
        ("README.md", []),
    ],
)
def test_a_change_runs_its_own_tests_then_those_of_its_room_then_those_that_import_it(
    house: Path, changed: str, tests: list[str]
) -> None:
    assert chosen(house, [changed], lambda module: IMPORTERS.get(module, [])) == [*tests, RULES]


def test_what_very_many_modules_import_is_left_to_the_whole_run(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everyone = [f"tenants.intake.views_{number}" for number in range(60)]
    assert chosen(house, ["platform/clais/text.py"], lambda _module: everyone) == [TEXT, NUMBERS, WORDS, RULES]
    assert "60 modules" in capsys.readouterr().out


def test_the_importers_are_those_of_the_house() -> None:
    assert "tenants.people.actions" in direct_importers("tenants.people.models")
    assert direct_importers("tenants.planted") == set()
    assert module_of("platform/clais/web/__init__.py") == "clais.web"


def test_what_is_changed_is_what_differs_from_the_main_branch_or_is_new(house: Path) -> None:
    def git(*arguments: str) -> None:
        name = ["-c", "user.name=t", "-c", "user.email=t@example.be"]
        subprocess.run(["git", *name, *arguments], cwd=house, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    (house / ".gitignore").write_text("var/\n")
    git("add", ".")
    git("commit", "-m", "before")
    git("switch", "-c", "mine")
    (house / "platform/clais/text.py").write_text("committed = 1")
    git("commit", "-am", "a step")
    (house / "tenants/people/queries.py").write_text("saved = 1")
    (house / "tests/clais/test_numbers.py").unlink()
    (house / "tenants/people/new.py").write_text("")
    (house / "var").mkdir()
    (house / "var/ignored.py").write_text("")
    assert changed_files(house, "main") == [
        "platform/clais/text.py",
        "tenants/people/new.py",
        "tenants/people/queries.py",
    ]
    with pytest.raises(ClickException, match="BASE="):
        changed_files(house, "elsewhere")
