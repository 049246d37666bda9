"""The house as it is composed, without a database: what the documents are drawn from."""

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask

from clais.encryption import Keyring
from clais.permissions import PermissionTable
from clais.web.routing import permission_of
from config.app import PERMISSIONS, create_app
from config.settings import Settings

OWN_METHODS = frozenset({"HEAD", "OPTIONS"})
"""What Flask answers by itself."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One rule with one of its methods: the permission, the view behind it, and what the view says of itself."""

    rule: str
    method: str
    permission: str
    endpoint: str
    purpose: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def composed() -> Flask:
    """The application with every feature. Its database is named and never reached."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings.from_environment({"CLAIS_DIRECTORY": directory})
        return create_app(settings, "postgresql://unused", keyring=Keyring.generate(Path(directory) / "keyring.json"))


@cache
def addresses() -> tuple[Address, ...]:
    """Every route of the application, by path."""
    return tuple(addresses_of(composed()))


def addresses_of(app: Flask) -> list[Address]:
    """Every rule of `app` with each method that it answers on its own, by path."""
    return sorted(
        Address(rule.rule, method, str(permission_of(app, rule.endpoint)), rule.endpoint, _purpose(app, rule.endpoint))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - OWN_METHODS
    )


def _purpose(app: Flask, endpoint: str) -> str:
    docstring = (app.view_functions[endpoint].__doc__ or "").strip()
    return " ".join(docstring.partition("\n\n")[0].split())


def permissions() -> PermissionTable:
    """Who may do what."""
    return PermissionTable.read(PERMISSIONS)
