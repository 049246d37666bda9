"""Where the choices of a question are searched."""

from collections.abc import Callable, Mapping

from flask import url_for

from clais.instruments.rules.definition import ItemKind

SOURCES: Mapping[ItemKind, Callable[[], str]] = {
    ItemKind.OCCUPATION: lambda: url_for("questionnaires.occupations"),
    ItemKind.MUNICIPALITY: lambda: url_for("questionnaires.municipalities"),
}
