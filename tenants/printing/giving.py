"""The click on « print », for the pages of the features whose texts are given on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash
from werkzeug.wrappers import Response as AnyResponse

from clais.forms.form import Form
from clais.printing.engine import MOST, is_set_up
from clais.services import services
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post
from tenants.people.models import Person
from tenants.printing.actions import give
from tenants.printing.choices import PRESENCE_TEMPLATE
from tenants.printing.joint import give_list
from tenants.printing.paper import text_from, text_of
from tenants.printing.urls import joint_url, printout_url

MILLION = 1_000_000
TOO_LONG = N_("Nothing was printed: it has more than %(most)s million characters, the most of a PDF.")
NOT_SET_UP = N_("Printing as PDF is not set up on this server: tell whoever looks after it.")


def can_give(form: Form) -> bool:
    """Whether this server prints. Where it does not, the form says so, and keeps what was typed."""
    if not is_set_up():
        form.add_error(None, _(NOT_SET_UP))
    return not form.errors


def give_on_paper(
    kind: str,
    person: Person,
    back_url: str,
    /,
    *,
    subject_id: UUID | None = None,
    withheld: bool = False,
    **facts: Any,
) -> AnyResponse:
    """Let the worker make the PDF, and show how far it is; `facts` are what the template of this kind tells.

    `withheld`: they say a text that is sealed elsewhere.

    Where printing is not set up, or the text is longer than a PDF takes, it says so on the page that it came from.
    """
    if not is_set_up():
        flash(_(NOT_SET_UP), "wait")
        return redirect_after_post(back_url)
    text = text_of(kind, person, **facts)
    if len(text.content) > MOST:
        most = MOST // MILLION
        flash(
            _("Nothing was printed: it has more than %(most)s million characters, the most of a PDF.", most=most),
            "wait",
        )
        return redirect_after_post(back_url)
    given = give(
        database(), actor(), services().keyring, person.id, text, kind=kind, subject_id=subject_id, withheld=withheld
    )
    return redirect_after_post(printout_url(given))


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody on a list of presence: the hour, their name, with whom; `person_id` of who has a file."""

    hour: str
    name: str
    whom: str
    person_id: UUID | None


def give_presence_list(heading: str, expected: Sequence[Expected], back_url: str) -> AnyResponse:
    """Let the worker make the list of those who are expected on a day, with a place for each signature."""
    if not is_set_up() or not expected:
        flash(_(NOT_SET_UP) if expected else _("Nobody is expected on this day: there is nothing to print."), "wait")
        return redirect_after_post(back_url)
    text = text_from(PRESENCE_TEMPLATE, heading=heading, lines=expected)
    people = list(dict.fromkeys(one.person_id for one in expected if one.person_id is not None))
    joint = give_list(database(), actor(), services().keyring, text, people, len(expected))
    return redirect_after_post(joint_url(joint))
