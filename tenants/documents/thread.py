"""The documents on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.feature.file import Entry
from clais.text import lower_first
from clais.translation import N_
from clais.translation import gettext as _
from tenants.documents.presentation import name_of

TITLES = {
    "asked": N_("Document asked for: %(name)s"),
    "received": N_("Document received: %(name)s"),
    "accepted": N_("Document accepted: %(name)s"),
    "signed": N_("Document signed elsewhere: %(name)s"),
    "refused": N_("Document refused: %(name)s"),
    "replaced": N_("Document replaced: %(name)s"),
}


def paper_entry(row: Any, _actor: Actor) -> Iterator[Entry]:
    """What became last of a document. Of a sensitive one the thread tells nobody the kind."""
    yield Entry(
        when=row.changed_at,
        kind="document",
        title=_(TITLES.get(row.state, TITLES["received"]), name=lower_first(name_of(row, shut=True))),
        by=row.changed_by,
        icon="file-earmark-text",
        url=url_for("documents.show", person_id=row.person_id, paper_id=row.id),
    )
