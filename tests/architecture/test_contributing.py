"""What CONTRIBUTING.md says to change is there to be changed, and its steps fit together."""

import ast
import re
from io import BytesIO
from pathlib import Path
from textwrap import dedent

import pytest
from babel.messages.pofile import read_po
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import Engine

from clais.encryption import Keyring
from config.features import FEATURES
from tests.architecture.sources import ROOT
from tests.architecture.test_toy_feature import composed
from tests.support.federation import Federation

CHANGE = (ROOT / "CONTRIBUTING.md").read_text().partition("## Change it")[2].partition("\n## ")[0]
BLOCK = re.compile(r"^ {3}```\w*\n(.*?)^ {3}```$", re.MULTILINE | re.DOTALL)
ENGLISH, FRENCH, PROMISE = map(dedent, BLOCK.findall(CHANGE))
"""What a newcomer adds to a template, a catalogue and a file of tests."""
PAGE, CATALOGUE, TESTS = (ROOT / name for name in re.findall(r"`((?:tenants|tests)/\S+\.\w+)`", CHANGE))


def lines_of_the_changed_page(block: str, engine: Engine, keyring: Keyring, directory: Path) -> list[str]:
    """The page that the promise opens, when this stands at the end of its template."""
    app = composed(FEATURES, engine, keyring, directory)
    changed = DictLoader({f"{PAGE.parent.name}/{PAGE.name}": PAGE.read_text() + block})
    app.jinja_env.loader = ChoiceLoader([changed, *filter(None, [app.jinja_env.loader])])
    address = re.search(r'\.get\("([^"]+)"', PROMISE)
    assert address is not None
    page: str = Federation(app, engine).agent().browser().get(address[1]).get_data(as_text=True)
    return page.splitlines()


@pytest.mark.parametrize(("block", "seen"), [(ENGLISH, True), (ENGLISH.replace("above", "lead"), False)])
def test_the_sentence_of_the_guide_is_seen_on_its_page_and_in_a_block_that_is_not_there_it_is_not(
    block: str, engine: Engine, keyring: Keyring, tmp_path: Path, *, seen: bool
) -> None:
    lines = lines_of_the_changed_page(block, engine, keyring, tmp_path)
    assert any("Call before you visit." in line for line in lines) == seen


def test_the_french_of_the_guide_is_that_of_its_sentence_and_its_promise_asks_for_it() -> None:
    [message] = [message for message in read_po(BytesIO(FRENCH.encode())) if message.id]
    assert f'_("{message.id}")' in ENGLISH
    assert f'"{message.string}" in page' in PROMISE
    assert str(message.id).encode() not in CATALOGUE.read_bytes()


def test_the_promise_of_the_guide_is_a_test_that_its_file_can_hold() -> None:
    [added] = ast.parse(PROMISE).body
    present = ast.parse(TESTS.read_text())
    assert isinstance(added, ast.FunctionDef)
    assert added.name.startswith("test_")
    imports = [node for node in present.body if isinstance(node, ast.ImportFrom)]
    imported = {name.asname or name.name for node in imports for name in node.names}
    assert {node.id for arg in added.args.args for node in ast.walk(arg) if isinstance(node, ast.Name)} <= imported
