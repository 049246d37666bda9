from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, make_response, redirect, request, url_for

from clais.audit.actions import record, record_reading
from clais.clock import now
from clais.database import EVERY_ROW
from clais.dates import last_day_of
from clais.exchange.publications.queries import is_hidden, scheme_of_basin, sessions_by_id
from clais.exchange.referrals import actions, awaited, news, offers, queries
from clais.exchange.referrals.conflicts import referral_conflict
from clais.exchange.referrals.consent_texts import MANNERS, TEXTS
from clais.exchange.referrals.models import Parcel, Referral
from clais.exchange.referrals.presentation import readable_facts, sensitive_codes
from clais.exchange.referrals.workflow import OFFER_WORDS, REFERRAL, STATES, URGENCIES, WAITING, reason_label
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.place_names import the_place
from clais.services import services
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.people.models import Person
from tenants.referrals import presentation
from tenants.referrals.conflicts import conflict_if_moved
from tenants.referrals.lookups import referral_or_404
from tenants.referrals.schemas import (
    CancelSchema,
    MessageSchema,
    OfferAnswerSchema,
    SupplySchema,
    WithdrawSchema,
    others_schema,
)
from tenants.referrals.settlement import PLACED_ELSEWHERE, has_begun, lock_with_others, open_text, other_open_referrals
from tenants.sensitive.mails import tell_of_taking
from tenants.sensitive.queries import READ, may_read

pages = Pages()
OTHERS, OFFER = "placed-", "offer-"
"""Each form of a page has names of its own."""


def template_tables() -> dict[str, Any]:
    """The tables and functions that the templates of this feature use."""
    return {
        "states": STATES,
        "tags": presentation.TAGS,
        "status_text": presentation.status_text,
        "is_late": presentation.is_late,
        "offer_words": OFFER_WORDS,
        "silence_text": presentation.silence_text,
        "urgencies": URGENCIES,
        "last_day": last_day_of,
    }


@pages.page("/relais/<uuid:referral_id>", "referral.read")
def show(referral_id: UUID) -> Response:
    """One referral: its state, the shared facts, the messages of both sides."""
    if queries.sent_referral(database(), referral_id) is None and queries.received_referral(database(), referral_id):
        # News of a referral leads here, also of a file that another platform offers.
        return make_response(redirect(url_for("file_transfers.show", referral_id=referral_id)))
    return show_referral(referral_or_404(referral_id))


def show_referral(referral: Referral, status: int = 200, **forms: Form) -> Response:
    """The page; after an error with the form that needs correcting."""
    session, who = database(), actor()
    news.mark_seen(session, who.membership_id, referral, _)
    record_reading(session, referral.person_id, "referral.read", subject_id=referral.id)
    lines = queries.thread(session, referral)
    parcel = queries.parcel_of(session, referral)
    person = session.get(Person, (referral.tenant_id, referral.person_id), execution_options=EVERY_ROW)
    wanted, offered_id = referral.scheme_session_id, referral.offered_session_id if offers.stands(referral) else None
    chosen = sessions_by_id(session, [key for key in (wanted, offered_id) if key])
    offered = chosen.get(offered_id) if offered_id else None
    advised = scheme_of_basin(session, referral.advised_scheme_id) if referral.advised_scheme_id else None
    others = other_open_referrals(session, referral) if who.may("referral.send") else []
    return render(
        "referrals/show.html",
        status=status,
        referral=referral,
        person=person,
        steps=presentation.steps(referral, [line.event for line in lines if line.event]),
        lines=lines,
        parcel=parcel,
        shared=_shared(referral, person, parcel) if parcel else [],
        consent=queries.consent_of(session, referral),
        presence=presentation.presence_text(queries.presence_of(session, referral)),
        scheme_session=chosen.get(wanted) if wanted else None,
        # A withdrawn referral never changes, whatever its state.
        available=REFERRAL.buttons(referral, who.permissions) if referral.withdrawn_at is None else {},
        label_of=REFERRAL.label_of,
        message_form=forms.get("message", Form(MessageSchema())),
        cancel_form=forms.get("cancel", Form(CancelSchema())),
        supply_form=forms.get("supply", Form(SupplySchema())),
        question=awaited.questions_of(session, [referral] if referral.state == "incomplete" else []).get(referral.id),
        withdraw_form=forms.get("withdraw", Form(WithdrawSchema())),
        offered=offered,
        offer_form=forms.get("offer", Form(OfferAnswerSchema(), prefix=OFFER)),
        offer_version=presentation.offer_version(referral),
        may_answer=who.may("referral.send"),
        advised=advised.scheme if advised else None,
        may_follow_advice=advised is not None and advised.scheme.state == "open" and not is_hidden(advised.scheme),
        has_begun=has_begun(referral),
        others_form=forms.get("others") or _others_form(referral, others),
        failed=next(iter(forms), None),
        may_write=who.may("referral.message") and referral.withdrawn_at is None and referral.consent_until > now(),
        consent_is_over=presentation.consent_is_over(referral),
        may_refer_again=who.may("referral.send") and presentation.needs_another_referral(referral, person),
        manners=MANNERS,
        languages=TEXTS,
        reason_label=reason_label,
        **template_tables(),
    )


def _shared(referral: Referral, person: Person | None, parcel: Parcel) -> list[tuple[str, str]]:
    """What was shared; the sensitive facts for who reads those of the file, or sent them. That is on record."""
    session, who = database(), actor()
    found = sensitive_codes(parcel, presentation.has_sensitive_status)
    if not found:
        return readable_facts(parcel)
    reads = may_read(session, person, None, who) if person else who.may(READ)
    if not reads and referral.sender_membership_id != who.membership_id:
        return readable_facts(parcel, hidden=found)
    record(session, "sensitive.show", "referral", referral.id, person_id=referral.person_id)
    if person is not None:
        tell_of_taking(session, who, person, services().permissions)
    return readable_facts(parcel)


