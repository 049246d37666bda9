from uuid import UUID

from flask import Response, abort, g, request, url_for

from clais.account.cookies import local_path, with_session_cookie
from clais.feature.pages import SIGNED_IN, Pages
from clais.identity.queries import open_memberships
from clais.identity.roles import ROLES
from clais.identity.sign_in import enter_tenant
from clais.services import services
from clais.web.context import actor, adopt_session, database
from clais.web.kept import FIELD as KEPT
from clais.web.kept import open_kept
from clais.web.rendering import redirect_after_post, render
from clais.web.reopening import way_back

pages = Pages(in_tenant=False)


@pages.page("/ou-travailler", SIGNED_IN)
def memberships() -> Response:
    places = open_memberships(database(), actor().user_id)
    return render("account/memberships.html", places=places, roles=ROLES)


@pages.post("/ou-travailler/<uuid:membership_id>", SIGNED_IN)
def switch(membership_id: UUID) -> Response:
    """Switch to another membership; the token of the session changes. Whoever came for a page or a form gets it."""
    user_id = actor().user_id
    token = enter_tenant(services(), user_id, g.session_token_hash, membership_id)
    if token is None:
        abort(404)
    sealed = request.form.get(KEPT, "")
    kept = open_kept(sealed)
    if kept is None or kept.author != user_id:
        after = request.form.get("next", "")
        return with_session_cookie(redirect_after_post(local_path(after, url_for("home"))), token)
    adopt_session(token)
    return with_session_cookie(way_back(kept, sealed), token)
