from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validate

from clais.clock import today
from clais.exchange.referrals.workflow import (
    ADVICE,
    BY_THE_PERSON,
    DECLINE_REASONS,
    FAIL_REASONS,
    RESULTS,
    URGENCIES,
)
from clais.forms.choices import SeveralChoices, choices_of
from clais.forms.fields import Date, Identifier, OneChoice, TrimmedString
from clais.forms.lists import ListSchema, one_of, one_row, sort_by
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from support_center.routing.lists import FREE, FULL, OVER, WAITED_FOR
from support_center.routing.workflow import PARTICIPANT


class InboxSchema(ListSchema):
    group = fields.String(
        load_default="waiting",
        validate=validate.OneOf(["waiting", "requested", "received", "incomplete", "running", "silent", "closed"]),
    )
    urgency = one_of(URGENCIES)
    scheme_id = one_row()
    sender = one_row()
    sort = sort_by("left", "need", "person", "seats")


class ParticipantListSchema(ListSchema):
    state = one_of(PARTICIPANT.states)
    from_tenant_id = one_row()
    sort = sort_by("name", "state", "session", "opened")


class SeatsSchema(ListSchema):
    seats = one_of([FREE, FULL, WAITED_FOR, OVER])
    scheme = one_row()
    sort = sort_by("start", "scheme", "free")


class SearchSchema(Schema):
    q = Identifier(
        200, required=True, metadata={"label": _l("Search a participant"), "ask": _l("Write what you are looking for.")}
    )


class _Commented(Schema):
    comment = TrimmedString(
        1000,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("Comment for the sender"), "rows": 2},
    )


def _by_whom() -> list[tuple[str, list[tuple[str, str]]]]:
    """The reasons to decline, grouped by who it is that declines."""
    reasons = choices_of(DECLINE_REASONS)()
    return [
        (_("The centre declines"), [each for each in reasons if each[0] not in BY_THE_PERSON]),
        (_("The person declines"), [each for each in reasons if each[0] in BY_THE_PERSON]),
    ]


class DeclineSchema(_Commented):
    reason = OneChoice(_by_whom, required=True, metadata={"label": _l("Why?"), "ask": _l("Choose a reason.")})

    class Meta:
        fields = ("reason", "comment")


def advise_schema(schemes: Callable[[], Sequence[tuple[str, str]]]) -> marshmallow.Schema:
    """Send a referral back with advice. `schemes` returns (id, name) of the schemes that can be proposed."""
    return Schema.from_dict(
        {
            "reason": OneChoice(
                choices_of(ADVICE), required=True, metadata={"label": _l("Why?"), "ask": _l("Choose a reason.")}
            ),
            "scheme_id": OneChoice(
                schemes,
                load_default=None,
                allow_none=True,
                metadata={
                    "label": _l("Which scheme do you propose?"),
                    "hint": _l("The sender opens it in one click, with the person: it needs a new agreement."),
                },
            ),
            "comment": TrimmedString(
                1000,
                multiline=True,
                required=True,
                metadata={
                    "label": _l("Your advice"),
                    "ask": _l("Write what would help: it is what the sender works with."),
                    "rows": 4,
                    "hint": _l("What to settle first, whom to call, what to try."),
                },
            ),
        }
    )()


class FailSchema(_Commented):
    reason = OneChoice(
        choices_of(FAIL_REASONS), required=True, metadata={"label": _l("Why?"), "ask": _l("Choose a reason.")}
    )

    class Meta:
        fields = ("reason", "comment")


class CompleteSchema(_Commented):
    reason = OneChoice(
        choices_of(RESULTS),
        required=True,
        metadata={"label": _l("With which result?"), "ask": _l("Choose the result.")},
    )

    class Meta:
        fields = ("reason", "comment")


class AskMissingSchema(Schema):
    comment = TrimmedString(1000, multiline=True, required=True, metadata={
        "label": _l("What is missing?"), "ask": _l("Say what is missing."), "rows": 3,
        "hint": _l("The sender reads it and answers in words."),
    })  # fmt: skip