@pages.post("/relais/<uuid:referral_id>/messages", "referral.message")
def message(referral_id: UUID) -> Response:
    """Write a message to the receiver."""
    referral = referral_or_404(referral_id)
    form = Form.from_request(MessageSchema(), request.form)
    if not form.validate():
        return show_referral(referral, 422, message=form)
    with conflict_if_moved(referral_id, form):
        actions.post_message(database(), actor(), referral, form.data["text"])
    flash(_("Your message is sent."), "done")
    return redirect_after_post(url_for("referrals.show", referral_id=referral.id))


@pages.post("/relais/<uuid:referral_id>/complement", "referral.send")
def supply(referral_id: UUID) -> Response:
    """Answer what the receiver asked for: its time to answer runs again."""
    referral = referral_or_404(referral_id)
    form = Form.from_request(SupplySchema(), request.form)
    if not form.validate():
        return show_referral(referral, 422, supply=form)
    with conflict_if_moved(referral_id, form):
        actions.move(database(), actor(), referral, "supply", comment=form.data["answer"])
    flash(_("Your answer is sent: the receiver goes on."), "done")
    return redirect_after_post(_page_of(referral))


@pages.post("/relais/<uuid:referral_id>/annulation", "referral.send")
def cancellation(referral_id: UUID) -> Response:
    """Cancel a referral, with a reason."""
    referral = referral_or_404(referral_id)
    form = Form.from_request(CancelSchema(), request.form)
    if not form.validate():
        return show_referral(referral, 422, cancel=form)
    with conflict_if_moved(referral_id, form):
        actions.cancel(database(), actor(), referral, form.data["reason"], form.data["comment"])
    if referral.withdrawn_at is None:
        flash(_("Referral %(reference)s is cancelled. The receiver is told.", reference=referral.reference), "done")
    else:
        flash(
            _("It is cancelled: %(receiver)s sees nothing of it any more.", receiver=the_place(referral.to_name)),
            "done",
        )
    return redirect_after_post(url_for("referrals.show", referral_id=referral.id))


@pages.post("/relais/<uuid:referral_id>/autres", "referral.send")
def cancel_others(referral_id: UUID) -> Response:
    """Cancel the other open referrals of someone who is placed, those that are ticked: each receiver is told."""
    referral = referral_or_404(referral_id)
    others = {_as_read(each): each for each in other_open_referrals(database(), referral)}
    form = Form.from_request(others_schema(_in_words(others.values())), request.form, OTHERS)
    if not others:
        raise referral_conflict(form, referral, _page_of(referral))
    if not form.validate():
        return show_referral(referral, 422, others=form)
    chosen = [others[key] for key in form.data["others"]]
    with conflict_if_moved(referral_id, form):
        lock_with_others(database(), referral, chosen)
    for each in chosen:
        with conflict_if_moved(each.id, form):
            if _as_read(each) not in form.data["others"]:
                raise Refused("wrong_state")
            actions.cancel(database(), actor(), each, PLACED_ELSEWHERE, form.data["comment"])
    done = ngettext(
        "%(num)d referral is cancelled: its receiver is told.",
        "%(num)d referrals are cancelled: their receivers are told.",
        len(chosen),
    )
    flash(done, "done")
    return redirect_after_post(_page_of(referral))


def _others_form(referral: Referral, others: Sequence[Referral]) -> Form | None:
    """Once it has begun, those that wait for an answer are ticked: nothing has begun there."""
    waiting = [_as_read(each) for each in others if has_begun(referral) and each.state in WAITING]
    return Form(others_schema(_in_words(others)), {"others": waiting}, prefix=OTHERS) if others else None


def _as_read(referral: Referral) -> str:
    """A referral where it stands: who ticked it on a page where it stood elsewhere is shown it anew."""
    return f"{referral.id}-{referral.state}"


def _in_words(referrals: Iterable[Referral]) -> list[tuple[str, str]]:
    return [(_as_read(each), open_text(each)) for each in referrals]


def _page_of(referral: Referral) -> str:
    return url_for("referrals.show", referral_id=referral.id)


@pages.post("/relais/<uuid:referral_id>/retrait", "referral.send")
def withdrawal(referral_id: UUID) -> Response:
    """Record that the person withdrew their consent: the receiver immediately loses access."""
    referral = referral_or_404(referral_id)
    form = Form.from_request(WithdrawSchema(), request.form)
    if not form.validate():
        return show_referral(referral, 422, withdraw=form)
    with conflict_if_moved(referral_id, form):
        actions.withdraw(database(), actor(), referral, form.data["note"])
    flash(
        _("The consent is withdrawn: %(receiver)s sees nothing of it any more.", receiver=the_place(referral.to_name)),
        "done",
    )
    return redirect_after_post(url_for("referrals.show", referral_id=referral.id))


@pages.page("/relais/<uuid:referral_id>/accord", "referral.read")
def consent(referral_id: UUID) -> Response:
    """The agreement as it was given, to print."""
    referral = referral_or_404(referral_id)
    session = database()
    given = queries.consent_of(session, referral)
    person = session.get(Person, (referral.tenant_id, referral.person_id), execution_options=EVERY_ROW)
    if given is None or person is None:
        abort(404)
    record_reading(session, referral.person_id, "referral.read", subject_id=referral.id)
    text = TEXTS.get(given.language)
    return render(
        "referrals/consent.html",
        referral=referral,
        consent=given,
        name=person.full_name,
        direction=text.direction if text else "ltr",
        manners=MANNERS,
    )
