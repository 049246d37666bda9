"""Two files side by side: merged into one, or told apart."""

from uuid import UUID

from flask import Response, flash, request, url_for

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.conflicts import key_read, state_conflict
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.rendering import form_page, redirect_after_post, render
from clais.web.undoing import flash_with_undo
from clais.workflow import Refused
from tenants.merging import presentation, queries
from tenants.merging.actions import decisions, merges
from tenants.merging.moving import counted
from tenants.merging.pairs import first_pair
from tenants.merging.rules.agreement import narrower
from tenants.merging.rules.facts import compared
from tenants.merging.schemas import (
    PREFIX,
    QUEUE,
    BackSchema,
    ReasonSchema,
    ReferenceSchema,
    chosen_groups,
    merge_schema,
)
from tenants.merging.stored import facts_of
from tenants.merging.thread import MERGE
from tenants.people.matching import check
from tenants.people.matching.presentation import duplicate_rows
from tenants.people.models import Person
from tenants.people.standing import told_apart
from tenants.people.urls import file_url
from tenants.people.workflow import OPEN_STAGES, STAGE

pages = Pages()
READING = "merge.read"


@pages.form("/personnes/<uuid:person_id>/fusion", MERGE)
def choose(person_id: UUID) -> Response:
    """The files that may be of the same person; any other is named by its number."""
    person = get_or_404(Person, person_id)
    session = database()
    record_reading(session, person.id, READING)
    form = Form(ReferenceSchema())
    if request.method == "POST":
        form = Form.from_request(ReferenceSchema(), request.form)
        if form.validate():
            other = queries.file_called(session, form.data["reference"])
            if other is not None and other.id != person.id:
                return redirect_after_post(url_for("merging.compare", person_id=person.id, other_id=other.id))
            form.add_error("reference", _("No other file here has this number."))
    apart = told_apart(session, person.id)
    files = queries.files(session, *(row.other_id for row in apart))
    return render(
        "merging/choose.html",
        status=422 if form.errors else 200,
        person=person,
        form=form,
        duplicates=duplicate_rows(check.duplicates_of(session, person, services().keyring)),
        apart=[(files[row.other_id], presentation.decision_text(row)) for row in apart if row.other_id in files],
        back_url=file_url(person.id),
    )


@pages.form("/personnes/<uuid:person_id>/fusion/<uuid:other_id>", MERGE)
def compare(person_id: UUID, other_id: UUID) -> Response:
    """What each of two files says and holds, and what becomes of it when they are merged; then merge them."""
    kept, other = get_or_404(Person, person_id), get_or_404(Person, other_id)
    session = database()
    for person in (kept, other):
        record_reading(session, person.id, READING)
    back = query_arguments(BackSchema)["back"]
    keyring = services().keyring
    groups = compared(facts_of(kept, keyring), facts_of(other, keyring))
    lines = presentation.lines(groups, kept, other)
    if request.method == "GET":
        return _page(kept, other, lines, Form(merge_schema(lines)), back)
    # The cards may differ elsewhere by now: that is told, and not that an answer is unknown.
    form = Form.from_request(
        merge_schema(lines), request.form, allow={name for name in request.form if name.startswith(PREFIX)}
    )
    version = key_read(form)
    if not form.validate():
        return _page(kept, other, lines, form, back, status=422)
    try:
        made = merges.merge(session, actor(), kept, other, chosen_groups(form.data), keyring, version=version)
    except Refused as refused:
        session.rollback()
        raise _too_late(form, _compare_url(kept, other, back), presentation.refusal(refused.code)) from None
    if back:
        text = _("Merged: %(kept)s stands for both. Nobody was sent anything.", kept=kept.reference)
        return _next_of_queue(text, url_for("merging.undo", file_merge_id=made.id))
    flash(_("Merged: this file stands for both. Nobody was sent anything."), "done")
    return redirect_after_post(url_for("merging.show", file_merge_id=made.id))


