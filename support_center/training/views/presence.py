from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.clock import now
from clais.exchange.training.models import CourseRun, CourseSeat
from clais.exchange.training.presentation import half_day_text
from clais.exchange.training.rules.half_days import HalfDay, begun, half_days_of
from clais.exchange.training.workflow import OPEN, WRITE
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.queries import platforms_of
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, stale_edit
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.training.actions.presence import mark_presence
from support_center.training.conflicts import run_state
from support_center.training.forms import presence_values, presence_version, seat_key
from support_center.training.lookups import own_run
from support_center.training.queries import seats_of, with_holders
from support_center.training.schemas import presence_schema

pages = Pages()


@pages.form("/formation-des-agents/sessions/<uuid:course_run_id>/presences", WRITE)
def presence(course_run_id: UUID) -> Response:
    """Who is there, on one half-day that has begun: the last one, unless another is chosen."""
    session, opened = database(), own_run(course_run_id)
    run, ready = opened.run, begun(half_days_of(opened.run.half_days), now())
    chosen = _chosen(ready)
    here = url_for("training.presence", course_run_id=course_run_id, demi=chosen.code if chosen else None)
    if run.state not in OPEN:
        raise run_state(course_run_id, None)
    held = with_holders(session, seats_of(session, [run.id], "seated"))
    seats = [seat for seat, _holder in held]
    schema = presence_schema([(seat_key(seat), holder.member_name) for seat, holder in held])
    form = Form(schema, presence_values(seats, chosen) if chosen else {})
    if request.method == "POST":
        if chosen is None:
            abort(404)
        form = Form.from_request(schema, request.form)
        if form.version != presence_version(seats, chosen):
            by = saved_by(max((seat.updated_at for seat in seats), default=now()), run.id)
            raise stale_edit(form, presence_values(seats, chosen), here, by)
        if form.validate():
            _mark(run, chosen, seats, form)
            flash(_("Said: %(half_day)s.", half_day=half_day_text(chosen)), "done")
            return redirect_after_post(url_for("training.run", course_run_id=course_run_id))
    platforms = platforms_of(session, actor().basin_id)
    places = {seat_key(seat): platforms.get(str(holder.tenant_id), "") for seat, holder in held}
    return render(
        "training/presence.html",
        status=422 if form.errors else 200,
        run=run,
        course=opened.course,
        form=form,
        places=places,
        chosen=half_day_text(chosen) if chosen else "",
        half_days=[(half_day_text(one), _address(run, one), one == chosen) for one in ready],
        address=here,
        version=presence_version(seats, chosen) if chosen else None,
        unsaid=sum(chosen.code not in seat.presence for seat in seats) if chosen else 0,
    )


def _chosen(ready: list[HalfDay]) -> HalfDay | None:
    asked = request.args.get("demi")
    if asked is None:
        return ready[-1] if ready else None
    found = next((one for one in ready if one.code == asked), None)
    if found is None:
        abort(404)
    return found


def _address(run: CourseRun, one: HalfDay) -> str:
    return url_for("training.presence", course_run_id=run.id, demi=one.code)


def _mark(run: CourseRun, chosen: HalfDay, seats: list[CourseSeat], form: Form) -> None:
    said = {seat.id: form.data[seat_key(seat)] == "yes" for seat in seats if form.data[seat_key(seat)]}
    try:
        mark_presence(database(), run, chosen, said)
    except Refused as refused:
        database().rollback()
        raise run_state(run.id, form) from refused
