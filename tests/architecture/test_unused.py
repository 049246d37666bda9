"""What nothing uses is not kept: permissions that open nothing, icons and macros that no page draws."""

import re
from collections.abc import Callable, Iterable, Mapping

from clais.permissions import PermissionTable
from clais.web.icons import ICONS
from config.app import PERMISSIONS
from config.features import FEATURES
from tests.architecture.sources import ROOT

MACRO = re.compile(r"{%-?\s*macro\s+(\w+)")
PLACES = ("platform/clais", "tenants", "support_center", "config")


def texts(*suffixes: str) -> dict[str, str]:
    """The sources of the house that end in one of `suffixes`: path → text."""
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for place in PLACES
        for path in (ROOT / place).rglob("*")
        if path.suffix in suffixes and path.name != "icons.py" and "vendor" not in path.parts
    }


def unnamed(names: Iterable[str], sources: Mapping[str, str]) -> list[str]:
    """The names that stand in quotes in no source."""
    everything = "\n".join(sources.values())
    return [name for name in names if not re.search(f"[\"']{re.escape(name)}[\"']", everything)]


def uncalled(sources: Mapping[str, str]) -> list[str]:
    """The macros that are called nowhere but where they are defined."""
    everything = "\n".join(sources.values())
    found = [name for text in sources.values() for name in MACRO.findall(text)]
    return [name for name in found if len(re.findall(rf"\b{name}\(", everything)) == 1]


def unasked(permissions: Iterable[str], asked: Callable[[str], bool]) -> list[str]:
    """The permissions that no one asks for."""
    return sorted(permission for permission in permissions if not asked(permission))


def is_asked(permission: str) -> bool:
    """Whether a route declares it, a transition or an entry needs it, or the code asks for it by name."""
    routes = {route.permission for feature in FEATURES for pages in feature.pages for route in pages.routes}
    steps = {step.permission for feature in FEATURES for flow in feature.workflows for step in flow.transitions}
    return permission in routes | steps or not unnamed([permission], texts(".py", ".html"))


def test_every_permission_opens_something() -> None:
    assert unasked(PermissionTable.read(PERMISSIONS).everything(), is_asked) == []


def test_every_icon_is_drawn() -> None:
    assert unnamed(ICONS, texts(".py", ".html", ".js")) == []


def test_every_macro_is_called() -> None:
    assert uncalled(texts(".html")) == []


def test_what_is_not_used_is_found() -> None:
    assert unasked(["person.read", "person.sell"], is_asked) == ["person.sell"]
    assert unnamed(["printer", "rocket"], texts(".html")) == ["rocket"]
    page = "{% macro used(x) %}{% endmacro %}{% macro unused(x) %}{% endmacro %}{{ used(1) }}"
    assert uncalled({"page.html": page}) == ["unused"]
