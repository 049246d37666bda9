from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from itsdangerous import BadSignature

from clais.audit.actions import record_reading
from clais.clock import now
from clais.exchange import actions, movements, queries
from clais.exchange.consent_texts import MANNERS, TEXTS
from clais.exchange.delays import last_day_of
from clais.exchange.models import Referral
from clais.exchange.schemes import KINDS, SCHEME_STATES, free_seats, offers_of_basin, sessions_by_id
from clais.exchange.shared import told_by
from clais.exchange.workflow import ENDED, OPEN, REFERRAL, STATES, URGENCIES
from clais.messaging.subjects import subject_page
from clais.registry.models import LOCAL_PLATFORM
from clais.web.context import actor, database
from clais.web.cursors import read_cursor, write_cursor
from clais.web.forms import Form
from clais.web.navigation import destination
from clais.web.rendering import redirect_after_post, render
from clais.words import N_
from clais.words import gettext as _
from tenants.people.file import Act, Section, add_act, add_section, add_timeline_source
from tenants.people.models import Person
from tenants.people.presentation import full_name
from tenants.people.queries import people_by_id
from tenants.people.workflow import OPEN_STAGES
from tenants.referrals import screens, sections, sending
from tenants.referrals.feature import READ, SEND, WRITE, moving, referral_or_404, referrals
from tenants.referrals.schemas import CancelSchema, ListSchema, MessageSchema, WithdrawSchema

__all__ = ["referrals", "sending"]

GROUP_LABELS = {"waiting": N_("Waiting for an answer"), "running": N_("Under way"), "closed": N_("Over")}

destination(
    N_("Referrals"), "send", "referrals.index", READ, kinds=(LOCAL_PLATFORM,), order=50,
    count=movements.moved_count,
)  # fmt: skip
destination(
    N_("Schemes of the basin"),
    "signpost-split",
    "referrals.catalogue",
    "catalogue.read",
    kinds=(LOCAL_PLATFORM,),
    order=55,
    wide=True,
)
subject_page("referral", "referrals.show", "referral_id", READ)
add_section(Section("referrals", 35, "main", READ, "referrals/_on_file.html", sections.on_file))
add_act(Act(N_("Refer to…"), "referrals.choose", SEND, 40, frozenset(OPEN_STAGES), frozenset({"in_follow_up"})))
add_timeline_source("referrals", READ, sections.STEPS, sections.entry)


@referrals.page("/relais", READ)
def index() -> Response:
    """The referrals this platform sent: first those that moved, then by where they stand."""
    chosen = ListSchema().load(request.args)
    session, who = database(), actor()
    rows = queries.sent(session, queries.GROUPS[chosen["group"]], _cursor(chosen["after"]))
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    moved = [] if chosen["after"] else movements.moved_for_sender(session, who.membership_id)
    following = write_cursor(page[-1].last_moved_at.isoformat(), page[-1].id) if more else None
    return render(
        "referrals/index.html",
        "referrals/_referrals.html",
        moved=moved,
        referrals=page,
        people=people_by_id(session, list({referral.person_id for referral in [*page, *moved]})),
        tabs_shown=[
            {"label": _(label), "url": url_for("referrals.index", group=group), "current": chosen["group"] == group}
            for group, label in GROUP_LABELS.items()
        ],
        next_url=url_for("referrals.index", group=chosen["group"], after=following) if more else None,
        first_url=url_for("referrals.index", group=chosen["group"]) if chosen["after"] else None,
        **words(),
    )


def _cursor(sealed: str | None) -> tuple[datetime, UUID] | None:
    if not sealed:
        return None
    try:
        key, row_id = read_cursor(sealed)
        return datetime.fromisoformat(key), row_id
    except (BadSignature, ValueError):
        abort(400)


def words() -> dict[str, Any]:
    """The tables of words that the templates of this feature read."""
    return {
        "states": STATES,
        "tags": screens.TAGS,
        "standing": screens.standing,
        "is_late": screens.is_late,
        "urgencies": URGENCIES,
        "name_of": full_name,
        "last_day": last_day_of,
    }


@referrals.page("/relais/<uuid:referral_id>", READ)
def show(referral_id: UUID) -> Response:
    """One referral: where it stands, what was shared, what both sides wrote."""
    return _show(referral_or_404(referral_id))


