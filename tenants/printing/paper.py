"""Texts for paper, made from their templates."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, current_app, render_template
from jinja2 import Environment
from jinja2.meta import find_referenced_templates

import clais.printing
from clais.clock import today
from clais.numbers import format_phone
from clais.registry.models import Tenant
from clais.web.context import actor, database
from clais.web.translations import language_of_request
from tenants.people.models import Person
from tenants.people.presentation import address
from tenants.printing.actions import Text
from tenants.printing.choices import KINDS

DIGITS = 12
SHEET = Path(clais.printing.__file__).with_name("paper.css")


def text_of(kind: str, person: Person, /, **facts: Any) -> Text:
    """What is given of a kind to a person, in the language of the page."""
    return text_from(KINDS[kind].template, person=person, address=address(person), **facts)


def text_from(template: str, /, **facts: Any) -> Text:
    """What a template tells, with the platform's name and how to reach it."""
    sender = database().get_one(Tenant, actor().tenant_id)
    content = render_template(
        template,
        sender=sender,
        reached_at=" · ".join(filter(None, (_phone_of(sender), sender.contact_email))),
        phone=_phone_of(sender),
        day=today(),
        **facts,
    )
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - it is what is cached by.
    return Text(content, version_of(app.jinja_env, template), language_of_request())


def _phone_of(sender: Tenant) -> str:
    return format_phone(sender.contact_phone) if sender.contact_phone else ""


@cache
def version_of(environment: Environment, template: str) -> str:
    """What tells the versions of a template apart: it changes with the template, what it is made of, and the sheet."""
    digest = sha256(SHEET.read_bytes())
    for name in sorted(_parts(environment, template)):
        digest.update(name.encode())
        digest.update(_source(environment, name).encode())
    return digest.hexdigest()[:DIGITS]


def _parts(environment: Environment, template: str) -> set[str]:
    """A template and all those that it extends, includes or imports."""
    found, waiting = set[str](), [template]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            named = find_referenced_templates(environment.parse(_source(environment, name)))
            waiting += [other for other in named if other]
    return found


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None  # noqa: S101 - for the type checker; Flask sets one.
    return environment.loader.get_source(environment, name)[0]
