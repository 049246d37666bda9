from dataclasses import dataclass

from flask import Response, abort, g, request, session, url_for

from clais.account.cookies import device_cookie_of, local_path, set_cookie, with_session_cookie
from clais.account.schemas import LanguageSchema, SignInSchema
from clais.feature.pages import PUBLIC, SIGNED_IN, Pages
from clais.forms.form import Form
from clais.identity import sessions
from clais.identity.devices import DEVICE_COOKIE_LIFETIME
from clais.identity.failures import TooManyAttempts
from clais.identity.sign_in import SignedIn
from clais.identity.sign_in import sign_in as open_account
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, adopt_session, database, session_cookie
from clais.web.error_texts import explanation_of
from clais.web.kept import FIELD as KEPT
from clais.web.kept import open_kept
from clais.web.rendering import redirect_after_post, render
from clais.web.reopening import not_for_you, way_back

pages = Pages(in_tenant=False)
UNAUTHORISED = 401


@dataclass(frozen=True, slots=True)
class Wish:
    """Where someone was going who has to sign in first: a page, or a form with what was typed, encrypted."""

    after: str = ""
    kept: str = ""

    @property
    def slug(self) -> str:
        """The first part of the address: that of a tenant, when the page or form belongs to one."""
        found = open_kept(self.kept) if self.kept else None
        return (found.address if found else self.after).partition("?")[0].strip("/").partition("/")[0]


@pages.route("/connexion", permission=PUBLIC, methods=("GET", "POST"))
def sign_in() -> Response:
    """Sign in. A form that comes without a session is answered by this page too, which keeps what was typed."""
    if "kept_answers" in g:
        return _page(Form(SignInSchema()), Wish(kept=g.kept_answers), status=UNAUTHORISED)
    if request.method == "GET":
        if g.actor is not None:
            return redirect_after_post(url_for("home"))
        return _page(Form(SignInSchema()), Wish(after=request.args.get("next", "")))
    wish = Wish(request.form.get("next", ""), request.form.get(KEPT, ""))
    if wish.kept and "email" not in request.form:
        return _page(Form(SignInSchema()), wish)
    form = Form.from_request(SignInSchema(), request.form, allow=("next", KEPT))
    return _open(form, wish) if form.validate() else _page(form, wish, status=422)


def _open(form: Form, wish: Wish) -> Response:
    """Open the session of a valid form, or say why not."""
    email, cookie_name = form.data["email"], device_cookie_of(form.data["email"])
    device_cookie = request.cookies.get(cookie_name, "")
    try:
        signed_in = open_account(
            services(), email, form.data["password"], request.remote_addr or "", device_cookie, slug=wish.slug
        )
    except TooManyAttempts:
        if not wish.kept:
            abort(429)
        texts = explanation_of(429)
        return _page(_refused(email, f"{texts.happened} {texts.advice}"), wish, status=429)
    if signed_in is None:
        return _page(_refused(email, _("This address and this password do not go together.")), wish, status=422)
    if g.actor is not None:
        # The session that this browser had ends: a copy of its cookie must not live on beside the new one.
        sessions.close_session(database(), actor().user_id, g.session_token_hash)
        database().commit()
    response = with_session_cookie(_welcome(signed_in, wish), signed_in.token)
    set_cookie(response, cookie_name, signed_in.device_cookie, max_age=DEVICE_COOKIE_LIFETIME)
    return response


def _refused(email: str, why: str) -> Form:
    """The form with the address and without the password."""
    return Form(SignInSchema(), {"email": email}, {"_schema": [why]})


def _page(form: Form, wish: Wish, *, status: int = 200) -> Response:
    explanation = explanation_of(401, "kept" if wish.kept else None) if wish.kept or status == UNAUTHORISED else None
    return render("account/sign_in.html", form=form, wish=wish, kept_field=KEPT, explanation=explanation, status=status)


def _welcome(signed_in: SignedIn, wish: Wish) -> Response:
    """Where the sign-in leads: to the page that was asked for, or back to the form with what was typed."""
    if not wish.kept:
        return redirect_after_post(local_path(wish.after, url_for("home")))
    adopt_session(signed_in.token)
    kept = open_kept(wish.kept)
    if kept is None or kept.author != signed_in.user_id:
        return not_for_you(wish.kept)
    return way_back(kept, wish.kept)


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
    return redirect_after_post(local_path(request.form.get("next", ""), url_for("home")))
