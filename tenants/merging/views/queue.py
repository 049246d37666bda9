"""The queue of the files that look like one person's, and what was decided about such pairs."""

from flask import Response, abort, url_for

from clais.feature.pages import Pages
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.context import database
from clais.web.cursors import after_key, write_cursor
from clais.web.formatting import exact_day
from clais.web.rendering import render
from tenants.merging import pairs
from tenants.merging.presentation import decision_text
from tenants.merging.schemas import QUEUE, QueueSchema
from tenants.merging.thread import MERGE
from tenants.people.matching.presentation import duplicate_rows

pages = Pages()


@pages.page("/doublons", MERGE)
def queue() -> Response:
    """The pairs that nobody decided about, the surest first; below, the last ones that were told apart."""
    given = after_key(query_arguments(QueueSchema)["after"])
    if given is not None and not given[0].isdecimal():
        abort(400)
    after = (int(given[0]), given[1]) if given else None
    shown, last = pairs.page(database(), after)
    following = write_cursor(str(last.strength), last.id) if last else None
    return render(
        "merging/queue.html",
        pairs=[(pair.one, duplicate_rows([pair.match])[0], _said(pair)) for pair in shown],
        decided=[(one, other, decision_text(row)) for one, other, row in pairs.lately_decided(database())]
        if not after
        else [],
        back=QUEUE,
        next_url=url_for("merging.queue", after=following) if following else None,
        first_url=url_for("merging.queue") if after else None,
    )


def _said(pair: pairs.Pair) -> str:
    if pair.said is None:
        return ""
    facts = {"name": pair.said.decided_by, "day": exact_day(pair.said.decided_at)}
    return _("%(name)s said on %(day)s that it was another person.", **facts)
