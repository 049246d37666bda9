from datetime import timedelta
from uuid import UUID

from flask import Response, abort, flash, g, request, session, url_for

from clais.account.schemas import LanguageSchema, NewPasswordSchema, SignInSchema
from clais.feature.pages import PUBLIC, SIGNED_IN, Pages
from clais.forms.form import Form
from clais.identity import sessions
from clais.identity.devices import DEVICE_COOKIE_LIFETIME, device_cookie_name
from clais.identity.invitations import accept_invitation, invited_account
from clais.identity.queries import open_memberships
from clais.identity.roles import ROLES
from clais.identity.sign_in import TooManyAttempts, enter_tenant
from clais.identity.sign_in import sign_in as open_account
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, session_cookie
from clais.web.rendering import redirect_after_post, render

pages = Pages(in_tenant=False)


@pages.route("/connexion", permission=PUBLIC, methods=("GET", "POST"))
def sign_in() -> Response:
    if g.actor is not None and request.method == "GET":
        return redirect_after_post(url_for("home"))
    if request.method == "GET":
        return render("account/sign_in.html", form=Form(SignInSchema()), after=request.args.get("next", ""))
    form = Form.from_request(SignInSchema(), request.form, allow=("next",))
    after = request.form.get("next", "")
    if not form.validate():
        return render("account/sign_in.html", form=form, after=after, status=422)
    email, cookie_name = form.data["email"], _device_cookie_name(form.data["email"])
    try:
        signed_in = open_account(
            services(), email, form.data["password"], request.remote_addr or "", request.cookies.get(cookie_name, "")
        )
    except TooManyAttempts:
        abort(429)
    if signed_in is None:
        form = Form(
            SignInSchema(),
            {"email": email},
            {"_schema": [_("This address and this password do not go together.")]},
        )
        return render("account/sign_in.html", form=form, after=after, status=422)
    response = _with_cookie(redirect_after_post(_local_path(after)), signed_in.token)
    _set_cookie(response, cookie_name, signed_in.device_cookie, max_age=DEVICE_COOKIE_LIFETIME)
    return response


@pages.post("/deconnexion", SIGNED_IN)
def sign_out() -> Response:
    sessions.close_session(database(), actor().user_id, g.session_token_hash)
    session.clear()  # Flashed messages belong to the session that ends.
    response = redirect_after_post(url_for("account.sign_in"))
    response.delete_cookie(session_cookie(), path="/", secure=services().secure_cookies, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.post("/langue", SIGNED_IN)
def language() -> Response:
    """Set the language of the user, in all their sessions."""
    form = Form.from_request(LanguageSchema(), request.form, allow=("next",))
    if not form.validate():
        abort(400)
    sessions.choose_language(database(), actor().user_id, form.data["language"])
    return redirect_after_post(_local_path(request.form.get("next", "")))


@pages.page("/ou-travailler", SIGNED_IN)
def memberships() -> Response:
    places = open_memberships(database(), actor().user_id)
    return render("account/memberships.html", places=places, roles=ROLES)


@pages.post("/ou-travailler/<uuid:membership_id>", SIGNED_IN)
def switch(membership_id: UUID) -> Response:
    """Switch to another membership; the token of the session changes."""
    token = enter_tenant(services(), actor().user_id, g.session_token_hash, membership_id)
    if token is None:
        abort(404)
    return _with_cookie(redirect_after_post(url_for("home")), token)


@pages.form("/invitation/<token>", PUBLIC)
def invitation(token: str) -> Response:
    """Choose the first password. A GET changes nothing, so that a mail scanner cannot use up the link."""
    account = invited_account(services(), token) if len(token) < 100 else None  # noqa: PLR2004 - longer than any token.
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
            flash(_("Your password is set. Sign in with it."), "done")
            return redirect_after_post(url_for("account.sign_in"))
        form = Form(NewPasswordSchema(), errors={"password": [_(problem)]})
    return render("account/invitation.html", form=form, account=account, status=422)


def _local_path(path: str) -> str:
    """`path` when it is on this site, otherwise the home page: an open redirect would send the user elsewhere."""
    if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable():
        return path
    return url_for("home")


def _with_cookie(response: Response, token: str) -> Response:
    _set_cookie(response, session_cookie(), token)
    return response


def _device_cookie_name(email: str) -> str:
    """The name of the device cookie of an account; under HTTPS its prefix binds it to this host."""
    name = device_cookie_name(services().secret, email)
    return f"__Host-{name}" if services().secure_cookies else name


def _set_cookie(response: Response, name: str, value: str, *, max_age: timedelta | None = None) -> None:
    response.set_cookie(name, value, max_age, path="/", secure=services().secure_cookies, httponly=True, samesite="Lax")
