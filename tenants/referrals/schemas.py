from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import marshmallow
from marshmallow import ValidationError, fields, validate, validates_schema

from clais.clock import today
from clais.exchange.publications.queries import KINDS
from clais.exchange.publications.rows import SEATS, SORTS, WITHIN
from clais.exchange.referrals.consent_texts import DEFAULT_LANGUAGE, MANNERS, TEXTS
from clais.exchange.referrals.lists import GROUPS
from clais.exchange.referrals.workflow import CANCEL_REASONS, SEAT_REFUSALS, URGENCIES
from clais.forms.choices import SeveralChoices, choices_of
from clais.forms.fields import Date, OneChoice, Phone, TrimmedString
from clais.forms.lists import ListSchema, one_of, one_row, sort_by
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l

USUAL_MONTHS = 6


def default_end(day: date | None = None) -> date:
    """The usual end of a consent, six months after `day` (today). 31 August gives 28 February."""
    start = day or today()
    year, month = divmod(start.month - 1 + USUAL_MONTHS, 12)
    year, month = start.year + year, month + 1
    for last in (start.day, 30, 29, 28):
        try:
            return date(year, month, min(last, start.day))
        except ValueError:
            continue
    raise AssertionError  # Every month has 28 days.


PURPOSE = {
    "label": _l("What is it for?"),
    "ask": _l("Say what it is for."),
    "rows": 3,
    "hint": _l("In a sentence, with the person. It stands in the agreement and the receiver reads it first."),
}


class LetterSchema(Schema):
    """The parts of the letter of consent: the ticked facts, how to reach the person, the purpose, the language, the
    end.
    """

    fields_shared = fields.List(
        fields.String(validate=validate.Length(max=60)),
        data_key="fields",
        load_default=list,
        validate=validate.Length(max=80),
        metadata={"label": _l("What is shared")},
    )
    new_phone = Phone(
        allow_none=True,
        load_default=None,
        metadata={"label": _l("Telephone"), "hint": _l("It also goes on the card."), "autocomplete": "off"},
    )
    reach = TrimmedString(
        200,
        allow_none=True,
        load_default=None,
        metadata={
            "label": _l("No phone: how else?"),
            "hint": _l("Through whom, at which number, or when and where."),
        },
    )
    exception = TrimmedString(
        500,
        multiline=True,
        allow_none=True,
        load_default=None,
        metadata={
            "label": _l("Why refer all the same?"),
            "rows": 2,
            "hint": _l("In a sentence, with the person. The support centre reads it beside the condition."),
        },
    )
    purpose = TrimmedString(500, multiline=True, load_default="", metadata=PURPOSE)
    purpose_is_sensitive = fields.Boolean(
        load_default=False,
        metadata={
            "label": _l("This text tells of health, origin, disability or justice"),
            "hint": _l("It then travels sealed, beside what is ticked, and stands in no list and no letter."),
        },
    )
    language = OneChoice(
        [(code, text.label) for code, text in TEXTS.items()],
        load_default=DEFAULT_LANGUAGE,
        metadata={"label": _l("Language of the text"), "ask": _l("Choose the language of the text.")},
    )
    until = Date(
        load_default=default_end,
        metadata={"label": _l("Until when?"), "ask": _l("Give the last day of the agreement.")},
    )


class SendSchema(LetterSchema):
    """The whole referral. `letter` is the digest of the text that the person reads, `shown` has those of the facts
    (`code=digest`).
    """

    purpose = TrimmedString(500, multiline=True, required=True, metadata=PURPOSE)
    language = OneChoice(
        [(code, text.label) for code, text in TEXTS.items()],
        required=True,
        metadata={"label": _l("Language of the text"), "ask": _l("Choose the language of the text.")},
    )
    urgency = OneChoice(
        choices_of(URGENCIES),
        required=True,
        metadata={"label": _l("Urgency"), "ask": _l("Choose the urgency."), "widget": "radio", "inline": True},
    )
    until = Date(required=True, metadata={"label": _l("Until when?"), "ask": _l("Give the last day of the agreement.")})
    manner = OneChoice(
        choices_of(MANNERS),
        required=True,
        metadata={"label": _l("How the person agrees"), "ask": _l("Choose how the person agrees.")},
    )
    letter = fields.String(required=True, validate=validate.Length(max=40))
    shown = fields.List(
        fields.String(validate=validate.Length(max=80)), load_default=list, validate=validate.Length(max=80)
    )


