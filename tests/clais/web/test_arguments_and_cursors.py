"""What an address carries: arguments that a schema reads, and cursors that only we can have written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, g
from marshmallow import fields
from werkzeug.exceptions import BadRequest, NotFound

from clais.actor import Actor
from clais.forms.schemas import Schema
from clais.web import cursors
from clais.web.arguments import query_arguments

ROW = UUID(int=7)
MOMENT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


class ListSchema(Schema):
    page = fields.Integer(load_default=1)


def asked(app: Flask, query: str, **options: Any) -> dict[str, Any]:
    with app.test_request_context(f"/?{query}"):
        return query_arguments(ListSchema, **options)


def test_the_arguments_of_an_address_are_read_by_a_schema(app: Flask) -> None:
    assert asked(app, "page=3") == {"page": 3}
    assert asked(app, "") == {"page": 1}


@pytest.mark.parametrize("query", ["page=three", "colour=red"])
def test_an_address_that_no_page_of_ours_holds_is_refused(app: Flask, query: str) -> None:
    with pytest.raises(BadRequest):
        asked(app, query)
    with pytest.raises(NotFound):
        asked(app, query, refusal=404)


@pytest.fixture
def a_list(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Someone at work on a list of their tenant."""
    monkeypatch.setattr(cursors, "_cipher", lambda: cursors._cipher_of("a secret for tests only"))
    with app.test_request_context("/"):
        g.actor = Actor("Nadia Lambert", frozenset(), tenant_id=UUID(int=1))
        yield


@pytest.mark.usefixtures("a_list")
@pytest.mark.parametrize("key", ["Marchetti, Sofia", MOMENT, MOMENT.date()])
def test_a_list_goes_on_after_the_row_that_its_cursor_was_written_for(key: str | dt.date) -> None:
    text = key if isinstance(key, str) else key.isoformat()
    assert cursors.after_key(cursors.write_cursor(key, ROW)) == (text, ROW)


@pytest.mark.usefixtures("a_list")
def test_a_list_by_moment_goes_on_after_a_moment() -> None:
    assert cursors.after_moment(cursors.write_cursor(MOMENT, ROW)) == (MOMENT, ROW)
    midnight = dt.datetime(2026, 11, 23)  # noqa: DTZ001 - a day has no time zone.
    assert cursors.after_moment(cursors.write_cursor(MOMENT.date(), ROW)) == (midnight, ROW)


@pytest.mark.usefixtures("a_list")
@pytest.mark.parametrize("cursor", [None, ""])
def test_the_first_page_of_a_list_has_no_cursor(cursor: str | None) -> None:
    assert cursors.after_key(cursor) is None
    assert cursors.after_moment(cursor) is None


@pytest.mark.usefixtures("a_list")
def test_a_cursor_that_is_forged_or_of_another_list_is_a_bad_request() -> None:
    other = cursors.write_cursor(MOMENT, ROW, "another list")
    for forged in ("AAAA", "é", other):
        with pytest.raises(BadRequest):
            cursors.after_key(forged)
        with pytest.raises(BadRequest):
            cursors.after_moment(forged)
    with pytest.raises(BadRequest):
        cursors.after_moment(cursors.write_cursor("Marchetti, Sofia", ROW))
