"""The sessions: how full they are, who is in, and what is done for several participants at once."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from clais.audit.actions import record_reading
from clais.clock import today
from clais.exchange.publications.queries import free_seats
from clais.exchange.referrals.workflow import SEAT_OFFER, STATES
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.listing import Listing
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from support_center.routing import actions, groups, queries, rows
from support_center.routing.admission import still_days
from support_center.routing.models import Enrolment, Participant
from support_center.routing.offers import working_days
from support_center.routing.schemas import PresenceSchema, group_schema
from support_center.routing.workflow import PARTICIPANT

pages = Pages()

READ, ANSWER, WRITE = "participant.read", "referral.answer", "participant.write"
STEPS = {"demarrage": "start", "resultat": "complete"}
"""The last word of the address of a step for a group → the step."""


@pages.page("/places/<uuid:session_id>", READ)
def session_seats(session_id: UUID) -> Response:
    """Who holds the seats of a session, and who waits; what can be done for all of them."""
    line, held = _line_and_holders(session_id)
    seated, who = _seated(held), actor()
    standing = groups.standing(database(), [row for row, _enrolment in held])
    act = _give_seat if free_seats(line.scheme_session) else _pass_on
    listing = Listing(
        caption=_("Who is in"),
        columns=rows.holder_columns(),
        lines=rows.holder_lines(held, standing, act),
        has_acts=any(enrolment.state == "waiting" for _row, enrolment in held),
    )
    offered = sum(enrolment.offered_until is not None for _row, enrolment in held)
    able = [step for step in STEPS.values() if who.may(ANSWER) and groups.able(seated, standing, step)]
    return render(
        "routing/session.html",
        line=line,
        listing=listing,
        seated=seated,
        offered=offered,
        waiting=len(held) - len(seated),
        working_days=working_days(database()),
        list_closed=line.scheme_session.count.list_closed,
        still_days=still_days(database()),
        begun=sum(standing.get(row.id) == "in_progress" for row in seated),
        acts=_acts(line, able, may_note=bool(seated) and who.may(WRITE)),
    )


def _acts(line: queries.SessionLine, able: list[str], *, may_note: bool) -> list[tuple[str, str, date | None]]:
    """What can be done for all: the address, the label, and the day of what is not due yet. What is due comes first."""
    held = line.scheme_session
    due = {"start": held.starts_on, "complete": held.ends_on}
    found = [
        (
            url_for("routing.group", session_id=held.id, noun=noun),
            groups.LABELS[step],
            due[step] if due[step] > today() else None,
        )
        for noun, step in STEPS.items()
        if step in able
    ]
    if may_note:
        found.append((url_for("routing.group_note", session_id=held.id), groups.LABELS["note"], None))
    return found


def _give_seat(participant: Participant, place: Enrolment) -> str:
    if place.offered_until is not None:
        return _pass_on(participant, place)
    link = Markup('<a class="btn btn-outline-secondary" href="{}">{}<span class="visually-hidden"> : {}</span></a>')
    address = url_for("routing.participant", participant_id=participant.id)
    return link.format(address, _(PARTICIPANT.label_of("seat")), participant.display_name)


def _pass_on(participant: Participant, place: Enrolment) -> str:
    """The way to what can be done with an open offer; nothing for who only waits."""
    if place.offered_until is None:
        return ""
    link = Markup('<a class="btn btn-outline-secondary" href="{}">{}<span class="visually-hidden"> : {}</span></a>')
    address = url_for("routing.participant", participant_id=participant.id)
    return link.format(address, _(SEAT_OFFER.label_of("withdraw_offer")), participant.display_name)


@pages.page("/places/<uuid:session_id>/presence", READ)
def presence(session_id: UUID) -> Response:
    """The list that goes round the room: names, and two places to sign. Nobody's absences."""
    line, held = _line_and_holders(session_id)
    usual = max(today(), line.scheme_session.starts_on)
    # A day is typed: one that is none is said beside the field, and the list stays that of the usual day.
    asked = Form.from_request(PresenceSchema(), request.args or MultiDict({"day": f"{usual:%d/%m/%Y}"}))
    valid = asked.validate()
    return render(
        "routing/presence.html",
        status=200 if valid else 422,
        line=line,
        day=(asked.data["day"] if valid else None) or usual,
        participants=_seated(held),
        asked=asked,
    )


@pages.form("/places/<uuid:session_id>/groupe/<any({}):noun>".format(", ".join(STEPS)), ANSWER)
def group(session_id: UUID, noun: str) -> Response:
    """Start, or give the result, for all the participants of a session at once; each may be left out."""
    return _for_all(session_id, STEPS[noun])


