"""How a run of the tests is spread and reported: nothing is left out, what belongs together stays together."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.support.order import TOGETHER, unit
from tests.support.times import lines

CONFTEST = """
from tests.support.order import pytest_collection_modifyitems, pytest_xdist_make_scheduler
from tests.support.times import pytest_addoption, pytest_terminal_summary
"""
TESTS = "import time, pytest\n@pytest.mark.parametrize('number', range(4))\ndef test_it(number): time.sleep(0.05)\n"
FILES = ["tests/a/test_first.py", "tests/config/test_demo.py", "tests/config/test_serving.py", "tests/z/test_last.py"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run of four small files by two workers prints."""
    place = tmp_path_factory.mktemp("run")
    (place / "conftest.py").write_text(CONFTEST)
    (place / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    for file in FILES:
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-v", "-n", "2", "--times", "--import-mode=importlib", "."]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_belongs_together_goes_to_one_worker_and_is_begun_first(run: str) -> None:
    workers = defaultdict(set)
    passed = re.findall(r"\[(gw\d)\].* PASSED (\S+?)::", run)
    for worker, file in passed:
        workers[unit(file)].add(worker)
    assert len(passed) == 4 * len(FILES)
    assert {name: len(found) for name, found in workers.items()} == {"killed": 1, FILES[0]: 1, FILES[3]: 1}
    (first,) = workers["killed"]
    assert next(file for worker, file in passed if worker == first) in FILES[1:3], "begun before what else it runs"
    assert len({worker for worker, _file in passed}) == 2, "the others go to the other one"


def test_a_run_tells_its_times_before_the_last_line_of_pytest(run: str) -> None:
    report = run.splitlines()
    assert re.fullmatch(r"=+ 16 passed in .*", report[-1])
    assert any(re.fullmatch(r" +\d\.\d s +8  tests/config", line) for line in report)


def test_the_slowest_come_first_with_what_was_made_for_them() -> None:
    parts = [("tests/a/b/c/test_x.py::test_one", 2.0), ("tests/a/test_y.py::test_two", 2.5)]
    found = [line.split() for line in lines([*parts, ("tests/a/b/c/test_x.py::test_one", 1.0)])]
    assert [" ".join(line) for line in found if "s" in line[1:2]] == [
        "3.0 s tests/a/b/c/test_x.py::test_one",
        "2.5 s tests/a/test_y.py::test_two",
        "3.0 s 1 tests/a/b",
        "2.5 s 1 tests/a",
    ]


def missing(groups: dict[str, tuple[str, ...]], root: Path) -> list[str]:
    """The files and folders of a group that are not there."""
    return [file for files in groups.values() for file in files if not (root / file).exists()]


def test_every_group_names_files_that_are_there() -> None:
    assert missing(TOGETHER, ROOT) == []
    assert missing({"planted": ("tests/test_planted.py",)}, ROOT) == ["tests/test_planted.py"]


EVERY_TENANT = re.compile(r"\brun_slot\(|scheduling\.sweep import|run\(\w+, \"(mail|trail)\"")
"""The job of a slot, the sweep, and the commands that go through every tenant of their database."""


def begun_late(files: dict[str, str]) -> list[str]:
    """The tests, by file and text, that go through every tenant and are begun when others have made thousands."""
    return [file for file, text in files.items() if EVERY_TENANT.search(text) and unit(file) == file]


def test_what_goes_through_every_tenant_is_begun_before_others_have_made_thousands() -> None:
    files = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    assert begun_late(files) == []
    assert begun_late({"tests/test_planted.py": f"run_slot{'('}context, job)"}) == ["tests/test_planted.py"]