def _page(
    kept: Person, other: Person, lines: list[presentation.Line], form: Form, back: str | None, status: int = 200
) -> Response:
    session, who = database(), actor()
    refused = ""
    try:
        merges.refuse(session, kept, other)
    except Refused as refusal:
        refused = refusal.code
    apart = queries.decision(session, kept.id, other.id)
    agreement = [(person.registration_consent_at, person.registration_consent_manner) for person in (kept, other)]
    counts = counted(session, who, kept.id, other.id)
    return render(
        "merging/compare.html",
        status=status,
        kept=kept,
        other=other,
        form=form,
        version=form.version or merges.version_of(kept, other),
        differing=[line for line in lines if line.group.differs],
        filled=[(line.label, line.other) for line in lines if line.group.filled],
        same=[(line.label, line.kept) for line in lines if line.group.same],
        counts=counts,
        left=[count for count in counts if count.left],
        agreement_lost=any(moment for moment, _manner in agreement) and narrower(*agreement)[0] is None,
        stages={code: _(label) for code, label in STAGE.states.items()},
        other_is_further=_stage_number(other) > _stage_number(kept),
        takes_referent=kept.referent_id is None and other.referent_id is not None,
        refused=refused,
        refusal=presentation.refusal(refused) if refused else "",
        decision=presentation.decision_text(apart) if apart else "",
        days=merges.UNDO.days,
        back=back,
    )


def _stage_number(person: Person) -> int:
    """How far a file is on the path; -1 for a closed one."""
    return OPEN_STAGES.index(person.stage) if person.stage in OPEN_STAGES else -1


def _too_late(form: Form, reload_url: str, why: str) -> StateConflict:
    return state_conflict(form, [(_("Now"), why)], reload_url)


@pages.form("/personnes/<uuid:person_id>/fusion/<uuid:other_id>/differents", MERGE)
def tell_apart(person_id: UUID, other_id: UUID) -> Response:
    """Record that two files are not of the same person, and how one knows."""
    one, other = get_or_404(Person, person_id), get_or_404(Person, other_id)
    for person in (one, other):
        record_reading(database(), person.id, READING)
    back = query_arguments(BackSchema)["back"]
    form = Form(ReasonSchema())
    if request.method == "POST":
        form = Form.from_request(ReasonSchema(), request.form)
        if form.validate():
            decisions.tell_apart(database(), actor(), one, other, form.data["because"])
            text = _("Noted: these two files are not proposed together any more.")
            undo_url = url_for("merging.reconsider", person_id=one.id, other_id=other.id, back=back)
            if back:
                return _next_of_queue(text, undo_url)
            flash_with_undo(text, undo_url)
            return redirect_after_post(url_for("merging.choose", person_id=one.id))
    heading = _("Not the same person: %(one)s, %(other)s", one=one.reference, other=other.reference)
    here = url_for("merging.tell_apart", person_id=one.id, other_id=other.id, back=back)
    cancel_url = _compare_url(one, other, back)
    return form_page(form, heading, cancel_url, submit=_("They are different people"), action=here)


@pages.button("/personnes/<uuid:person_id>/fusion/<uuid:other_id>/reprise", MERGE)
def reconsider(person_id: UUID, other_id: UUID) -> Response:
    """Take back that two files are not of the same person."""
    one, other = get_or_404(Person, person_id), get_or_404(Person, other_id)
    decisions.reconsider(database(), actor(), one, other)
    flash(_("Taken back: the two files can be merged, and are proposed again."), "done")
    return redirect_after_post(_compare_url(one, other, query_arguments(BackSchema)["back"]))


def _compare_url(one: Person, other: Person, back: str | None) -> str:
    return url_for("merging.compare", person_id=one.id, other_id=other.id, back=back)


def _next_of_queue(done: str, undo_url: str) -> Response:
    """Say what was decided, with a button that takes it back, and show the pair that is decided about next."""
    flash_with_undo(done, undo_url)
    pair = first_pair(database())
    if pair is None:
        flash(_("That was the last pair."), "done")
        return redirect_after_post(url_for("merging.queue"))
    return redirect_after_post(_compare_url(pair.one, pair.match.key, QUEUE))
