"""A PDF is tagged for screen readers, holds whatever names there are, and is made without reading anything else."""

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from clais.printing import engine
from tests.support.printing import inside

SECRET = b"the word that no document may have"


@pytest.fixture
def asked() -> list[str]:
    """What a server of this machine was asked for while the document was made."""
    return []


@pytest.fixture
def address(asked: list[str]) -> str:
    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Noting)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def hostile(address: str, tmp_path: Path) -> str:
    """A text that asks for files of the machine and for addresses, in every way that a page can."""
    secret = tmp_path / "secret.txt"
    secret.write_bytes(SECRET)
    return (
        f'<link rel="stylesheet" href="{address}/a.css"><style>@import url({address}/b.css);'
        f" p {{ background: url({address}/c.png) }} @font-face {{ font-family: x; src: url({address}/d.ttf) }}</style>"
        f'<link rel="attachment" href="{secret.as_uri()}"><img src="{secret.as_uri()}" alt="">'
        f'<img src="{address}/e" alt=""><object data="{secret.as_uri()}"></object>'
    )


def test_a_document_is_tagged_and_takes_any_name_and_reads_no_file_and_no_address(
    hostile: str, asked: list[str]
) -> None:
    names = "محمد العربي · Şükrü Çelik · Љубица · 😀👩🏽‍🦱 · " + "x" * 300 + " mot" * 2_500
    head = f"<title>Ma lettre</title>{hostile}"
    document = engine.pdf_of(f'<!DOCTYPE html><html lang="fr"><head>{head}</head><body><h1>Titre</h1><p>{names}</p>')
    found = inside(document)
    assert b"/StructTreeRoot" in found
    assert b"/Marked true" in found
    assert b"/Lang (fr)" in found
    assert b"pdfuaid" in found
    assert b"+House" in found
    assert asked == []
    assert SECRET not in found


def test_a_maker_that_fetches_what_a_text_names_is_found(hostile: str, asked: list[str]) -> None:
    planted = "from clais.printing import child; child.HouseFetcher = child.URLFetcher; child.main()"
    wanted = json.dumps({"texts": [hostile], "joint": False}).encode()
    done = subprocess.run([sys.executable, "-c", planted], input=wanted, capture_output=True, check=True)
    assert asked
    assert SECRET in inside(done.stdout)


def test_a_text_of_which_nothing_comes_is_a_fault_and_not_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(engine.PrintFault):
        engine.pdf_of("x" * (engine.MOST + 1))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(engine.PrintFault):
        engine.pdf_of("<p>x")


def test_texts_that_are_made_at_once_are_those_that_are_made_alone_and_a_joint_one_has_them_all() -> None:
    texts = [f"<!DOCTYPE html><html lang=fr><title>Lettre {name}</title><p>Bonjour {name}" for name in ("Ada", "Bob")]
    one, other = engine.each_pdf_of(texts)
    assert b"Lettre Ada" in inside(one)
    assert b"Lettre Bob" in inside(other)
    joint = inside(engine.joint_pdf_of(texts))
    assert len(re.findall(rb"/Type /Page\b", joint)) == 2
    assert b"/StructTreeRoot" in joint


def test_the_house_starts_and_says_what_is_missing_without_loading_it(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = "import sys, clais.printing.engine as e; e.missing(); print('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"
    monkeypatch.setattr(engine, "find_library", lambda name: None if name == "pango-1.0" else name)
    engine.missing.cache_clear()
    try:
        assert engine.missing() == ("pango-1.0",)
        assert not engine.is_set_up()
    finally:
        engine.missing.cache_clear()
