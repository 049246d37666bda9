from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import Engine

from clais.encryption import Keyring
from clais.files.scanning import Scanner, no_scanner
from clais.files.store import FileStore
from clais.limits import Limits, Pauses, Typing
from clais.permissions import PermissionTable


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one application, created by the composition root."""

    engine: Engine
    keyring: Keyring
    permissions: PermissionTable
    secret: str
    secure_cookies: bool
    new_transport: Callable[[], Any]
    """Creates a `clais.messaging.transports.Transport`."""
    files: FileStore
    """Where the contents of documents lie."""
    scanner: Scanner = no_scanner
    settings: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    pauses: Pauses = field(default_factory=Pauses)
    typing: Typing = field(default_factory=Typing)


EXTENSION = "clais"


def install_services(app: Flask, services: Services) -> None:
    """Install `services` on `app`."""
    app.extensions[EXTENSION] = services


def services() -> Services:
    """The services of the current application."""
    return cast("Services", current_app.extensions[EXTENSION])
