"""The bilan under way, shown to the person: large, read-only, theirs alone; the screen can leave the agent's hands."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, flash, g, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.feature.pages import Pages
from clais.identity import sessions
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.handed_over import handed_over_to
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.orientation import queries
from tenants.orientation.actions import drafts as actions
from tenants.orientation.answered import last_answers
from tenants.orientation.asked import Questions, questions_then
from tenants.orientation.drafts import Draft, read_draft
from tenants.orientation.forms import month_of
from tenants.orientation.lookups import person_of_page
from tenants.orientation.presentation import parts_of
from tenants.orientation.rules.dimensions import DISTANCES
from tenants.orientation.views.drafts import READ, asked_and_given
from tenants.orientation.workflow import WRITE

pages = Pages()
UNDER_WAY = "/personnes/<uuid:person_id>/bilans/en-cours"


@pages.page(f"{UNDER_WAY}/montrer", READ)
def show_bilan(person_id: UUID) -> Response:
    """What is answered so far, for the person who sits there. A session that was handed over opens nothing else."""
    person = person_of_page(person_id)
    draft = queries.draft_of(database(), person.id)
    questions, given = asked_and_given(draft) if draft else (None, None)
    found = read_draft(given, questions) if questions and given else Draft()
    return render(
        "orientation/bilan_shown.html",
        person=person,
        parts=parts_of(questions, found.answers, found.others, {}) if questions else [],
        before=_before(person_id),
        distance=DISTANCES[found.distance] if found.distance else None,
        is_handed_over=g.handed_to is not None,
        may_hand_over=draft is not None and actor().may(WRITE),
        minutes=int(sessions.HANDED_TIMEOUT.total_seconds()) // 60,
    )


def _before(person_id: UUID) -> Mapping[str, str]:
    """Dimension → what was answered last time, in the words that were asked then."""
    session, day = database(), today()
    return {
        code: _(
            "in %(month)s: %(level)s",
            month=month_of(earlier.day, day),
            level=Questions(questions_then(session, earlier.content_id, earlier.layer_id)).words(
                code, earlier.answer.level
            ),
        )
        for code, earlier in last_answers(session, queries.bilans(session, person_id), services().keyring).items()
    }


@pages.button(f"{UNDER_WAY}/remise", WRITE)
def hand_bilan_over(person_id: UUID) -> AnyResponse:
    """Give the screen to the person: this session opens their bilan alone, until the agent's password."""
    person = person_of_page(person_id)
    back = url_for("orientation.new_bilan", person_id=person.id)
    try:
        actions.hand_over(database(), person)
    except Refused:
        flash(_("This bilan was finished or given up meanwhile."), "wait")
        return redirect_after_post(back)
    return handed_over_to(url_for("orientation.show_bilan", person_id=person.id), back_to=back)
