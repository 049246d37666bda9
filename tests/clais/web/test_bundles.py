"""One sheet and one script for all pages: what an application's own features bring, named by its content."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from clais.feature import Feature
from clais.web import bundles
from clais.web.assets import STATIC, Assets
from clais.web.setup import setup_web
from tests.architecture.sources import ROOT


@pytest.fixture
def features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Feature, Feature]:
    """Two features in folders of their own, each with a sheet and a script."""
    for name in ("first", "second"):
        static = tmp_path / f"toy_{name}" / "static"
        static.mkdir(parents=True)
        (static.parent / "__init__.py").touch()
        (static / "toy.css").write_text(f".{name}-toy {{ color: red; }}")
        (static / "toy.js").write_text(f'document.title = "{name} toy";')
    monkeypatch.syspath_prepend(str(tmp_path))
    return Feature(name="first", package="toy_first"), Feature(name="second", package="toy_second")


def application(*features: Feature, debug: bool = False) -> Flask:
    app = Flask("toys", static_folder=None)
    app.config["DEBUG"] = debug
    app.secret_key = "a secret for tests only"
    setup_web(app, [feature.folder for feature in features])
    return app


def address(app: Flask, name: str) -> str:
    assets: Assets = app.extensions["clais_assets"]
    return assets.url(name)


def sent(app: Flask, name: str) -> str:
    with app.test_client().get(address(app, name)) as answer:
        assert answer.status_code == 200
        body: bytes = answer.data
        return body.decode()


@pytest.mark.parametrize("name", ["clais.css", "clais.js"])
def test_two_applications_in_one_process_each_send_what_their_own_features_bring(
    features: tuple[Feature, Feature], name: str
) -> None:
    first, second, bare = (application(features[0]), application(features[1]), application())
    for app, own, other in ((first, "first", "second"), (second, "second", "first")):
        assert re.search(rf"{own}.toy", sent(app, name))
        assert not re.search(rf"{other}.toy", sent(app, name))
    assert len({address(app, name) for app in (first, second, bare)}) == 3
    with first.test_client().get(address(second, name)) as answer:
        assert answer.status_code == 404


def test_features_come_after_the_ground_floor_in_the_order_of_the_composition(
    features: tuple[Feature, Feature],
) -> None:
    (features[0].folder / "static" / "after.css").write_text(".after-toy { }")
    both = sent(application(*features), "clais.css")
    places = [both.index(selector) for selector in (":root", ".skip", ".after-toy", ".first-toy", ".second-toy")]
    assert places == sorted(places)


def test_a_changed_file_changes_the_name(features: tuple[Feature, Feature]) -> None:
    before = address(application(*features), "clais.css")
    assert address(application(*features), "clais.css") == before
    (features[1].folder / "static" / "toy.css").write_text(".second-toy { color: blue; }")
    assert address(application(*features), "clais.css") != before


def test_comments_stay_here_and_nothing_else_does(features: tuple[Feature, Feature]) -> None:
    static = features[0].folder / "static"
    (static / "toy.css").write_text("/* Why\n   so. */\n.first-toy { color: red; /* the toy's */ margin: 0; }\n")
    (static / "toy.js").write_text('  // Why so.\nlocation.href = "https://toy.example/"; // where\n')
    app = application(*features)
    assert "\n.first-toy { color: red; margin: 0; }\n" in sent(app, "clais.css")
    assert '{\nlocation.href = "https://toy.example/"; // where\n}' in sent(app, "clais.js")
    assert not re.search(r"Why|/\*", sent(app, "clais.css"))


@pytest.mark.parametrize(
    ("kind", "comments", "quote"), [("css", bundles._IN_A_SHEET, '"'), ("js", bundles._IN_A_SCRIPT, "`")]
)
def test_no_text_of_our_sheets_and_scripts_reads_as_a_comment(kind: str, comments: re.Pattern[str], quote: str) -> None:
    found = [
        (path, comment)
        for wing in ("platform", "tenants", "support_center")
        for path in (ROOT / wing).glob(f"**/static/**/*.{kind}")
        if path.parent.name != "vendor"
        for comment in comments.finditer(path.read_text())
    ]
    assert len(found) > 50
    for path, comment in found:
        assert comment.string[: comment.start()].count(quote) % 2 == 0, f"{path}: {comment.group()}"


def test_every_process_gives_the_same_name(features: tuple[Feature, Feature]) -> None:
    """What one worker names, another one must know: nothing is written that they share."""
    code = (
        "import sys; from pathlib import Path; from clais.web.assets import Assets; "
        "assets = Assets(folders=map(Path, sys.argv[1:])); print(assets.url('clais.css'), assets.url('clais.js'))"
    )
    folders = [str(feature.folder) for feature in features]
    found = {
        subprocess.run(
            [sys.executable, "-c", code, *folders],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'platform'}"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    app = application(*features)
    assert found == {f"{address(app, 'clais.css')} {address(app, 'clais.js')}\n"}


def test_while_developing_a_page_has_what_was_saved_last(features: tuple[Feature, Feature]) -> None:
    developed, served = application(*features, debug=True), application(*features)
    for app, new in ((developed, True), (served, False)):
        sheet = features[0].folder / "static" / "toy.css"
        sheet.write_text(".first-toy { color: red; }")
        first = address(app, "clais.css")
        sheet.write_text(".first-toy { color: green; }")
        assert (address(app, "clais.css") != first) == new
        assert ("color: green" in sent(app, "clais.css")) == new


def test_a_bundle_is_compressed_for_who_takes_that_and_not_sent_twice(features: tuple[Feature, Feature]) -> None:
    app = application(*features)
    client, where = app.test_client(), address(app, "clais.css")
    with client.get(where) as plain, client.get(where, headers={"Accept-Encoding": "br, gzip"}) as packed:
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["Content-Type"].startswith("text/css")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2
        known = {"If-None-Match": plain.headers["ETag"]}
    with client.get(where, headers=known) as again, client.head(where) as head, client.post(where) as refused:
        assert (again.status_code, again.data) == (304, b"")
        assert (head.status_code, head.data) == (200, b"")
        assert int(head.headers["Content-Length"]) == len(plain.data)
        assert refused.status_code == 405


def test_a_sheet_of_the_ground_floor_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    with pytest.raises(FileNotFoundError):
        bundles.bundles(tmp_path, ())
    assert bundles.bundles(STATIC, ())


@pytest.mark.browser
def test_a_script_that_fails_is_reported_and_stops_no_other(chromium: Browser) -> None:
    page = chromium.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    scripts = ('const name = "a"; absent();', 'const name = "b"; window.reached = name;')
    page.add_script_tag(content="\n".join(map(bundles._isolated, scripts)))
    assert page.evaluate("window.reached") == "b"
    assert faults == ["absent is not defined"]
    page.close()
