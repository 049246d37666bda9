"""The list of presences of a session: who was there on each half-day, in a click each."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.audit.actions import record_reading
from clais.audit.listings import record_listing
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.workflow import REFERRAL
from clais.exchange.training.presentation import half_day_text
from clais.exchange.training.rules.half_days import HalfDay
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.errors import Change, StateConflict
from clais.web.rendering import is_partial_request, redirect_after_post, render
from clais.web.undoing import flash_with_undo
from clais.workflow import Refused
from support_center.presence import actions, queries, rows
from support_center.presence.choices import ABSENT, MARKS, REASONS, SIGNS
from support_center.presence.forms import Click, cell_key, click_of, half_day_of
from support_center.presence.schemas import RestSchema, SaySchema
from support_center.routing.models import Participant
from support_center.routing.queries import SessionLine, holders, session_line

pages = Pages()

READ, WRITE = "participant.read", "participant.write"


class Shown(NamedTuple):
    """A session, and who has a seat in it."""

    line: SessionLine
    people: Sequence[Participant]


@pages.page("/places/<uuid:session_id>/presences", READ)
def grid(session_id: UUID) -> Response:
    """Who was there, one week at a time; of the half-day that is chosen, or of the last one that has begun."""
    shown = _shown(session_id)
    for row in shown.people:
        record_reading(database(), row.id)
    return _page(shown, request.args.get("demi", ""), request.args.get("case", ""))


@pages.post("/places/<uuid:session_id>/presences/marque", WRITE)
def say(session_id: UUID) -> Response:
    """Say whether someone was there on a half-day, or why not; saved at once."""
    shown = _shown(session_id)
    form = Form.from_request(SaySchema(), request.form)
    valid = form.validate()
    click = click_of(form.data["said"]) if valid else click_of(request.form.get("said", ""))
    person = next((row for row in shown.people if click and row.id == click.participant_id), None)
    if valid and person is None:
        form.add_error(None, _("This person has no seat in this session any more."))
    if form.errors or click is None or person is None:
        case = cell_key(click.participant_id, click.half_day) if click else request.args.get("case", "")
        return _page(shown, request.args.get("demi", ""), case, status=422, form=form)
    note = form.data["note"] if click.mark in ABSENT else None
    try:
        actions.say(
            database(), actor(), shown.line.scheme_session, person, click.half_day, click.mark,
            note=note, read_at=click.read_at,
        )  # fmt: skip
    except (Gone, Refused, StaleDataError) as error:
        database().rollback()
        raise _too_late(session_id, person.id, click, note) from error
    # Why someone was not there is asked at once, in their row.
    asks = click.mark == "absent" and "note" not in request.form
    case = cell_key(person.id, click.half_day) if asks else ""
    if is_partial_request():
        return _page(_shown(session_id), _column(click), case)
    return redirect_after_post(_address(session_id, _column(click), case))


@pages.post("/places/<uuid:session_id>/presences/tous", WRITE)
def rest(session_id: UUID) -> Response:
    """All whom nothing is said of yet were there."""
    shown = _shown(session_id)
    form = Form.from_request(RestSchema(), request.form)
    half_day = half_day_of(form.data["half_day"]) if form.validate() else None
    if half_day is None:
        return _page(shown, "", "", status=422, form=form)
    try:
        act_id, number = actions.say_rest_there(database(), actor(), shown.line.scheme_session, shown.people, half_day)
    except Refused as error:
        database().rollback()
        raise _not_now(session_id, half_day) from error
    if number:
        text = ngettext(
            "%(num)d was there: %(half_day)s.",
            "%(num)d were there: %(half_day)s.",
            number,
            half_day=half_day_text(half_day),
        )
        flash_with_undo(text, url_for("presence.take_back", session_id=session_id, act_id=act_id))
    else:
        flash(_("Nobody was left: a colleague has just said it."), "wait")
    return redirect_after_post(_address(session_id, half_day.code, ""))


@pages.button("/places/<uuid:session_id>/presences/annulation/<uuid:act_id>", WRITE)
def take_back(session_id: UUID, act_id: UUID) -> Response:
    """Take back what one click said of all; what was changed since stays."""
    shown = _shown(session_id)
    number = actions.take_back(database(), shown.line.scheme_session, act_id, shown.people)
    text = ngettext("Taken back for %(num)d person.", "Taken back for %(num)d people.", number)
    flash(text if number else _("There was nothing left to take back."), "done" if number else "wait")
    return redirect_after_post(_address(session_id, "", ""))


def _shown(session_id: UUID) -> Shown:
    line = session_line(database(), session_id)
    if line is None:
        abort(404)
    held = holders(database(), session_id)
    return Shown(line, [row for row, enrolment in held if enrolment.state == "seated"])


def _page(shown: Shown, demi: str, case: str, *, status: int = 200, form: Form | None = None) -> Response:
    session, held = database(), shown.line.scheme_session
    record_listing(session, (row.id for row in shown.people))
    return render(
        "presence/grid.html",
        "presence/_grid.html",
        status=status,
        line=shown.line,
        grid=rows.grid_of(
            held,
            shown.people,
            queries.marks_of(session, held.id),
            queries.standings(session, [row.referral_id for row in shown.people]),
            asked=half_day_of(demi),
            open_cell=case,
        ),
        form=form or Form(SaySchema()),
        reasons=REASONS,
        signs=SIGNS,
        words=MARKS,
        may_write=actor().may(WRITE),
        label_of=REFERRAL.label_of,
    )


def _column(click: Click) -> str:
    """The half-day of the column that stays chosen: that of the page, and not the one of the click."""
    return request.args.get("demi", "") or click.half_day.code


def _address(session_id: UUID, demi: str, case: str) -> str:
    return url_for("presence.grid", session_id=session_id, demi=demi or None, case=case or None)


def _too_late(session_id: UUID, person_id: UUID, click: Click, note: str | None) -> StateConflict:
    """What stands by now of a half-day that a colleague said first, or of someone who left."""
    shown = _shown(session_id)
    person = next((row for row in shown.people if row.id == person_id), None)
    if person is None:
        stands, by = _("This person has no seat in this session any more."), None
        label = half_day_text(click.half_day)
    else:
        record_reading(database(), person.id)
        said = queries.marks_of(database(), session_id).get(person.id, {}).get(click.half_day)
        stands = " : ".join(filter(None, (_(MARKS[said.mark]), said.note))) if said else _("still to say")
        by = Change(said.marked_by, said.updated_at) if said else None
        label = f"{person.display_name}, {half_day_text(click.half_day)}"
    yours = [(_("What you said"), " : ".join(filter(None, (_(MARKS[click.mark]), note))))]
    return StateConflict(yours, [(label, stands)], _address(session_id, click.half_day.code, ""), by)


def _not_now(session_id: UUID, half_day: HalfDay) -> StateConflict:
    """A half-day that has not begun, or that the session does not have any more."""
    facts = [(half_day_text(half_day), _("Not begun yet, or not a day of this session any more."))]
    return StateConflict([], facts, _address(session_id, "", ""))
