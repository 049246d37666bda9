"""Handing a whole caseload over: the two questions, what would move, the receipt, and taking everything back."""

from collections import Counter
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.identity.queries import members_ever
from clais.place_names import to_place
from clais.printing.engine import is_set_up
from clais.services import services
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.printing.queries import joint_of
from tenants.team.queries import absences_of
from tenants.transfers import actions, forms, mails, presentation, queries
from tenants.transfers.choices import ABSENCE
from tenants.transfers.models import CaseloadTransfer
from tenants.transfers.schemas import transfer_schema
from tenants.transfers.workflow import LEAD, TRANSFER

pages = Pages()
OWN = "absence.note"


@pages.form("/equipe/membres/<uuid:membership_id>/transmission", LEAD)
def give(membership_id: UUID) -> Response:
    """Hand the files of a member over: why, which, to whom; what would move is shown before it does."""
    giver = _member_or_404(membership_id)
    session = database()
    colleagues = forms.colleagues_of(session, giver, services().permissions)
    schema = transfer_schema([(str(each.membership.id), each.membership.display_name) for each in colleagues])
    if request.method == "GET":
        return _form_page(giver, Form(schema, _from_absence(giver)))
    form = Form.from_request(schema, request.form)
    if not form.validate():
        return _form_page(giver, form, status=422)
    data = dict(form.data)
    if data["reason"] != ABSENCE:
        data["ends_on"] = None
    found = forms.preview(session, giver, colleagues, data)
    mark = found.mark(data)
    if data["accepted"] != mark:
        return _form_page(giver, form, status=422, preview=found, mark=mark, changed=bool(data["accepted"]))
    takers = {each.membership.id: each.membership for each in colleagues}
    word = presentation.why(data["reason"], data["ends_on"])
    wanted = actions.Wanted(data["reason"], found.split, data["stops_newcomers"], data["ends_on"], word)
    try:
        made = actions.hand_over_caseload(session, actor(), giver, wanted, takers)
    except actions.Changed:
        session.rollback()
        return _form_page(giver, form, status=409, preview=found, mark="", changed=True)
    files = queries.files_of_transfer(session, made.id)
    moved = Counter(file.to_membership_id for file, _person in files)
    mails.tell_members(session, actor(), made, {**moved, giver.id: len(files)} if files else {})
    followers = {person.id: takers[file.to_membership_id] for file, person in files}
    written = mails.tell_people(session, to_place(actor().tenant_name), made, files, followers)
    flash(_given_in_words(len(files), written), "done")
    return redirect_after_post(url_for("transfers.show", transfer_id=made.id))


@pages.page("/equipe/transmissions", LEAD)
def index() -> Response:
    """The hand-overs of whole caseloads, the newest first."""
    return render("transfers/index.html", transfers=queries.transfers(database()), said_of=presentation.said_of)


@pages.page("/equipe/transmissions/<uuid:transfer_id>", OWN)
def show(transfer_id: UUID) -> Response:
    """The receipt of a hand-over: its files, who confirmed, the letters to send."""
    transfer = transfer_or_404(transfer_id)
    session, who = database(), actor()
    rows = queries.files_of_transfer(session, transfer.id)
    receipts = queries.receipts_of(session, transfer.id)
    names = {member.id: member.display_name for member in members_ever(session)}
    parties = {transfer.from_membership_id, *(file.to_membership_id for file, _person in rows)}
    letters = presentation.letters(rows)
    return render(
        "transfers/show.html",
        transfer=transfer,
        why=presentation.why(transfer.reason, transfer.ends_on),
        taken=presentation.taken_by(rows, names, receipts),
        giver_confirmed=transfer.from_membership_id in receipts,
        may_confirm=who.membership_id in parties and who.membership_id not in receipts,
        letters=letters,
        to_send=sum(letter.sent_on is None for letter in letters),
        can_print=is_set_up(),
        joint=joint_of(session, who, "hand_over", transfer.id),
        take_back=TRANSFER.buttons(transfer, who.permissions).get("take_back") if transfer.ends_on else None,
    )