def _show(referral: Referral, status: int = 200, **forms: Form) -> Response:
    session, who = database(), actor()
    movements.mark_seen(session, who.membership_id, referral, _)
    record_reading(session, referral.person_id, "referral.read", subject_id=referral.id)
    lines = queries.thread(session, referral)
    parcel = queries.parcel_of(session, referral)
    person = session.get(Person, (referral.tenant_id, referral.person_id))
    chosen = sessions_by_id(session, [referral.scheme_session_id] if referral.scheme_session_id else [])
    return render(
        "referrals/show.html",
        status=status,
        referral=referral,
        person=person,
        steps=screens.steps(referral, [line.event for line in lines if line.event]),
        lines=lines,
        parcel=parcel,
        shared=told_by(parcel) if parcel else [],
        consent=queries.consent_of(session, referral),
        scheme_session=next(iter(chosen.values()), None),
        # What is withdrawn stays as it is, whatever the state it was withdrawn in.
        available={
            step.name for step in REFERRAL.available(referral, who.permissions) if referral.withdrawn_at is None
        },
        message_form=forms.get("message", Form(MessageSchema())),
        cancel_form=forms.get("cancel", Form(CancelSchema())),
        withdraw_form=forms.get("withdraw", Form(WithdrawSchema())),
        failed=next(iter(forms), None),
        may_write=who.may(WRITE) and referral.withdrawn_at is None and referral.consent_until > now(),
        consent_is_over=screens.consent_is_over(referral),
        may_refer_again=who.may(SEND) and screens.calls_for_another(referral, person),
        manners=MANNERS,
        languages=TEXTS,
        labels=screens.LABELS,
        reasons=screens.REASONS,
        open_states=OPEN,
        ended_states=ENDED,
        **words(),
    )


@referrals.post("/relais/<uuid:referral_id>/messages", WRITE)
def message(referral_id: UUID) -> Response:
    """Write to the receiver."""
    referral = referral_or_404(referral_id)
    form = Form.from_request(MessageSchema(), request.form)
    if not form.validate():
        return _show(referral, 422, message=form)
    with moving(referral_id, form):
        actions.post_message(database(), actor(), referral, form.data["text"])
    flash(_("Your message is sent."), "done")
    return redirect_after_post(url_for("referrals.show", referral_id=referral.id))


@referrals.post("/relais/<uuid:referral_id>/annulation", SEND)
def cancellation(referral_id: UUID) -> Response:
    """Call a referral back, saying why."""
    referral = referral_or_404(referral_id)
    form = Form.from_request(CancelSchema(), request.form)
    if not form.validate():
        return _show(referral, 422, cancel=form)
    with moving(referral_id, form):
        actions.cancel(database(), actor(), referral, form.data["reason"], form.data["comment"])
    if referral.withdrawn_at is None:
        flash(_("Referral %(reference)s is cancelled. The receiver is told.", reference=referral.reference), "done")
    else:
        flash(_("It is cancelled: %(receiver)s sees nothing of it any more.", receiver=referral.to_name), "done")
    return redirect_after_post(url_for("referrals.show", referral_id=referral.id))


@referrals.post("/relais/<uuid:referral_id>/retrait", SEND)
def withdrawal(referral_id: UUID) -> Response:
    """The person withdraws their consent: the receiver sees nothing from the next click on."""
    referral = referral_or_404(referral_id)
    form = Form.from_request(WithdrawSchema(), request.form)
    if not form.validate():
        return _show(referral, 422, withdraw=form)
    with moving(referral_id, form):
        actions.withdraw(database(), actor(), referral, form.data["note"])
    flash(_("The consent is withdrawn: %(receiver)s sees nothing of it any more.", receiver=referral.to_name), "done")
    return redirect_after_post(url_for("referrals.show", referral_id=referral.id))


@referrals.page("/relais/<uuid:referral_id>/accord", READ)
def consent(referral_id: UUID) -> Response:
    """The agreement as it was given, on paper to sign or to take home."""
    referral = referral_or_404(referral_id)
    session = database()
    given = queries.consent_of(session, referral)
    person = session.get(Person, (referral.tenant_id, referral.person_id))
    if given is None or person is None:
        abort(404)
    record_reading(session, referral.person_id, "referral.read", subject_id=referral.id)
    text = TEXTS.get(given.language)
    return render(
        "referrals/consent.html",
        referral=referral,
        consent=given,
        name=full_name(person),
        direction=text.direction if text else "ltr",
        manners=MANNERS,
    )


@referrals.page("/offre-du-bassin", "catalogue.read")
def catalogue() -> Response:
    """What the support centre publishes: schemes, sessions, free seats. To read, not to write."""
    return render(
        "referrals/catalogue.html",
        offers=offers_of_basin(database()),
        kinds=KINDS,
        states=SCHEME_STATES,
        free_seats=free_seats,
    )
