"""The members of a platform: when they work, how many files they follow at most, when they are away."""

from uuid import UUID

from flask import Response, flash, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit, version_of
from clais.web.context import actor, database
from clais.web.errors import StaleEdit
from clais.web.rendering import form_page, redirect_after_post, render
from tenants.team import caseloads, forms, queries
from tenants.team.actions import members as actions
from tenants.team.lookups import LEAD, absence_or_404, member_or_404
from tenants.team.models import WorkingPattern
from tenants.team.presentation import absence_in_words, member_line, pattern_facts
from tenants.team.schemas import AbsenceSchema, OwnPatternSchema, PatternSchema

pages = Pages()

OWN = "absence.note"
"""The permission of every member: to say when they work and when they are away."""


@pages.page("/equipe/membres", LEAD)
def members() -> Response:
    """Everyone who works here, with their days, their files and their next absence."""
    session = database()
    absences = [each.absence for each in queries.absences_to_cover(session)]
    counts = caseloads.caseloads(session)
    lines = [member_line(colleague, counts) for colleague in queries.colleagues_with(session, absences)]
    return render("team/members.html", lines=lines)


@pages.page("/equipe/moi", OWN)
def myself() -> Response:
    """One's own days, languages and absences."""
    return _member_page(member_or_404(actor().membership_id))


@pages.page("/equipe/membres/<uuid:membership_id>", OWN)
def member(membership_id: UUID) -> Response:
    """The days, files and absences of a member."""
    return _member_page(member_or_404(membership_id))


@pages.form("/equipe/membres/<uuid:membership_id>/horaire", OWN)
def change_pattern(membership_id: UUID) -> Response:
    """Say when a member works; who leads the team says also how many files they follow at most."""
    who = member_or_404(membership_id)
    schema = PatternSchema if actor().may(LEAD) else OwnPatternSchema
    pattern = queries.pattern_of(database(), who.id)
    if request.method == "GET":
        form = Form(schema, forms.pattern_values(pattern))
        return form_page(form, _("Days and files"), _home(who), version=version_of(pattern))
    form = Form.from_request(schema, request.form)
    if form.version != version_of(pattern):
        raise _too_late(form, who)
    if not form.validate():
        return form_page(form, _("Days and files"), _home(who), version=version_of(pattern))
    with optimistic_write(lambda: _too_late(form, who)):
        actions.save_pattern(database(), who, pattern, form.data)
    flash(_("Days and files noted."), "done")
    return redirect_after_post(_home(who))


@pages.form("/equipe/membres/<uuid:membership_id>/absence", OWN)
def note_absence(membership_id: UUID) -> Response:
    """Note that a member is away for some days."""
    who = member_or_404(membership_id)
    form = Form(AbsenceSchema())
    if request.method == "POST":
        form = Form.from_request(AbsenceSchema(), request.form)
        if form.validate():
            try:
                actions.note_absence(database(), actor(), who, **form.data)
            except actions.Overlaps:
                form.add_error("starts_on", _("Another absence is noted on some of these days."))
            else:
                flash(_("Absence noted."), "done")
                return redirect_after_post(_home(who))
    return form_page(form, _("Note an absence"), _home(who), submit=_("Note the absence"))


@pages.button("/equipe/absences/<uuid:absence_id>/retrait", OWN)
def remove_absence(absence_id: UUID) -> Response:
    """Take an absence away."""
    absence, who = absence_or_404(absence_id)
    actions.remove_absence(database(), absence)
    flash(_("The absence is taken away."), "done")
    return redirect_after_post(_home(who))


def _member_page(who: Membership) -> Response:
    session = database()
    pattern, absences = queries.pattern_of(session, who.id), queries.absences_of(session, who.id)
    return render(
        "team/member.html",
        member=who,
        mine=who.id == actor().membership_id,
        week=pattern_facts(pattern, queries.files_of(session, who.id)),
        absences=[(absence.id, absence_in_words(absence), absence.noted_by) for absence in absences],
    )


def _home(who: Membership) -> str:
    return url_for("team.member", membership_id=who.id)


def _too_late(form: Form, who: Membership) -> StaleEdit:
    pattern: WorkingPattern | None = queries.pattern_of(database(), who.id)
    by = saved_by(pattern.updated_at, who.id) if pattern else None
    return stale_edit(form, forms.pattern_values(pattern), url_for("team.change_pattern", membership_id=who.id), by)