@pages.form("/places/<uuid:session_id>/groupe/note", WRITE)
def group_note(session_id: UUID) -> Response:
    """Note the same of the progress of all the participants of a session; each may be left out."""
    return _for_all(session_id, "note")


def _line_and_holders(session_id: UUID) -> tuple[queries.SessionLine, list[queries.Holder]]:
    line = queries.session_line(database(), session_id)
    if line is None:
        abort(404)
    held = queries.holders(database(), session_id)
    for row, _enrolment in held:
        record_reading(database(), row.id)
    return line, held


def _seated(held: list[queries.Holder]) -> list[Participant]:
    return [row for row, enrolment in held if enrolment.state == "seated"]


def _for_all(session_id: UUID, act: str) -> Response:
    line, held = _line_and_holders(session_id)
    people, asked = _seated(held), set(request.form.getlist("who"))
    standing = groups.standing(database(), people)
    able = groups.able(people, standing, act)
    # Whom the act is not for is not asked about; whom it was for when the page was shown is told apart afterwards.
    seated = {str(row.id): row for row in people if row in able or str(row.id) in asked}
    others = [_why_not(row, standing.get(row.id)) for row in people if str(row.id) not in seated]
    is_ahead = line.scheme_session.starts_on > today()
    schema = group_schema(act, [(key, row.display_name) for key, row in seated.items()], is_ahead=is_ahead)
    if request.method == "GET":
        return _group_page(line, act, Form(schema, {"who": list(seated)}), others)
    # Whoever left, or took their agreement back, since the page was shown is not asked about any more.
    wanted = request.form.getlist("who")
    present = [(name, value) for name, value in request.form.items(multi=True) if name != "who" or value in seated]
    # Of the same kind as the request's: one with what was kept is shown, and saves nothing.
    form = Form.from_request(schema, type(request.form)(present))
    valid = form.validate()
    if valid and act == "note":
        _refuse_long_notes(form, [seated[key] for key in form.data["who"]])
    if form.errors:
        return _group_page(line, act, form, others, status=422)
    chosen = [seated[key] for key in form.data["who"]]
    outcome = groups.act_for_all(database(), actor(), act, chosen, form.data)
    _say(outcome, gone=len(set(wanted) - set(seated)))
    return redirect_after_post(url_for("routing.session_seats", session_id=session_id))


def _refuse_long_notes(form: Form, chosen: list[Participant]) -> None:
    names = ", ".join(row.display_name for row in groups.too_long_for(database(), chosen, form.data["text"]))
    if names:
        form.add_error(
            "text",
            _(
                "With this, the note would be longer than %(most)s characters for: %(names)s. Write less, or leave them"
                " out.",
                most=actions.LONGEST_NOTE,
                names=names,
            ),
        )


def _say(outcome: groups.Outcome, gone: int) -> None:
    """For how many it was done, and for whom it was not, with the reason."""
    if outcome.done:
        flash(ngettext("Done for %(num)d person.", "Done for %(num)d people.", outcome.done), "done")
    states = groups.standing(database(), [row for row, _code in outcome.left_out])
    for row, code in outcome.left_out:
        flash(_not_done(row, code, states.get(row.id)), "wait")
    if gone:
        flash(ngettext("%(num)d person is not here any more.", "%(num)d people are not here any more.", gone), "wait")


def _not_done(row: Participant, code: str, state: str | None) -> str:
    if code == "over" or state is None:
        return _("Not done for someone whose agreement is over.")
    if code == "too_early":
        return _("Not done for %(name)s: the referral was sent long after that day.", name=row.display_name)
    return _(
        "Not done for %(name)s, whose referral stands at: %(state)s.", name=row.display_name, state=_(STATES[state])
    )


def _why_not(row: Participant, state: str | None) -> str:
    """Someone whom the act is not for, and why; who took the agreement back stays nameless."""
    if state is None:
        return _("Someone whose agreement is over")
    return _("%(name)s: %(state)s", name=row.display_name, state=lower_first(_(STATES[state])))


def _group_page(line: queries.SessionLine, act: str, form: Form, others: Sequence[str], status: int = 200) -> Response:
    return render(
        "routing/group.html",
        status=status,
        line=line,
        form=form,
        others=others,
        act=_(groups.LABELS[act]),
        address=request.path,
        back_url=url_for("routing.session_seats", session_id=line.scheme_session.id),
    )
