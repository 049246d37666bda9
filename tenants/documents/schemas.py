from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, validates, validates_schema
from marshmallow.fields import Boolean

from clais.clock import today
from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, TrimmedString
from clais.forms.moments import not_past
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.documents.choices import KIND_LABELS, REASONS, SIGNABLE, SIGNED_HOW

LONGEST_WAIT = timedelta(days=366)


def _title() -> TrimmedString:
    return TrimmedString(
        120,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("What it is, in a few words"), "placeholder": _l("front and back, year, school…")},
    )


def _kind() -> OneChoice:
    return OneChoice(
        choices_of(KIND_LABELS),
        required=True,
        metadata={"label": _l("Which document"), "ask": _l("Choose which document it is.")},
    )


def _issued_on() -> Date:
    return Date(load_default=None, allow_none=True, metadata={"label": _l("Made on")})


def _expires_on() -> Date:
    return Date(
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("Valid until"),
            "hint": _l("The last day that is written on it; nothing when there is none."),
        },
    )


class _Dated(Schema):
    """Checks the days that stand on a document."""

    @validates_schema
    def check_days(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Refuse a document that was made in the future, or that ended before it began."""
        issued, ends = data.get("issued_on"), data.get("expires_on")
        if issued is not None and issued > today():
            raise ValidationError(_("This day has not come yet."), "issued_on")
        if issued is not None and ends is not None and ends < issued:
            raise ValidationError(_("It cannot end before the day on which it was made."), "expires_on")


class AddSchema(_Dated):
    kind = _kind()
    title = _title()
    issued_on = _issued_on()
    expires_on = _expires_on()


class ReceiveSchema(_Dated):
    title = _title()
    issued_on = _issued_on()
    expires_on = _expires_on()


class SignedSchema(Schema):
    kind = OneChoice(
        choices_of(SIGNABLE),
        required=True,
        metadata={"label": _l("Which document"), "ask": _l("Choose which document it is.")},
    )
    title = _title()
    signed_on = Date(required=True, metadata={"label": _l("Signed on"), "ask": _l("Give the day of the signature.")})
    signed_how = OneChoice(
        choices_of(SIGNED_HOW),
        required=True,
        metadata={"label": _l("How"), "ask": _l("Choose how it was signed.")},
    )
    signed_by = TrimmedString(120, required=True, metadata={"label": _l("By whom"), "ask": _l("Write who signed it.")})
    expires_on = _expires_on()

    @validates("signed_on")
    def check_signed(self, value: date, **_kwargs: Any) -> None:
        """Refuse a day to come."""
        if value > today():
            raise ValidationError(_("This day has not come yet."))

    @validates_schema
    def check_end(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Refuse an end before the signature."""
        ends, signed = data.get("expires_on"), data.get("signed_on")
        if ends is not None and signed is not None and ends < signed:
            raise ValidationError(_("It cannot end before it was signed."), "expires_on")


class _Wanted(Schema):
    wanted_by = Date(
        required=True, metadata={"label": _l("Wanted before"), "ask": _l("Give the day until which it is awaited.")}
    )
    why = TrimmedString(
        200,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("What it is for"), "hint": _l("The person reads it.")},
    )

    @validates("wanted_by")
    def check_wanted(self, value: date, **_kwargs: Any) -> None:
        """Refuse a day that is past, and one that is so far away that it is a typing mistake."""
        not_past(value)
        if value > today() + LONGEST_WAIT:
            raise ValidationError(_("This is more than a year ahead: check the date."))


class AskSchema(_Wanted):
    kind = _kind()
    title = _title()

    class Meta(Schema.Meta):
        fields = ("kind", "title", "wanted_by", "why")


class AskAgainSchema(_Wanted):
    pass


class AcceptSchema(_Dated):
    expires_on = _expires_on()
    issued_on = _issued_on()
    original_seen = Boolean(load_default=False, metadata={"label": _l("I have seen the original")})


class LinkSchema(Schema):
    """How a link reaches the person: photographed at once, by mail, or on paper."""

    how = OneChoice([(way, way) for way in ("phone", "mail", "paper")], required=True)


class SendSchema(Schema):
    """What comes with the files that someone sends by a link: nothing."""


class RefuseSchema(Schema):
    reason = OneChoice(
        choices_of(REASONS),
        required=True,
        metadata={"label": _l("Why"), "ask": _l("Choose why."), "widget": "radio", "inline": True},
    )
    comment = TrimmedString(
        300,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("In a few words, for the person"), "rows": 2},
    )
    ask_again = Boolean(load_default=False, metadata={"label": _l("Ask for it again")})
    wanted_by = Date(load_default=None, allow_none=True, metadata={"label": _l("Wanted before")})

    @validates_schema
    def check_wanted(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Ask for the day when it is asked for again."""
        if data.get("ask_again"):
            wanted = data.get("wanted_by")
            if wanted is None:
                raise ValidationError(_("Give the day until which it is awaited."), "wanted_by")
            if wanted < today():
                raise ValidationError(_("This day is past."), "wanted_by")
