"""What STYLE.md shows as the smallest feature is one; two applications of different features live in one process."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from clais.encryption import Keyring
from clais.feature import Feature
from clais.web.routing import Application
from config.app import create_app
from config.features import FEATURES
from config.settings import Settings
from tests.architecture.sources import ROOT
from tests.support.federation import Federation

SKELETON = re.compile(r"## A feature folder.*?```python\n(.*?)```", re.DOTALL)
FILE = re.compile(r"^# (toys/\S+)$", re.MULTILINE)
LONGEST_SKELETON = 40


def skeleton() -> dict[str, str]:
    """Path → text of each file of the documented skeleton."""
    found = SKELETON.search((ROOT / "STYLE.md").read_text())
    assert found is not None
    _before, *pairs = FILE.split(found[1])
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Feature]:
    """The manifest of the toy feature, written out in a folder of its own."""
    for name, text in skeleton().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "toys" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("toys.feature").FEATURE
    for name in [name for name in sys.modules if name.partition(".")[0] == "toys"]:
        del sys.modules[name]


def composed(features: tuple[Feature, ...], engine: Engine, keyring: Keyring, directory: Path) -> Application:
    """An application of these features."""
    settings = Settings.from_environment({"CLAIS_DIRECTORY": str(directory), "CLAIS_DEMO": "yes"})
    return create_app(settings, "postgresql://unused", engine=engine, keyring=keyring, features=features)


def test_the_documented_skeleton_is_short() -> None:
    code = [line for name, text in skeleton().items() if name.endswith(".py") for line in text.splitlines() if line]
    assert len(code) <= 25
    assert sum(len(text.strip().splitlines()) for text in skeleton().values()) <= LONGEST_SKELETON


def test_a_feature_in_a_folder_of_its_own_is_served_with_its_texts(
    toys: Feature, engine: Engine, keyring: Keyring, tmp_path: Path
) -> None:
    with_toys = Federation(composed((*FEATURES, toys), engine, keyring, tmp_path), engine)
    page = with_toys.agent().browser().get("/jouets").get_data(as_text=True)
    assert re.search(r"<h1[^>]*>\s*Jouets\s*</h1>", page)
    assert re.search(r'href="/[a-z0-9-]+/jouets"[^>]*>(?:(?!</a>).)*Jouets', page, re.DOTALL)


def test_two_applications_of_one_process_have_each_their_own_features(
    toys: Feature, federation: Federation, engine: Engine, keyring: Keyring, tmp_path: Path
) -> None:
    """The one of the suite beside one without partners and with toys: neither sees the other's pages, rail or acts."""
    fewer = tuple(feature for feature in FEATURES if feature.name != "partners")
    other = Federation(composed((*fewer, toys), engine, keyring, tmp_path), engine)
    here, there = federation.agent().browser(), other.agent().browser()
    for page in (here.get("/personnes"), there.get("/personnes"), here.get("/personnes")):
        assert page.status_code == 200
    assert ("/partenaires" in here.get("/personnes").text, "/jouets" in here.get("/personnes").text) == (True, False)
    assert ("/partenaires" in there.get("/personnes").text, "/jouets" in there.get("/personnes").text) == (False, True)
    here.get("/jouets", status=404)
    there.get("/partenaires", status=404)


def test_the_order_of_the_manifests_decides_nothing_but_ties(engine: Engine, keyring: Keyring, tmp_path: Path) -> None:
    backwards = Federation(composed(tuple(reversed(FEATURES)), engine, keyring, tmp_path), engine)
    forwards = Federation(composed(FEATURES, engine, keyring, tmp_path), engine)
    rails = [
        re.findall(r'<a class="[^"]*"? ?href="/[a-z0-9-]+(/[a-z-]*)"', each.agent().browser().get("/personnes").text)
        for each in (forwards, backwards)
    ]
    assert rails[0] == rails[1]


def test_two_manifests_of_one_name_are_refused(engine: Engine, keyring: Keyring, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="people"):
        composed((*FEATURES, Feature(name="people", package="tenants.people")), engine, keyring, tmp_path)
