"""The page on which anybody checks the number of a certificate, without signing in."""

from flask import Response, abort, request, url_for

from clais.exchange.training.checking import Checked, check_number
from clais.exchange.training.presentation import STANDINGS, validity_text
from clais.feature.pages import PUBLIC, Pages
from clais.identity.failures import TooManyAttempts
from clais.services import services
from clais.translation import gettext as _
from clais.web.rendering import redirect_after_post, render

pages = Pages(in_tenant=False)
LONGEST = 40
"""Longer than any number, however it is typed."""


@pages.page("/certificat", PUBLIC)
def check() -> Response:
    """Where a number is typed; it leads to the page of that number."""
    typed = request.args.get("numero", "").strip()
    if typed:
        return redirect_after_post(url_for("exchange_training.checked", number=typed[:LONGEST]))
    return _page(None)


@pages.page("/certificat/<number>", PUBLIC)
def checked(number: str) -> Response:
    """What the certificate of a number says; the same answer for every number that none has."""
    try:
        found = check_number(services(), number[:LONGEST], request.remote_addr or "")
    except TooManyAttempts:
        abort(429)
    return _page(found, typed=number[:LONGEST], status=200 if found else 404)


def _page(found: Checked | None, typed: str = "", status: int = 200) -> Response:
    sentence, tag = "", ("", "")
    if found is not None:
        text, kind = STANDINGS[found.standing]
        sentence, tag = validity_text(found.certificate, found.standing), (_(text), kind)
    return render(
        "exchange_training/check.html", status=status, found=found, typed=typed, sentence=sentence, tag_of=tag
    )
