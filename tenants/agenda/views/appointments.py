from uuid import UUID

from flask import Response, abort, flash, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.audit.actions import record_reading
from clais.audit.listings import record_typing
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.printing.engine import is_set_up
from clais.searching.typed import query_tokens
from clais.services import services
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.conflicts import optimistic_write
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import is_partial_request, redirect_after_post, render
from clais.workflow import Refused, StateChange, changes_of
from tenants.agenda import actions, forms, rows
from tenants.agenda.conflicts import appointment_conflict
from tenants.agenda.models import Appointment
from tenants.agenda.presentation import may_be_written_about
from tenants.agenda.schemas import NewSchema, ProposalSchema, StepSchema
from tenants.agenda.urls import return_url
from tenants.agenda.workflow import AHEAD, APPOINTMENT
from tenants.follow_up.actions import NotYours
from tenants.follow_up.choices import UNFILED
from tenants.follow_up.presentation import corrected
from tenants.follow_up.queries import contact_of_appointment
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.matching.search import MOST_PROPOSED, Found, search
from tenants.people.models import Person
from tenants.people.rows import detail
from tenants.people.urls import home_of
from tenants.printing.queries import printed_of
from tenants.sensitive.actions import NotOpen
from tenants.sensitive.forms import texts_shown
from tenants.sensitive.queries import may_read

pages = Pages()
READING = "appointment.read"
STEPS = {noun: name for name, noun in rows.NOUNS.items()}


@pages.form("/rendez-vous/nouveau", "appointment.write")
@pages.form("/personnes/<uuid:person_id>/rendez-vous/nouveau", "appointment.write")
def new(person_id: UUID | None = None) -> Response:
    """Make an appointment; the form proposes the next free half hour."""
    session, who = database(), actor()
    person = get_or_404(Person, person_id) if person_id else None
    if person is not None:
        record_reading(session, person.id, "person.read_card")
        if request.method == "GET":
            require_open(person)
    agents = forms.agents_of(session)
    schema = forms.schema_for(session, who, agents, asks_person=person is None)
    if request.method == "GET":
        link = query_arguments(NewSchema)
        return _form_page(Form(schema, forms.blank(session, who, agents, link, person)), person)
    form = Form.from_request(schema, request.form)
    if not form.validate():
        return _form_page(form, person, status=422)
    wanted = forms.booking_of(form, agents)
    invited = person or session.get(Person, (who.tenant_id, form.data["person_id"]))
    if invited is None:
        form.add_error("person_id", _("Choose one of the proposed people."))
        return _form_page(form, person, status=422)
    found = forms.warnings(session, wanted, invited)
    if found and wanted.accepted != forms.acceptance(wanted, invited, found):
        return _form_page(form, person, 422, found, forms.acceptance(wanted, invited, found))
    with conflict_if_closed(form, invited):
        appointment = actions.make_appointment(session, invited, wanted.agent, **wanted.facts)
    flash(
        _(
            "Appointment made: %(name)s, %(when)s.",
            name=invited.full_name,
            when=rows.moment_in_words(appointment.starts_at),
        ),
        "done",
    )
    return redirect_after_post(return_url(wanted.back, appointment))


def _form_page(
    form: Form,
    person: Person | None,
    status: int = 200,
    found: list[str] | None = None,
    accepted: str = "",
    appointment: Appointment | None = None,
) -> Response:
    if form.typed is not None:
        form.typed["accepted"] = accepted
    place = form["back"].value
    if appointment is not None:
        back_url = return_url(place, appointment)
    elif place == "day":
        back_url = url_for("day.my_day")
    elif person is not None and place == "file":
        back_url = home_of(person)
    else:
        back_url = url_for("agenda.index")
    return render(
        "agenda/form.html",
        status=status,
        form=form,
        person=person,
        appointment=appointment,
        found=found or [],
        back_url=back_url,
    )


@pages.post("/agenda/personnes", "appointment.write")
def propose_people() -> Response:
    """Propose the people whose name starts like the typed text."""
    form = Form.from_request(ProposalSchema(), request.form)
    typed = form.data["q"] if form.validate() else ""
    record_typing(database())
    found = search(database(), query_tokens(typed), services().keyring, MOST_PROPOSED) if typed else Found()
    items = [{"value": person.id, "label": person.full_name, "detail": detail(person)} for person in found.people]
    return render("agenda/proposals.html", items=items)


@pages.page("/rendez-vous/<uuid:appointment_id>", "appointment.read")
def show(appointment_id: UUID) -> Response:
    """One appointment: its facts, its state changes, its possible acts."""
    appointment = get_or_404(Appointment, appointment_id)
    person = get_or_404(Person, appointment.person_id)
    session, who = database(), actor()
    contact = contact_of_appointment(session, appointment.id) if who.may("follow_up.read") else None
    if contact is not None:
        record_reading(session, person.id)  # The summary is part of the file; an appointment alone is not.
    else:
        record_reading(session, person.id, READING, subject_id=appointment.id)
    return render(
        "agenda/show.html",
        "agenda/_row.html",
        appointment=appointment,
        person=person,
        row=rows.rows_of(session, [(appointment, person)], who, "appointment", team=True)[0],
        back="appointment",
        file_url=home_of(person),
        purpose=rows.purpose_text(appointment),
        texts=texts_shown(person, [(appointment, "note")]),
        reads_sealed=appointment.note_withheld_at is not None and may_read(session, person, None, who),
        contact=contact,
        is_unfiled=contact is not None and contact.outcome == UNFILED,
        corrected=corrected,
        may_write_letter=who.may("appointment.write") and may_be_written_about(appointment),
        can_print=is_set_up(),
        printed=printed_of(session, who, person.id, appointment.id),
        changes=[
            {"when": change.happened_at, "what": _change_label(change), "who": change.actor_name}
            for change in changes_of(session, appointment.id)
        ],
    )


