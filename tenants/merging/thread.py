"""The merges of a file, on its thread."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.feature.file import Entry
from clais.thread import Source
from clais.translation import gettext as _
from tenants.merging.models import FileMerge

MERGE = "person.merge"
"""The permission to merge files, and to take that back."""

MERGES = Source(
    FileMerge.person_id,
    {
        "id": FileMerge.id,
        "merged_reference": FileMerge.merged_reference,
        "merged_by": FileMerge.merged_by,
        "merged_at": FileMerge.merged_at,
        "undone_at": FileMerge.undone_at,
        "undone_by": FileMerge.undone_by,
    },
    order=(FileMerge.merged_at.desc(), FileMerge.id.desc()),
)


def merge_entry(made: Any, actor: Actor) -> Iterator[Entry]:
    """That another file went into this one, and that this was taken back."""
    url = url_for("merging.show", file_merge_id=made.id) if actor.may(MERGE) else None
    yield Entry(
        when=made.merged_at,
        kind="merge",
        title=_("The file %(reference)s was merged into this one", reference=made.merged_reference),
        by=made.merged_by,
        tag=_("merge undone") if made.undone_at else "",
        icon="people",
        url=url,
    )
    if made.undone_at:
        yield Entry(
            when=made.undone_at,
            kind="merge",
            title=_("The merge with the file %(reference)s was taken back", reference=made.merged_reference),
            by=made.undone_by,
            icon="reply",
            url=url,
        )
