"""The end of the day: what happened to the visits that nobody closed."""

from collections.abc import Sequence

from flask import Response, flash, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.audit.listings import stand_above_limit
from clais.clock import now, today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.queries import team
from clais.services import services
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.formatting import day_as
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.desk import presentation, queries, rows
from tenants.desk.actions import steps
from tenants.desk.actions.evening import evening_of
from tenants.desk.presentation import Screen
from tenants.desk.queries import Seen
from tenants.desk.schemas import SettleSchema
from tenants.desk.workflow import SETTLING, VISIT

pages = Pages()


@pages.form("/guichet/fin", "desk.write")
def close_day() -> Response:
    """The end of the day: of each visit that nobody closed somebody says what happened, or of all of them at once."""
    session, who = database(), actor()
    stand_above_limit(session)
    seen = queries.visits_of_today(session)
    open_ones = [one for one in seen if one.goes_on]
    form = Form(SettleSchema())
    if request.method == "POST":
        form = Form.from_request(SettleSchema(), request.form)
        if form.validate():
            wanted = form.data["visit"]
            chosen = [one for one in open_ones if wanted in {None, one.visit.id}]
            _settle(chosen, form.data["outcome"], reliable=form.data["reliable"])
            return redirect_after_post(url_for("desk.close_day"))
    names = {member.id: member.display_name for member in team(session)}
    screen = Screen(services().keyring, queries.is_discreet(session, who.membership_id))
    return render(
        "desk/evening.html",
        status=422 if form.errors else 200,
        form=form,
        lines=rows.visit_lines(seen, screen, names, "", who),
        figures=queries.figures_of(seen),
        outcomes={name: _(VISIT.label_of(name)) for name in SETTLING},
        settled=rows.settled_lines(seen, screen, names, who),
        minutes_text=presentation.minutes_text,
        date_in_words=day_as(today(), "EEEE d MMMM"),
    )


def _settle(chosen: Sequence[Seen], outcome: str, *, reliable: bool) -> None:
    session, who = database(), actor()
    try:
        for one in chosen:
            # Whoever stayed over from an earlier day had left by that evening.
            moment = min(now(), evening_of(one.visit.arrived_on))
            steps.settle(session, who, one.visit, outcome, max(moment, one.visit.arrived_at), reliable=reliable)
    except (Refused, StaleDataError):
        session.rollback()
        flash(_("A colleague closed some of them meanwhile: here is where they stand."), "wait")
        return
    flash(ngettext("%(num)d visit is closed.", "%(num)d visits are closed.", len(chosen)), "done")
