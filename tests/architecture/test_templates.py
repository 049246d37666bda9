"""Templates that compile and hold nothing inline, French without a hole."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from clais.web.routing import Application
from clais.web.translation_check import misplaced_translations, missing_translations
from tests.architecture.sources import ROOT

INLINE = re.compile(r"""\s(on[a-z]+|style|hx-on[:\w-]*)\s*=\s*["']|<style|javascript:""", re.IGNORECASE)
RAW = re.compile(r"\|\s*safe\b|autoescape false")


def templates() -> list[Path]:
    """Every template of the product."""
    places = ("platform/clais", "tenants", "support_center", "config")
    return sorted(path for place in places for path in (ROOT / place).rglob("templates/**/*.html"))


def check_templates(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Inline handlers and styles, scripts without nonce, texts that are not escaped."""
    problems = []
    for name, text in texts:
        problems += [f"{name}: {found[0].strip()}" for found in INLINE.finditer(text)]
        problems += [f"{name}: {found[0]}" for found in RAW.finditer(text)]
        problems += [f"{name}: {found}" for found in re.findall(r"<script\b[^>]*>", text) if "nonce=" not in found]
    return problems


def test_templates_hold_nothing_inline() -> None:
    # Flask-Admin's own pages are replaced one by one; what stands in our folders keeps our rules.
    assert check_templates((path.relative_to(ROOT).as_posix(), path.read_text()) for path in templates()) == []


@pytest.mark.parametrize(
    "text", ['<p style="color:red">', '<a onclick="x()">', "<script>x()</script>", "{{ note|safe }}"]
)
def test_something_inline_is_found(text: str) -> None:
    assert check_templates([("planted.html", text)])


def test_every_template_compiles(app: Application) -> None:
    broken = []
    for path in templates():
        name = path.as_posix().rpartition("/templates/")[2]
        try:
            app.jinja_env.get_template(name)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it is reported
            broken.append(f"{name}: {error}")
    assert broken == []


def french_faults() -> list[str]:
    """What is missing in French, in all places that hold texts."""
    return missing_translations() + misplaced_translations()


def test_french_is_complete() -> None:
    assert french_faults() == []
