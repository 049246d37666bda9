from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import Engine

from clais.encryption import Keyring
from clais.identity.permissions import PermissionTable


@dataclass(frozen=True, slots=True)
class Services:
    """What the composition root hands to the house: one of each per application."""

    engine: Engine
    keyring: Keyring
    permissions: PermissionTable
    secret: str
    secure_cookies: bool
    settings: Mapping[str, Any] = field(default_factory=dict)


EXTENSION = "clais"


def install_services(app: Flask, services: Services) -> None:
    """Give `app` its services."""
    app.extensions[EXTENSION] = services


def services() -> Services:
    """The services of the application at work."""
    return cast("Services", current_app.extensions[EXTENSION])