class HoldSchema(Schema):
    comment = TrimmedString(
        1000,
        multiline=True,
        required=True,
        metadata={"label": _l("Why, and until when?"), "ask": _l("Say why, and until when."), "rows": 2},
    )


def has_begun(day: date) -> None:
    """Refuse a day that is still to come."""
    if day > today():
        raise ValidationError(Message("That day is still to come: it has not begun."))


class StartSchema(Schema):
    """It has begun: today, unless a day is given."""

    happened_on = Date(
        allow_none=True,
        load_default=None,
        validate=has_begun,
        metadata={"label": _l("On which day did it begin?")},
    )


class DatedStartSchema(Schema):
    """It has begun before its session: on which day has to be said."""

    happened_on = Date(
        required=True,
        validate=has_begun,
        metadata={
            "label": _l("On which day did it begin?"),
            "ask": _l("The session is still to come: say on which day it began."),
        },
    )


class TakeBackSchema(Schema):
    comment = TrimmedString(
        1000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("What was wrong?"),
            "ask": _l("Say what was wrong."),
            "rows": 2,
            "hint": _l("The sender reads it."),
        },
    )


class NothingSchema(Schema):
    """A step that asks for nothing."""


WAIT, NO_SESSION = "wait:", "none"


def accept_schema(sessions: Callable[[], Sequence[tuple[str, str, str]]]) -> marshmallow.Schema:
    """Accept, with a choice of seat. `sessions` returns (session id, or `wait:` and it, or `none`; label; hint)."""
    return Schema.from_dict(
        {
            "place": OneChoice(
                sessions,
                required=True,
                metadata={"label": _l("Which seat?"), "ask": _l("Choose a seat."), "widget": "radio"},
            ),
            "comment": TrimmedString(
                1000,
                multiline=True,
                load_default=None,
                allow_none=True,
                metadata={"label": _l("Comment for the sender"), "rows": 2},
            ),
        }
    )()


def seat_schema(sessions: Callable[[], Sequence[tuple[str, str, str]]]) -> marshmallow.Schema:
    """Giving a seat to someone already accepted."""
    return Schema.from_dict(
        {
            "place": OneChoice(
                sessions,
                required=True,
                metadata={"label": _l("Which seat?"), "ask": _l("Choose a seat."), "widget": "radio"},
            )
        }
    )()


class MessageSchema(Schema):
    text = TrimmedString(
        2000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Message"),
            "ask": _l("Write the message."),
            "rows": 3,
            "hint": _l("The platform that sent it reads it as long as the consent stands."),
        },
    )


class ProgressSchema(Schema):
    text = TrimmedString(
        1000,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("Progress"),
            "rows": 4,
            "hint": _l("For the support centre only: the sender does not read it."),
        },
    )


class PresenceSchema(Schema):
    """The day of a list of presence."""

    day = Date(load_default=None, metadata={"label": _l("Day of the list")})


def group_schema(act: str, members: Sequence[tuple[str, str]], *, is_ahead: bool) -> marshmallow.Schema:
    """The form of an act for several of `members` (id, name) at once; `is_ahead` when their session is to come."""
    asked: dict[str, fields.Field[Any]] = {
        "who": SeveralChoices(
            members,
            required=True,
            metadata={"label": _l("For which people?"), "ask": _l("Choose one person at least.")},
        )
    }
    if act == "start":
        asked["happened_on"] = copy_of(DatedStartSchema if is_ahead else StartSchema, "happened_on")
    elif act == "complete":
        asked["reason"] = copy_of(CompleteSchema, "reason")
        asked["comment"] = copy_of(CompleteSchema, "comment")
    else:
        asked["text"] = TrimmedString(
            500,
            multiline=True,
            required=True,
            metadata={
                "label": _l("What is noted for each"),
                "ask": _l("Write what is noted."),
                "rows": 3,
                "hint": _l("It is added to what stands there."),
            },
        )
    return Schema.from_dict(asked)()


def copy_of(schema: type[Schema], name: str) -> fields.Field[Any]:
    """A field as another form declares it."""
    return deepcopy(schema._declared_fields[name])  # noqa: SLF001 - marshmallow offers no public way to one field.
