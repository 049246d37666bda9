"""The messages for refused cards, beside the field of a page and in the problem of the API."""

from clais.forms.messages import NamingField
from clais.translation import N_
from clais.translation import gettext as _
from tenants.people.actions import NotAgreed, NumberNotAuthorised, PeriodTaken, Unacceptable
from tenants.people.choices import AGREEMENT_NEEDED
from tenants.people.periods import meets, status_words

LOOK_FIRST = N_("Someone very much like this person has a file: look at it first.")
_SENTENCES: dict[type[Unacceptable], str] = {
    NumberNotAuthorised: N_("This platform has no authorisation to keep the national number: leave it out."),
    NotAgreed: AGREEMENT_NEEDED,
}


def refusal(error: Unacceptable) -> str:
    """The message shown beside `error.field`."""
    if isinstance(error, PeriodTaken):
        return meets(status_words, error.met)
    return _(_SENTENCES[type(error)])


def look_first() -> str:
    """The message shown above the possible duplicates. Without the label of its checkbox, which says the opposite."""
    return NamingField(_(LOOK_FIRST))