@pages.button("/equipe/transmissions/<uuid:transfer_id>/accuse", OWN)
def confirm(transfer_id: UUID) -> Response:
    """Say that one gave or received the files."""
    transfer = transfer_or_404(transfer_id)
    if not queries.takes_part(database(), transfer, actor().membership_id):
        abort(404)  # Who leads the team reads the receipt, and signs it for nobody.
    if actions.confirm(database(), actor(), transfer):
        flash(_("Noted: the hand-over is confirmed on your side."), "done")
    return redirect_after_post(url_for("transfers.show", transfer_id=transfer.id))


@pages.button("/equipe/transmissions/<uuid:transfer_id>/lettres", OWN)
def letters_sent(transfer_id: UUID) -> Response:
    """Note that the letters were sent."""
    transfer = transfer_or_404(transfer_id)
    sent = actions.note_letters(database(), transfer)
    flash(ngettext("%(num)d letter is noted as sent.", "%(num)d letters are noted as sent.", sent), "done")
    return redirect_after_post(url_for("transfers.show", transfer_id=transfer.id))


@pages.button("/equipe/transmissions/<uuid:transfer_id>/reprise", LEAD)
def take_back(transfer_id: UUID) -> Response:
    """Give everything back to who was away, in one click."""
    transfer = transfer_or_404(transfer_id)
    session = database()
    giver = session.get_one(Membership, (transfer.tenant_id, transfer.from_membership_id))
    if giver.ended_at is not None:
        abort(409)
    try:
        came, stayed = actions.take_back(session, actor(), transfer, giver, _("Back from an absence"))
        session.flush()
    except Refused:
        flash(_("Everything was taken back already."), "wait")
        return redirect_after_post(url_for("transfers.show", transfer_id=transfer.id))
    files = [row for row in queries.files_of_transfer(session, transfer.id) if row[0].taken_back_at]
    moved = Counter(file.to_membership_id for file, _person in files)
    mails.tell_members(session, actor(), transfer, {**moved, giver.id: came} if came else {}, back=True)
    followers = {person.id: giver for _file, person in files}
    mails.tell_people(session, to_place(actor().tenant_name), transfer, files, followers)
    flash(_taken_in_words(giver, came, stayed), "done")
    return redirect_after_post(url_for("transfers.show", transfer_id=transfer.id))


def _member_or_404(membership_id: UUID) -> Membership:
    """Who has files here, or had: the files of someone who left change hands too."""
    member = get_or_404(Membership, membership_id)
    if member.tenant_id != actor().tenant_id:
        abort(404)
    return member


def transfer_or_404(transfer_id: UUID) -> CaseloadTransfer:
    """A transfer that the actor leads, received files of, or gave not long ago."""
    transfer = get_or_404(CaseloadTransfer, transfer_id)
    if not actor().may(LEAD) and not queries.takes_part(database(), transfer, actor().membership_id):
        abort(404)
    return transfer


def _from_absence(giver: Membership) -> dict[str, object]:
    """What is known before anything is asked: a first absence that is not over."""
    absence = next(iter(absences_of(database(), giver.id)), None)
    return {"reason": ABSENCE, "ends_on": absence.ends_on} if absence else {}


def _form_page(
    giver: Membership,
    form: Form,
    status: int = 200,
    *,
    preview: forms.Preview | None = None,
    mark: str = "",
    changed: bool = False,
) -> Response:
    if preview is not None and form.typed is not None:
        form.typed["accepted"] = mark
    return render(
        "transfers/give.html",
        status=status,
        giver=giver,
        form=form,
        preview=preview,
        shares=[(share, presentation.share_in_words(share)) for share in preview.shares] if preview else [],
        goes_along=presentation.goes_along(preview.in_hand) if preview else [],
        changed=changed,
        back_url=url_for("team.member", membership_id=giver.id) if giver.ended_at is None else url_for("team.index"),
    )


def _given_in_words(files: int, written: int) -> str:
    moved = ngettext("%(num)d file changed hands.", "%(num)d files changed hands.", files)
    told = ngettext("%(num)d person is told by mail.", "%(num)d people are told by mail.", written)
    return f"{moved} {told}" if written else moved


def _taken_in_words(giver: Membership, came: int, stayed: int) -> str:
    back = ngettext(
        "%(name)s follows %(num)d file again.", "%(name)s follows %(num)d files again.", came, name=giver.display_name
    )
    rest = ngettext(
        "%(num)d file stays where it is: it was closed, or given on.",
        "%(num)d files stay where they are: they were closed, or given on.",
        stayed,
    )
    return f"{back} {rest}" if stayed else back
