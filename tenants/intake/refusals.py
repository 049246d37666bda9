"""Why no reception is begun, in words."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post
from tenants.intake.asked import Questions
from tenants.questionnaires.presentation import lacking_text
from tenants.questionnaires.queries import lacking_for


def lacking_here(questions: Questions) -> Response | None:
    """Warn who lacks the certificate that a reception requires; once it is refused, lead them to the courses.

    Who has the form before them already still saves it: a reception is written in one go, with the person at the desk,
    and its form does not say on which day it was opened. To refuse what is sent would lose all that was said.
    """
    lacks = lacking_for(database(), actor().membership_id, questions.definition)
    if lacks is not None:
        flash(_("The intake form %(why)s.", why=lacking_text(lacks)), "wait")
    return redirect_after_post(url_for("registrations.index")) if lacks is not None and lacks.refused else None
