"""The way back to a form that could not be taken: its page with what was typed, or what was typed beside a button."""

from __future__ import annotations

from flask import Response, flash, g, make_response, render_template, session

from clais.translation import gettext as _
from clais.web.kept import FIELD, Kept, open_kept, readable_answers

SHOWN_AGAIN = 422
"""The status with which a view shows a form that it did not save."""


def way_back(kept: Kept, sealed: str) -> Response:
    """The page that leads back to the form; a script follows it at once."""
    return make_response(render_template("kept/way_back.html", address=kept.address, field=FIELD, sealed=sealed))


def beside_the_form(response: Response) -> Response:
    """The answer of a view to a reopened form, when it shows the form; otherwise the answers and a button."""
    if response.status_code == SHOWN_AGAIN:
        response.status_code = 200
        return response
    return answers_to_send()


def answers_to_send() -> Response:
    """What was kept, to be read and sent by one button."""
    kept: Kept = g.reopened
    session.clear()  # The view may have said that it was done, and it was not.
    return make_response(
        render_template(
            "kept/answers.html", address=kept.address, values=kept.values, answers=readable_answers(kept.values)
        )
    )


def not_for_you(sealed: str = "") -> Response:
    """What was kept belongs to another account, or is too old: nothing of it is shown, and the page says so."""
    kept = open_kept(sealed) if sealed else None
    return make_response(render_template("kept/not_for_you.html", field=FIELD, sealed=sealed if kept else ""), 403)


def say_that_nothing_is_saved() -> None:
    """Leave the message that stands above a reopened form."""
    flash(_("This is what you wrote. It is not saved yet: read it over, then send it."), "wait")
