"""Choosing a password by a one-time link: the first one, and another one when it is forgotten."""

import time
from datetime import timedelta

from flask import Response, abort, flash, request, url_for

from clais.account.cookies import device_cookie_of, host_cookie, set_cookie
from clais.account.schemas import ForgottenPasswordSchema, NewPasswordSchema
from clais.feature.pages import PUBLIC, Pages
from clais.forms.form import Form
from clais.identity.failures import TooManyAttempts
from clais.identity.invitations import accept_invitation, invited_account
from clais.identity.resets import RESET_LIFETIME, account_of_reset, ask_reset, reset_password
from clais.identity.secrets import new_token
from clais.services import services
from clais.translation import gettext as _
from clais.web.rendering import redirect_after_post, render

pages = Pages(in_tenant=False)
LONGEST_TOKEN = 100
"""Longer than any token."""
ANSWER_AFTER = timedelta(milliseconds=400)
"""When the form for a forgotten password is answered: later than the work for any account, so that the time does not
tell whether there is one.
"""
ASKED_HERE = "clais_reset"
"""The cookie of the browser that asked for a link."""


@pages.form("/invitation/<token>", PUBLIC)
def invitation(token: str) -> Response:
    """Choose the first password. A GET changes nothing, so that a mail scanner cannot use up the link."""
    account = invited_account(services(), token) if len(token) < LONGEST_TOKEN else None
    if account is None:
        return render("account/invitation_expired.html", status=404)
    if request.method == "GET":
        return render("account/invitation.html", form=Form(NewPasswordSchema()), account=account)
    form = Form.from_request(NewPasswordSchema(), request.form)
    if form.validate():
        try:
            problem = accept_invitation(services(), token, form.data["password"])
        except LookupError:
            return render("account/invitation_expired.html", status=404)
        if problem is None:
            return _sign_in_with_it()
        form = Form(NewPasswordSchema(), errors={"password": [_(problem)]})
    return render("account/invitation.html", form=form, account=account, status=422)


@pages.form("/mot-de-passe-oublie", PUBLIC)
def forgotten_password() -> Response:
    """Ask for a link to choose another password. The answer does not tell whether the address has an account."""
    if request.method == "GET":
        return render("account/forgotten_password.html", form=Form(ForgottenPasswordSchema()))
    form = Form.from_request(ForgottenPasswordSchema(), request.form)
    if not form.validate():
        return render("account/forgotten_password.html", form=form, status=422)
    begun = time.monotonic()
    email, browser = form.data["email"], _browser() or new_token()
    known = request.cookies.get(device_cookie_of(email), "")
    try:
        ask_reset(services(), email, request.remote_addr or "", browser, known)
    except TooManyAttempts:
        abort(429)
    time.sleep(max(0.0, ANSWER_AFTER.total_seconds() - (time.monotonic() - begun)))
    response = redirect_after_post(url_for("account.reset_asked"))
    set_cookie(response, host_cookie(ASKED_HERE), browser, max_age=RESET_LIFETIME)
    return response


@pages.page("/mot-de-passe-oublie/demande", PUBLIC)
def reset_asked() -> Response:
    """What follows, in the same words whether or not there is an account."""
    return render("account/reset_asked.html", minutes=int(RESET_LIFETIME.total_seconds()) // 60)


@pages.form("/mot-de-passe/<token>", PUBLIC)
def choose_new_password(token: str) -> Response:
    """Choose another password in the browser that asked for the link. A GET changes nothing, as for an invitation."""
    browser = _browser()
    if len(token) >= LONGEST_TOKEN or account_of_reset(services(), token, browser) is None:
        return render("account/reset_expired.html", status=404)
    if request.method == "GET":
        return render("account/new_password.html", form=Form(NewPasswordSchema()))
    form = Form.from_request(NewPasswordSchema(), request.form)
    if form.validate():
        try:
            problem = reset_password(services(), token, browser, form.data["password"])
        except LookupError:
            return render("account/reset_expired.html", status=404)
        if problem is None:
            response = _sign_in_with_it()
            response.delete_cookie(host_cookie(ASKED_HERE), path="/", secure=services().secure_cookies, httponly=True)
            return response
        form = Form(NewPasswordSchema(), errors={"password": [_(problem)]})
    return render("account/new_password.html", form=form, status=422)


def _browser() -> str:
    """The secret of this browser, if it asked for a link in the last ten minutes."""
    return request.cookies.get(host_cookie(ASKED_HERE), "")[:LONGEST_TOKEN]


def _sign_in_with_it() -> Response:
    flash(_("Your password is set. Sign in with it."), "done")
    return redirect_after_post(url_for("account.sign_in"))
