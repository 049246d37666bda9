from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import Engine

from clais.encryption import Keyring
from clais.permissions import PermissionTable


@dataclass(frozen=True, slots=True)
class Services:
    """What the composition root hands to the house: one of each per application."""

    engine: Engine
    keyring: Keyring
    permissions: PermissionTable
    secret: str
    secure_cookies: bool
    new_transport: Callable[[], Any]
    """Gives a new way for mails to leave: a `clais.messaging.transports.Transport`."""
    settings: Mapping[str, Any] = field(default_factory=dict)


EXTENSION = "clais"


def install_services(app: Flask, services: Services) -> None:
    """Give `app` its services."""
    app.extensions[EXTENSION] = services


def services() -> Services:
    """The services of the application at work."""
    return cast("Services", current_app.extensions[EXTENSION])
