from marshmallow import ValidationError, fields, validate, validates_schema

from clais.catalogues import LANGUAGES
from clais.forms.fields import Email, OneChoice
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.identity.passwords import MAXIMUM_LENGTH
from clais.translation import lazy_gettext as _l


class SignInSchema(Schema):
    email = Email(
        required=True,
        metadata={"label": _l("E-mail address"), "ask": _l("Give your e-mail address."), "autocomplete": "username"},
    )
    password = fields.String(
        required=True,
        validate=validate.Length(max=MAXIMUM_LENGTH),
        metadata={
            "label": _l("Password"),
            "ask": _l("Give your password."),
            "widget": "password",
            "autocomplete": "current-password",
        },
    )


class PasswordSchema(Schema):
    password = fields.String(
        required=True,
        validate=validate.Length(max=MAXIMUM_LENGTH),
        metadata={
            "label": _l("Password of whoever is signed in"),
            "ask": _l("Give your password."),
            "widget": "password",
            # A browser that knows the password must not fill it in for whoever holds the tablet.
            "autocomplete": "new-password",
        },
    )


class ForgottenPasswordSchema(Schema):
    email = Email(
        required=True,
        metadata={
            "label": _l("E-mail address"),
            "ask": _l("Give your e-mail address."),
            "autocomplete": "username",
        },
    )


class LanguageSchema(Schema):
    language = OneChoice(
        list(LANGUAGES.items()),
        required=True,
        metadata={"label": _l("Language"), "ask": _l("Choose the language.")},
    )


class NewPasswordSchema(Schema):
    password = fields.String(
        required=True,
        validate=validate.Length(max=MAXIMUM_LENGTH),
        metadata={
            "label": _l("New password"),
            "ask": _l("Choose a password."),
            "hint": _l("At least 12 characters. A short sentence is easy to remember."),
            "widget": "password",
            "autocomplete": "new-password",
        },
    )
    again = fields.String(
        required=True,
        validate=validate.Length(max=MAXIMUM_LENGTH),
        metadata={
            "label": _l("The same once more"),
            "ask": _l("Write the password once more."),
            "widget": "password",
            "autocomplete": "new-password",
        },
    )

    @validates_schema
    def same_twice(self, data: dict[str, str], **_kwargs: object) -> None:
        """Require the same password twice, since the input hides it."""
        if data.get("password") != data.get("again"):
            raise ValidationError(Message("The two passwords differ."), "again")
