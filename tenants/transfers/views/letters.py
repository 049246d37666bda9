"""The letters that tell people who follows them from now on: those of a whole hand-over, or that of one file."""

from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.identity.models import Membership
from clais.printing.engine import is_set_up
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from tenants.people.models import Person
from tenants.people.presentation import has_postal_address
from tenants.people.urls import file_url
from tenants.printing.giving import NOT_SET_UP, give_on_paper
from tenants.printing.joint import Letter, give_several
from tenants.printing.paper import text_of
from tenants.printing.queries import joint_of, printed_of
from tenants.printing.urls import joint_url
from tenants.transfers import queries
from tenants.transfers.choices import LETTER
from tenants.transfers.models import CaseloadTransfer, TransferredFile
from tenants.transfers.views.transfers import OWN, transfer_or_404

pages = Pages()
WRITE = "person.edit"


@pages.button("/equipe/transmissions/<uuid:transfer_id>/lettres/pdf", OWN)
def print_letters(transfer_id: UUID) -> AnyResponse:
    """Have the letters of a hand-over made: one for each person who is told by letter, and one PDF of them all.

    Who was given to somebody else since, or is followed no more, gets none. Asked again, it leads to those of the day.
    """
    transfer = transfer_or_404(transfer_id)
    session, who = database(), actor()
    # Two clicks at once: the second one finds what the first one had made.
    session.refresh(transfer, with_for_update=True)
    back_url = url_for("transfers.show", transfer_id=transfer.id)
    rows = [row for row in queries.files_of_transfer(session, transfer.id) if row[0].told == LETTER]
    if not is_set_up() or not rows:
        flash(_("There is no letter to print.") if is_set_up() else _(NOT_SET_UP), "wait")
        return redirect_after_post(back_url)
    kept = joint_of(session, who, "hand_over", transfer.id)
    if kept:
        return redirect_after_post(joint_url(kept[0]))
    letters = [letter for file, person in rows if (letter := _letter(transfer, file, person))]
    if not letters:
        flash(_("There is no letter to print."), "wait")
        return redirect_after_post(back_url)
    joint = give_several(session, who, services().keyring, "hand_over", letters, subject_id=transfer.id)
    return redirect_after_post(joint_url(joint))


def _letter(transfer: CaseloadTransfer, file: TransferredFile, person: Person) -> Letter | None:
    is_back = file.taken_back_at is not None
    key = transfer.from_membership_id if is_back else file.to_membership_id
    if person.referent_id != key or person.stage == "closed":
        return None
    is_until = not is_back and transfer.ends_on is not None and transfer.ends_on >= today()
    member = database().get_one(Membership, (transfer.tenant_id, key))
    facts = {"follower": member, "until": transfer.ends_on if is_until else None}
    return Letter(person.id, text_of("hand_over", person, **facts))


@pages.page("/personnes/<uuid:person_id>/referent/lettre", WRITE)
def tell(person_id: UUID) -> AnyResponse:
    """What the letter says that tells one person who follows them, and those that were made."""
    person, follower = _followed(person_id)
    if follower is None:
        return _nobody_follows(person)
    return render(
        "transfers/letter.html",
        person=person,
        follower=follower,
        can_print=is_set_up(),
        can_be_posted=has_postal_address(person),
        printed=printed_of(database(), actor(), person.id, None, "hand_over"),
        back_url=file_url(person.id),
    )


@pages.button("/personnes/<uuid:person_id>/referent/lettre/pdf", WRITE)
def give_letter(person_id: UUID) -> AnyResponse:
    """Have that letter made."""
    person, follower = _followed(person_id)
    if follower is None:
        return _nobody_follows(person)
    back_url = url_for("transfers.tell", person_id=person.id)
    return give_on_paper("hand_over", person, back_url, follower=follower, until=None)


def _followed(person_id: UUID) -> tuple[Person, Membership | None]:
    """A person and their referent; that the file was opened is on record."""
    person, session = get_or_404(Person, person_id), database()
    record_reading(session, person.id)
    key = person.referent_id
    return person, session.get_one(Membership, (person.tenant_id, key)) if key else None


def _nobody_follows(person: Person) -> AnyResponse:
    flash(_("Nobody follows this file yet: entrust it first."), "wait")
    return redirect_after_post(url_for("people.referent", person_id=person.id))
