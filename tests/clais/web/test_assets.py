"""Static files: named by their content, kept for ever, and nothing of others in the repository."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment

from clais.catalogues import PLATFORM
from clais.web.assets import HASHED, STATIC, Assets, asset_url, collect_assets, icons_not_drawn, used_styles
from clais.web.icons import ICONS

ROOT = PLATFORM.parent


def test_the_lock_file_pins_content_and_names_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
    assert "://" not in text
    pinned = json.loads((ROOT / "package.json").read_text())
    assert all(
        re.fullmatch(r"[\d.]+", version) for version in {**pinned["dependencies"], **pinned["devDependencies"]}.values()
    )


def test_collecting_takes_only_what_pages_need(node_modules: Path, tmp_path: Path) -> None:
    manifest = collect_assets(node_modules, tmp_path / "vendor")
    names = {path.name for path in (tmp_path / "vendor").iterdir()}
    assert set(manifest.values()) <= names
    assert len(manifest) == 6
    assert all(HASHED.search(name) for name in manifest.values())
    styles = (tmp_path / "vendor" / manifest["fonts.css"]).read_text()
    assert set(re.findall(r"url\(([^)]+)\)", styles)) <= names
    assert "sourceMappingURL" not in (tmp_path / "vendor" / manifest["htmx.min.js"]).read_text()


CLASSES = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
NAMED = re.compile(r"""class="([^"{]*)\"""")


def test_every_rule_of_bootstrap_that_a_page_needs_is_served_and_few_others(node_modules: Path) -> None:
    whole = node_modules / "bootstrap" / "dist" / "css" / "bootstrap.min.css"
    served = used_styles(node_modules, whole).decode()
    templates = [path for wing in ("platform", "tenants", "support_center") for path in (ROOT / wing).rglob("*.html")]
    on_pages = {name for path in templates for found in NAMED.findall(path.read_text()) for name in found.split()}
    of_bootstrap = set(CLASSES.findall(whole.read_text()))
    assert {"btn", "form-control", "visually-hidden"} <= on_pages & of_bootstrap
    assert on_pages & of_bootstrap <= set(CLASSES.findall(served))
    assert "carousel" in of_bootstrap - set(CLASSES.findall(served))
    assert len(served) < 60_000


def test_an_address_changes_with_the_content(tmp_path: Path) -> None:
    for name in ("css", "js"):
        (tmp_path / name).symlink_to(STATIC / name)
    (tmp_path / "images").mkdir()
    drawing = tmp_path / "images" / "icon.svg"
    drawing.write_text("<svg/>")
    first = Assets(tmp_path).url("images/icon.svg")
    drawing.write_text("<svg></svg>")
    assert HASHED.search(first)
    assert Assets(tmp_path).url("images/icon.svg") != first
    with pytest.raises(LookupError):
        Assets(tmp_path).url("images/absent.svg")


def test_static_files_alone_may_be_kept(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        addresses = [asset_url(name) for name in ("clais.css", "clais.js", "images/icon.svg")]
    for address in addresses:
        with client.get(address) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert "Set-Cookie" not in answer.headers
    assert client.get("/static/clais.css").headers["Cache-Control"] == "no-store"


def test_every_icon_named_in_a_template_is_in_the_sprite(environment: Environment) -> None:
    for path in PLATFORM.rglob("templates/**/*.html"):
        for name in re.findall(r"""\bicon\(['"]([a-z0-9-]+)['"]""", path.read_text()):
            assert name in ICONS, f"{path.name}: {name}"
    with pytest.raises(LookupError):
        environment.from_string("{{ icon('no-such') }}").render()


def test_icons_that_were_named_after_the_sprite_was_made_are_found(tmp_path: Path) -> None:
    assert icons_not_drawn(tmp_path) == set(), "before the first collection"
    (tmp_path / "manifest.json").write_text('{"icons.svg": "icons.1.svg"}')
    drawn = "".join(f'<symbol id="{name}"></symbol>' for name in ICONS if name != "sun")
    (tmp_path / "icons.1.svg").write_text(f"<svg>{drawn}</svg>")
    assert icons_not_drawn(tmp_path) == {"sun"}
    (tmp_path / "icons.1.svg").write_text(f'<svg>{drawn}<symbol id="sun"></symbol></svg>')
    assert icons_not_drawn(tmp_path) == set()
