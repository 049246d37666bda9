"""What someone who writes the house sees in their browser after each saving."""

import http.client
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.config.test_serving import environment, free_port
from tests.support.processes import ROOT, started, wait_until

FOLDERS = ("platform", "tenants", "support_center", "config", "migrations")
Ask = Callable[[], tuple[int, str]]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house, to be changed."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "reference"))
    return tmp_path


@pytest.fixture
def door(house: Path, application_url: str) -> Iterator[Ask]:
    """Asks for the page to sign in of a server that is being developed."""
    port = free_port()
    paths = {"PYTHONPATH": f"{house / 'platform'}:{house}", "PYTHONDONTWRITEBYTECODE": "yes"}

    def ask() -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/connexion")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    given = environment(application_url, house, port) | paths
    with started(["-m", "config.development"], given, house):
        wait_until(lambda: ask()[0] == 200, 60, "the page is served")
        yield ask


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_what_is_saved_is_on_the_next_page_and_a_fault_is_shown_until_it_is_mended(house: Path, door: Ask) -> None:
    template = next((house / "platform/clais/account").rglob("sign_in.html"))
    replace(template, '<section class="sheet">', '<section class="sheet" data-saved="yes">')
    assert 'data-saved="yes"' in door()[1], "a template is read without a new start"

    catalogues = (house / "platform").rglob("fr.po")
    texts = next(path for path in catalogues if 'msgid "Sign in"\n' in path.read_text())
    replace(texts, 'msgstr "Se connecter"', 'msgstr "Entrer"')
    wait_until(lambda: "Entrer" in door()[1], 30, "the new French is shown")

    views = house / "platform/clais/account/views/sign_in.py"
    kept = views.read_text()
    views.write_text(f"{kept}\n)")
    wait_until(lambda: "SyntaxError" in door()[1], 30, "the fault is shown")
    views.write_text(kept)
    wait_until(lambda: door()[0] == 200, 30, "the page is back")
