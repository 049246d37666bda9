"""A merge: what it did, and how it is taken back."""

from uuid import UUID

from flask import Response, flash, url_for

from clais.audit.actions import record_reading
from clais.clock import today
from clais.encryption import Keyring
from clais.feature.pages import Pages
from clais.sealing import unseal
from clais.services import services
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.merging import presentation, queries
from tenants.merging.actions import merges
from tenants.merging.models import FileMerge
from tenants.merging.moving import gone_over, written_since
from tenants.merging.thread import MERGE
from tenants.merging.views.comparing import READING
from tenants.people.models import Person
from tenants.people.urls import file_url

pages = Pages()


@pages.page("/fusions/<uuid:file_merge_id>", MERGE)
def show(file_merge_id: UUID) -> Response:
    """What a merge did; while it can be taken back, what that would do."""
    made = get_or_404(FileMerge, file_merge_id)
    session = database()
    files = queries.files(session, made.person_id, made.merged_id)
    kept, other = files[made.person_id], files[made.merged_id]
    for person in (kept, other):
        record_reading(session, person.id, READING)
    first = _undone_first(kept, made) if made.moved is not None else ""
    may_undo = made.moved is not None and made.undo_until >= today() and not first
    return render(
        "merging/merge.html",
        made=made,
        kept=kept,
        other=other,
        state=presentation.state_of(made, may_undo=may_undo),
        may_undo=may_undo,
        blocked=first,
        moved=[(_(label), number) for label, number in gone_over(session, actor(), made.moved or {}).items()],
        changed=_changed(made, services().keyring),
        since=[(_(label), number) for label, number in _since(made).items()] if may_undo else [],
        file_url=file_url(kept.id),
        other_url=file_url(other.id),
    )


def _undone_first(kept: Person, made: FileMerge) -> str:
    """What has to be taken back before this merge; empty when nothing stands upon it."""
    if kept.merged_into_id is not None:
        return _(presentation.UNDONE_FIRST)
    if kept.is_set_aside:
        return presentation.refusal("left_out")
    return presentation.refusal("followed") if queries.is_followed(database(), made) else ""


def _changed(made: FileMerge, keyring: Keyring) -> list[str]:
    return presentation.changed_labels(unseal(keyring, made)) if made.sealed else []


def _since(made: FileMerge) -> dict[str, int]:
    return written_since(database(), actor(), made.person_id, made.id)


@pages.button("/fusions/<uuid:file_merge_id>/annulation", MERGE)
def undo(file_merge_id: UUID) -> Response:
    """Take a merge back."""
    made = get_or_404(FileMerge, file_merge_id)
    session = database()
    record_reading(session, made.person_id, READING)
    here = url_for("merging.show", file_merge_id=made.id)
    try:
        left = merges.undo(session, actor(), made, services().keyring)
    except Refused as refused:
        session.rollback()
        why = _(presentation.UNDONE_FIRST) if refused.code == "merged" else presentation.refusal(refused.code)
        raise StateConflict([], [(_("Now"), why)], here) from None
    flash(_("Taken back: there are two files again, and they are not proposed together any more."), "done")
    if left:
        flash(
            ngettext(
                "%(num)d referral whose agreement was withdrawn since stays with this file.",
                "%(num)d referrals whose agreement was withdrawn since stay with this file.",
                left,
            ),
            "wait",
        )
    return redirect_after_post(here)
