from flask import Response, g, request, url_for

from clais.account.cookies import device_cookie_of
from clais.account.schemas import PasswordSchema
from clais.feature.pages import SIGNED_IN, Pages
from clais.forms.form import Form
from clais.identity import sessions
from clais.identity.failures import TooManyAttempts
from clais.identity.models import UserAccount
from clais.identity.sign_in import verified_account
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.error_texts import explanation_of
from clais.web.rendering import redirect_after_post, render

pages = Pages(in_tenant=False)
LOCKED, UNPROCESSABLE, TOO_MANY = 403, 422, 429


@pages.form("/reprise", SIGNED_IN)
def take_back() -> Response:
    """Take one's screen back from someone else's hands. Every other address shows this page meanwhile."""
    if request.endpoint != "account.take_back":
        return _page(Form(PasswordSchema()), LOCKED)
    form = Form.from_request(PasswordSchema(), request.form)
    if g.handed_to is None:
        return redirect_after_post(url_for("home"))
    if request.method == "GET" or not form.validate():
        return _page(form, 200 if request.method == "GET" else UNPROCESSABLE)
    try:
        known = _is_their_password(form.data["password"])
    except TooManyAttempts:
        texts = explanation_of(TOO_MANY)
        return _page(_refused(f"{texts.happened} {texts.advice}"), TOO_MANY)
    if not known:
        return _page(_refused(_("This is not the password of whoever is signed in here.")), UNPROCESSABLE)
    sessions.take_back(database(), g.session_token_hash)
    return redirect_after_post(g.handed_to)


def _is_their_password(password: str) -> bool:
    account = database().get_one(UserAccount, actor().user_id)
    device_cookie = request.cookies.get(device_cookie_of(account.email), "")
    address = request.remote_addr or ""
    return verified_account(services(), account.email, password, address, device_cookie) is not None


def _refused(why: str) -> Form:
    """The form without the password, and why it was refused."""
    return Form(PasswordSchema(), errors={"password": [why]})


def _page(form: Form, status: int = 200) -> Response:
    return render("account/handed_over.html", form=form, back_to=g.handed_to, status=status)
