from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.listings import stand_above_limit
from clais.clock import now, today
from clais.dates import day_bounds
from clais.feature import composition
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.formatting import day_as, near_day
from clais.web.rendering import redirect_after_post, render
from tenants.agenda import queries as agenda
from tenants.agenda import rows as agenda_rows
from tenants.agenda.day import appointments_to_settle, files_to_hear_of
from tenants.agenda.queries import AppointmentWithPerson
from tenants.agenda.silence import days_without_contact, without_contact
from tenants.agenda.workflow import is_to_come
from tenants.day import actions, rows
from tenants.day.queries import WITHOUT_CONTACT, Item, arranged, waiting
from tenants.day.schemas import PostponeSchema, SeenSchema

pages = Pages()
UNSETTLED = "appointments"
"""The source of the past appointments without an outcome."""
SHOWN_WITHOUT_CONTACT = 30


@pages.page("/ma-journee", "day.read")
def my_day() -> Response:
    """What is new, what is to be done, the appointments of today, the files without contact for long."""
    return _my_day()


@pages.page("/ma-journee/<any({}):part>".format(", ".join(rows.PARTS)), "day.read")
def part(part: str) -> Response:
    """The items of a part that the page does not show at first: in their place there, or alone."""
    stand_above_limit(database())
    opened = rows.PARTS[part]
    found = rows.after(opened.items(arranged(_read()[1])), request.args.get("apres", ""))
    return render(
        "day/part.html",
        "day/_part.html",
        heading=_(opened.label),
        name=part,
        found=found,
        later=rows.later(database(), found),
    )


@pages.post("/ma-journee/report", "day.read")
def postpone() -> Response:
    """Take something off one's day until a day."""
    form = Form.from_request(PostponeSchema(), request.form)
    valid = form.validate()
    if {"source", "subject"} & set(form.errors):
        abort(422)
    if not valid:
        flash(" ".join(form["until"].errors), "late")
        return _my_day(422)
    _appointments, items, _days = _read()
    key = (form.data["source"], form.data["subject"])
    thing = next((item.thing for item in items if item.key == key), None)
    if thing is None:
        flash(_("This does not wait for you any more."), "done")
        return redirect_after_post(url_for("day.my_day"))
    until = form.data["until"]
    source = next((source for source in composition().day if source.name == key[0]), None)
    if source and source.put_off:
        source.put_off(database(), actor(), thing.subject, until)
    else:
        actions.postpone(database(), actor(), *key, until, thing.person_id)
    what = thing.who or thing.words().why
    flash(_("Put off until %(day)s: %(what)s", day=near_day(until, weekday=True), what=what), "done")
    return redirect_after_post(url_for("day.my_day"))


@pages.button("/ma-journee/report/<uuid:postponed_id>/annulation", "day.read")
def bring_back(postponed_id: UUID) -> Response:
    """Put something back on one's day."""
    if not actions.bring_back(database(), actor(), postponed_id):
        abort(404)
    flash(_("It is on your day again."), "done")
    return redirect_after_post(url_for("day.my_day"))


@pages.post("/ma-journee/vu", "day.read")
def mark_seen() -> Response:
    """Mark as seen all news that the page showed."""
    form = Form.from_request(SeenSchema(), request.form)
    if not form.validate():
        abort(422)
    session, who = database(), actor()
    for source in composition().day:
        if source.mark_seen is not None and who.may(source.permission):
            source.mark_seen(session, who, min(form.data["at"], now()))
    return redirect_after_post(url_for("day.my_day"))


def _read() -> tuple[list[AppointmentWithPerson], list[Item], int]:
    """The appointments of today, what waits, and after how many days without contact a file waits."""
    session, who = database(), actor()
    if not who.may("follow_up.write"):
        return agenda.appointments_between(session, *day_bounds(today())), waiting(session, who, {}), 0
    appointments, unsettled = agenda.day_and_unsettled(session, who.membership_id)
    days = days_without_contact(session)
    silent = without_contact(session, who.membership_id, days, limit=SHOWN_WITHOUT_CONTACT + 1)
    others = {UNSETTLED: appointments_to_settle(unsettled), WITHOUT_CONTACT: files_to_hear_of(silent)}
    return appointments, waiting(session, who, others), days


def _my_day(status: int = 200) -> Response:
    stand_above_limit(database())
    who = actor()
    follows = who.may("follow_up.write")
    appointments, items, days = _read()
    day = arranged(items)
    lines = agenda_rows.rows_of(database(), appointments, who, "day", team=not follows)
    return render(
        "day/my_day.html",
        status=status,
        greeting=who.display_name.split()[0],
        date_in_words=day_as(today(), "EEEE d MMMM").capitalize(),
        day=day,
        rows=lines,
        still_to_come=sum(is_to_come(appointment) for appointment, _person in appointments),
        first_to_come=rows.first_to_come(lines),
        moment=now(),
        news_since=rows.since(day.news),
        later=rows.later(database(), rows.in_sight(day)),
        in_sight=rows.IN_SIGHT,
        longest_silence=rows.longest_silence(day.silent) if day.silent else "",
        more_silent=len(day.silent) > SHOWN_WITHOUT_CONTACT,
        follows=follows,
        days=days,
    )