class DestinationSchema(Schema):
    """The scheme and session of the referral, in the URL of the page."""

    scheme = fields.UUID(required=True)
    session = fields.UUID(load_default=None)


class SentSchema(ListSchema):
    """The filters and the order of the sent referrals."""

    group = one_of(["news", *GROUPS])
    scheme_id = one_row()
    whose = one_of(["mine"])
    news = one_of(["late"])
    sort = sort_by("moved", "scheme", "promised")


class OffersSchema(ListSchema):
    """The filters and the order of the schemes of the basin."""

    kind = one_of(KINDS)
    seats = one_of(SEATS)
    before = one_of(WITHIN)
    sort = sort_by(*SORTS)


class ChoosingSchema(Schema):
    """Whether every scheme is shown, in the URL of the page, or the first of each group."""

    shown = OneChoice([("first", _l("The first ones")), ("all", _l("All"))], load_default="first")


class FactSchema(Schema):
    """The scheme for which a fact is filled in, in the URL of the page."""

    scheme = fields.UUID(load_default=None)


class MessageSchema(Schema):
    text = TrimmedString(
        2000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Message"),
            "ask": _l("Write the message."),
            "rows": 3,
            "hint": _l("The other side reads it as long as the consent stands."),
        },
    )


class SupplySchema(Schema):
    answer = TrimmedString(
        1000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Your answer"),
            "ask": _l("Write what was asked."),
            "rows": 3,
            "hint": _l("The receiver reads it. Write nothing that the person did not agree to share."),
        },
    )


class CancelSchema(Schema):
    reason = OneChoice(
        choices_of(CANCEL_REASONS), required=True, metadata={"label": _l("Why?"), "ask": _l("Choose a reason.")}
    )
    comment = TrimmedString(
        1000, multiline=True, load_default=None, allow_none=True, metadata={"label": _l("Comment"), "rows": 2}
    )


def _answers() -> list[tuple[str, str]]:
    return [
        ("accept_seat", _("Yes: the seat is theirs")),
        ("refuse_seat", _("No, and the person stays on the list, without penalty")),
        ("leave_list", _("No, and the person leaves the list")),
    ]


class OfferAnswerSchema(Schema):
    """What the person says to a seat that is offered; a refusal says why."""

    answer = OneChoice(
        _answers,
        required=True,
        metadata={"label": _l("Does the person take it?"), "ask": _l("Choose the answer."), "widget": "radio"},
    )
    reason = OneChoice(
        choices_of(SEAT_REFUSALS),
        load_default=None,
        allow_none=True,
        metadata={"label": _l("If not, why?"), "hint": _l("Asked for when the answer is no.")},
    )
    comment = TrimmedString(
        1000, multiline=True, load_default=None, allow_none=True, metadata={"label": _l("Comment"), "rows": 2}
    )

    @validates_schema
    def _says_why(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["answer"] != "accept_seat" and not data["reason"]:
            raise ValidationError(
                {"reason": [Message("Choose why: reasons are counted, and cost nobody their place.")]}
            )


def others_schema(others: Sequence[tuple[str, str]]) -> marshmallow.Schema:
    """The other open referrals (id, words) of someone who is placed: those that are ticked are cancelled."""
    return Schema.from_dict(
        {
            "others": SeveralChoices(
                lambda: others,
                required=True,
                metadata={"label": _l("Which ones?"), "ask": _l("Tick those that are no longer needed.")},
            ),
            "comment": TrimmedString(
                1000,
                multiline=True,
                load_default=None,
                allow_none=True,
                metadata={"label": _l("Comment for the receiver"), "rows": 2},
            ),
        }
    )()


class WithdrawSchema(Schema):
    note = TrimmedString(
        500,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("Note for the file"), "rows": 2, "hint": _l("It stays on this platform.")},
    )
