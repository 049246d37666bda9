"""The list of the sent referrals in words."""

from collections.abc import Iterable, Mapping
from textwrap import shorten
from uuid import UUID

from flask import url_for
from markupsafe import Markup

from clais.clock import today
from clais.database import NIL
from clais.exchange.referrals.delays import days_without_news, promised_on
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import STATES, outcome_label
from clais.listing import Cell, Column, Line
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day, row_day, row_distance
from tenants.people.models import Person
from tenants.referrals.presentation import TAGS, by_whom, is_late, needs_another_referral, silence_text

NOTE_SHOWN = 60
"""So much of a result's note is on its row; the whole is on the page of the referral."""


def sent_columns() -> dict[str, Column]:
    """The columns by the names of their sorts."""
    return {
        "person": Column(_("Person")),
        "scheme": Column(_("Scheme"), css="span-1"),
        "state": Column(_("State"), css="span-2"),
        "promised": Column(_("Answer"), css="span-1 joined under-whole"),
        "moved": Column(_("Last change"), css="nowrap prio-1 span-2"),
    }


def sent_lines(referrals: Iterable[Referral], people: Mapping[UUID, Person], *, may_send: bool) -> list[Line]:
    """The rows. Whose referral came to nothing can be referred elsewhere."""
    pattern = url_for("referrals.show", referral_id=NIL)
    elsewhere = url_for("referrals.choose", person_id=NIL)
    link = Markup('<a class="btn btn-outline-secondary" href="{}">{}<span class="visually-hidden"> : {}</span></a>')
    found = []
    for referral in referrals:
        person = people.get(referral.person_id)
        name = person.full_name if person else referral.reference
        state = Cell(_(STATES[referral.state]), kind=TAGS.get(referral.state, ""), tag=True)
        moved = Cell(row_distance(referral.last_moved_at), referral.reference, title=exact_day(referral.last_moved_at))
        cells = (Cell(referral.scheme_name or referral.to_name), state, _answer(referral), moved)
        acts = Markup()
        if may_send and person and needs_another_referral(referral, person):
            acts = link.format(elsewhere.replace(str(NIL), str(person.id)), _("Refer elsewhere"), name)
        found.append(Line(name, pattern.replace(str(NIL), str(referral.id)), cells, acts=acts))
    return found


def _answer(referral: Referral) -> Cell:
    """The answer, by when it is promised, or for how long there are no news."""
    awaited = _awaited(referral)
    if awaited is not None:
        return awaited
    outcome = outcome_label(referral)
    if outcome is None:
        return Cell()
    note = shorten(referral.result_note or "", NOTE_SHOWN, placeholder="…") if referral.state == "completed" else ""
    return Cell(" · ".join(filter(None, (_(outcome), note))), by_whom(referral))


def _awaited(referral: Referral) -> Cell | None:
    """What one side waits for of the other, and the day of it; None where nothing is awaited."""
    due = promised_on(referral)
    if is_late(referral) and due:
        late = (today() - due).days
        text = ngettext("%(num)d day late", "%(num)d days late", late)
        return Cell(text, row_day(due), "late", title=exact_day(due, weekday=True))
    if days_without_news(referral) is not None and referral.news_due_on:
        awaited = referral.news_due_on
        return Cell(silence_text(referral), row_day(awaited), "late", title=exact_day(awaited, weekday=True))
    if referral.state == "incomplete" and referral.asked_on:
        return Cell(_("your answer"), row_day(referral.asked_on), "wait", title=exact_day(referral.asked_on))
    promised = {"requested": _("promised receipt"), "received": _("promised answer")}.get(referral.state)
    return Cell(row_day(due), promised, title=exact_day(due, weekday=True)) if promised and due else None
