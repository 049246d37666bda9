"""What the supervision puts on a coordinator's day: the requests that wait for the platform."""

from collections.abc import Iterator
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.quality.presentation import about_text, state_tag
from clais.exchange.quality.queries import Asked, received_requests
from clais.feature.day import LATE, MOST, SOON, TODAY, Waiting, Words
from clais.translation import gettext as _
from clais.web.formatting import near_day
from tenants.quality.presentation import next_act_text


def requests_to_answer(session: ScopedSession, _actor: Actor) -> Iterator[Waiting]:
    """The requests of the supervisor that wait for the platform, the longest first."""
    for asked in received_requests(session, waiting=True)[: -MOST - 1 : -1]:
        by = asked.request.answer_by
        yield Waiting(
            LATE if by < today() else TODAY if by == today() else SOON,
            _("Supervision"),
            partial(_to_answer, asked),
            by,
            subject=f"{asked.request.id} {asked.state}",
            icon="list-check",
        )


def _to_answer(asked: Asked) -> Words:
    url = url_for("quality.show", quality_request_id=asked.request.id)
    tag, kind = state_tag(asked)
    about = about_text(asked.request)
    return Words(
        _("%(about)s; to answer by %(day)s.", about=about, day=near_day(asked.request.answer_by)),
        next_act_text(asked),
        url,
        tag,
        kind,
        who_url=url,
    )