def _change_label(change: StateChange) -> str:
    """The label of a state change. A move ends in the state « planned », so it has its own label."""
    return _("Moved") if change.transition == "move" else _(APPOINTMENT.states[change.target])


@pages.form("/rendez-vous/<uuid:appointment_id>/modification", "appointment.write")
def change(appointment_id: UUID) -> Response:
    """Move or correct an appointment that is still to come."""
    appointment = get_or_404(Appointment, appointment_id)
    session, who = database(), actor()
    person = get_or_404(Person, appointment.person_id)
    record_reading(session, person.id, READING, subject_id=appointment.id)
    agents = forms.agents_of(session)
    # A form of before the note was sealed brings one: it is a conflict.
    has_note = forms.may_write_note(session, who, appointment) or "note" in request.form
    schema = forms.schema_for(session, who, agents, asks_person=False, has_note=has_note)
    if request.method == "GET":
        if appointment.state not in AHEAD:
            flash(_("This appointment is over: undo its outcome first to change it."), "wait")
            return redirect_after_post(url_for("agenda.show", appointment_id=appointment.id))
        values = forms.values_to_write(appointment, person, who, query_arguments(NewSchema)["back"])
        return _form_page(Form(schema, values), person, appointment=appointment)
    form = Form.from_request(schema, request.form)
    if form.version != str(appointment.version) or appointment.state not in AHEAD:
        raise appointment_conflict(form, appointment)
    if not form.validate():
        return _form_page(form, person, 422, appointment=appointment)
    wanted = forms.booking_of(form, agents)
    found = forms.warnings(session, wanted, person, excluding=appointment.id)
    if found and wanted.accepted != forms.acceptance(wanted, person, found):
        return _form_page(form, person, 422, found, forms.acceptance(wanted, person, found), appointment)
    with optimistic_write(lambda: appointment_conflict(form, get_or_404(Appointment, appointment_id))):
        try:
            actions.change_appointment(session, appointment, wanted.agent, who, **wanted.facts)
        except NotOpen:
            abort(403)
    flash(_("Appointment changed: %(when)s.", when=rows.moment_in_words(appointment.starts_at)), "done")
    return redirect_after_post(return_url(wanted.back, appointment))


@pages.post("/rendez-vous/<uuid:appointment_id>/<any({}):step>".format(", ".join(STEPS)), "appointment.write")
def take_step(appointment_id: UUID, step: str) -> Response:
    """Confirm, record presence or absence, cancel or undo, with one click in the row."""
    appointment = get_or_404(Appointment, appointment_id)
    person = get_or_404(Person, appointment.person_id)
    record_reading(database(), person.id, READING, subject_id=appointment.id)
    form = Form.from_request(StepSchema(), request.form)
    if not form.validate():
        abort(400)
    place = form.data["back"]
    try:
        _take(STEPS[step], appointment, person)
        database().flush()
    except actions.TooEarly:
        flash(_("This appointment is still to come."), "wait")
    except NotYours:
        database().rollback()
        appointment, person = get_or_404(Appointment, appointment_id), get_or_404(Person, person.id)
        flash(_("What was said is written down: this can no longer be undone, or by its author today only."), "wait")
    except (Refused, StaleDataError) as error:
        # A second click, or a colleague acted first: the row shows the present state.
        database().rollback()
        appointment = get_or_404(Appointment, appointment_id)
        person = get_or_404(Person, appointment.person_id)
        closed = isinstance(error, Refused) and error.code == "closed_file"
        said = (
            _("The file is closed: reopen it before someone is expected again.")
            if closed
            else _("This appointment had already moved on: here is where it stands.")
        )
        flash(said, "wait")
    if is_partial_request():
        team = place != "day" or not actor().may("follow_up.write")
        return render(
            "agenda/_row.html",
            "agenda/_row.html",
            row=rows.rows_of(database(), [(appointment, person)], actor(), place, team=team)[0],
            back=place,
        )
    return redirect_after_post(return_url(place, appointment))


def _take(step: str, appointment: Appointment, person: Person) -> None:
    session, who = database(), actor()
    match step:
        case "confirm":
            actions.confirm(session, appointment, who)
        case "come":
            actions.come(session, appointment, person, who)
        case "miss":
            actions.miss(session, appointment, person, who)
        case "cancel":
            actions.cancel(session, appointment, who)
        case _:
            actions.undo(session, appointment, person, who)
            kept = contact_of_appointment(session, appointment.id)
            if kept is not None and kept.outcome == UNFILED:
                flash(_("Undone. The report is kept: you find it again when you choose another outcome."), "done")
