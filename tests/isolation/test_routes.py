"""Every route answers every role as the table of permissions says, and an id of another tenant like one nobody has."""

from collections.abc import Iterable
from uuid import UUID, uuid4

import pytest
from flask import Blueprint

from clais.feature.pages import PUBLIC, SIGNED_IN
from clais.web.routing import Application, permission_of
from tests.isolation.canaries import CANARY, differences, fingerprint
from tests.isolation.world import ANONYMOUS, PLACES, Route, Visitor, World, arguments, essence, routes

EXEMPT = {
    ("account.sign_in", PUBLIC),
    ("account.invitation", PUBLIC),
    ("account.forgotten_password", PUBLIC),  # who forgot their password cannot sign in
    ("account.reset_asked", PUBLIC),
    ("exchange_training.check", PUBLIC),  # a certificate is checked by who has no account
    ("exchange_training.checked", PUBLIC),
    ("account.choose_new_password", PUBLIC),
    ("documents.send", PUBLIC),  # a person sends a document by a one-time link, without an account
    ("documents.sent", PUBLIC),
    ("account.sign_out", SIGNED_IN),
    ("account.memberships", SIGNED_IN),
    ("account.switch", SIGNED_IN),
    ("account.take_back", SIGNED_IN),  # whoever gave their screen to someone takes it back, in every role
    ("account.language", SIGNED_IN),  # the language of the screen is everyone's own, in every role
    ("home", SIGNED_IN),
    ("api_identity.me", SIGNED_IN),  # who the token belongs to
    ("api-docs.openapi_json", PUBLIC),  # the description of the API holds no data of anyone
}
"""Routes that ask for no permission of the table. This list may shrink; what is added needs a reason in review."""
LEAVES = {"account.sign_out", "account.switch", "questionnaires.hand_over"}
"""Routes that end the session which asks, or hand it over."""
NAMED = {"wish_id": "wished_occupation"}
"""Positions that are not called as their table."""
WITHOUT_A_PAGE = {
    "account.language",
    "account.sign_out",
    # Their page is that of a correction, which whoever did not write the entry today may not open.
    "follow_up.drop_contact_correction",
    "follow_up.drop_note_correction",
    "follow_up.keep_contact_correction",
    "follow_up.keep_note_correction",
    "follow_up.resume_contact_correction",
    "follow_up.resume_note_correction",
    "follow_up.remove_contact",
    "orientation.drop_bilan",  # A bilan that was finished on the same day has no form any more.
    "orientation.occupations",
    "orientation.save_answer",
    "people.localities",
    "people.number_says",
    "questionnaires.finish",  # On the tablet alone, whose pages lead to the agent's own one.
    "questionnaires.municipalities",
    "questionnaires.occupations",
    "questionnaires.person_answers",
}
"""Addresses without a page above them, whose answer is no page either: a button that leads elsewhere, and what a
script asks for while someone types.
"""
GONE = {404, 410}
"""What a page answers whose row is gone: its words lead on."""
REFUSED = {401, 403}
"""What someone meets who may not."""


@pytest.fixture(scope="module")
def world(standing_world: World) -> World:
    return standing_world


def test_a_position_that_is_called_as_a_table_takes_its_row(world: World) -> None:
    # Whatever other tables are called: `quality_note` is no `note`.
    named = {table: world.own.id_for(f"{table}_id") for table in world.own.rows}
    assert named == {table: world.own.ids[table] for table in world.own.rows}


def check_declarations(app: Application, exempt: set[tuple[str, str]]) -> list[str]:
    """Routes without permission, with one that no role holds, or exempt without being on the list."""
    known = app.extensions["clais"].permissions.everything()
    problems = []
    for endpoint in sorted({route.rule.endpoint for route in routes(app)}):
        permission = permission_of(app, endpoint)
        if permission is None:
            problems.append(f"{endpoint}: declares no permission")
        elif permission in {PUBLIC, SIGNED_IN}:
            if (endpoint, permission) not in exempt:
                problems.append(f"{endpoint}: {permission} and not on the list of exemptions")
        elif permission not in known:
            problems.append(f"{endpoint}: no role holds {permission}")
    declared = {(r.rule.endpoint, r.permission) for r in routes(app)}
    problems += [
        f"{endpoint}: on the list of exemptions and not in use"
        for endpoint, p in exempt
        if (endpoint, p) not in declared
    ]
    return problems


def expected(world: World, route: Route, role: str) -> str:
    """What the table of permissions says of a role at a route: in, out, or lost (404)."""
    if route.permission == PUBLIC:
        return "in"
    if role == ANONYMOUS:
        return "out"
    if route.rule.rule.startswith("/api/") and PLACES.get(role) == "none":
        return "out"  # A bearer token belongs to a membership.
    if route.permission == SIGNED_IN:
        return "in"
    if "tenant_slug" in route.rule.arguments and PLACES.get(role) == "none":
        return "lost"
    return "in" if route.permission is not None and world.may(role, route.permission) else "out"


def found(route: Route, role: str, status: int, location: str) -> str:
    """What the answer says."""
    if role == ANONYMOUS and status == 302 and "/connexion?next=" in location:
        return "out"
    if status in REFUSED:
        return "out"
    if status >= 500:
        return f"broken ({status})"
    if status == 404 and "tenant_slug" in route.rule.arguments and PLACES.get(role) == "none":
        return "lost"
    return "in"


def check_roles(world: World, chosen: Iterable[Route], roles: Iterable[str]) -> list[str]:
    """Ask every route as every role, with ids that do not exist; what departs from the table."""
    problems = []
    for role in roles:
        visitor = world.visitor(role)
        for route in chosen:
            asking = world.visitor(role) if route.rule.endpoint in LEAVES else visitor
            path = route.path(asking.slug, arguments(route, world.own, uuid4()) | missing(route))
            response = asking.ask(route.method, path)
            outcome = found(route, role, response.status_code, response.headers.get("Location", ""))
            wanted = expected(world, route, role)
            if outcome != wanted:
                problems.append(f"{role} {route}: {outcome}, the table says {wanted}")
    return problems


def missing(route: Route) -> dict[str, UUID]:
    """Ids that nobody has, so that nothing is changed by asking."""
    converters = route.rule._converters
    return {name: uuid4() for name in route.id_arguments if type(converters[name]).__name__ == "UUIDConverter"}


def about_people(world: World) -> list[Route]:
    """Some routes, in which a planted fault is looked for."""
    return [route for route in routes(world.app) if route.rule.endpoint.startswith("people.")]


def test_every_route_declares_a_permission_of_the_table(app: Application) -> None:
    assert check_declarations(app, EXEMPT) == []


def test_routes_without_permission_are_found(app: Application) -> None:
    planted = Application("planted", static_folder=None)
    planted.extensions["clais"] = app.extensions["clais"]
    careless = Blueprint("careless", __name__)
    careless.add_url_rule("/open", "open", lambda: "everything")
    planted.register_blueprint(careless)
    assert check_declarations(planted, set()) == ["careless.open: declares no permission"]


@pytest.mark.usefixtures("unframed")
def test_every_role_meets_at_every_route_what_the_table_says(world: World) -> None:
    assert check_roles(world, routes(world.app), [ANONYMOUS, *world.roles]) == []


@pytest.mark.usefixtures("unframed")
def test_a_route_that_forgets_to_ask_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clais.actor.Actor.may", lambda _self, _permission: True)
    forbidden = [route for route in about_people(world) if expected(world, route, "trainer") == "out"]
    assert len(check_roles(world, forbidden, ["trainer"])) == len(forbidden) > 0


def ids_of_the_other(world: World, argument: str) -> list[UUID]:
    """B's ids for a position: that of the table it names, or all of B's when no table is called so.

    Of what is published B has none: it is that of the other basin.
    """
    if argument in NAMED:
        return [world.foreign.ids[NAMED[argument]]]
    named = world.foreign.id_for(argument) or world.abroad.id_for(argument)
    return [named] if named else world.foreign.every_id()


def check_foreign_ids(world: World, visitor: Visitor, chosen: Iterable[Route]) -> list[str]:
    """B's ids in each position, one at a time and all together: the answer is that to an id which nobody has.

    Who may not come in is refused whatever the ids are: there they are all B's, once.
    """
    problems = []
    seed = world.seed_of(visitor.role)
    with world.looking() as connection:
        before = fingerprint(connection, world.foreign) | fingerprint(connection, world.abroad)
    for route in chosen:
        positions = list(missing(route))
        if not positions or route.rule.endpoint in LEAVES:
            continue
        valid = arguments(route, seed, uuid4())
        may = expected(world, route, visitor.role) == "in"
        alone = [[name] for name in positions] if may else []
        for way in alone if len(positions) == len(alone) == 1 else [*alone, positions]:
            nobody = visitor.ask(route.method, route.path(visitor.slug, valid | {name: uuid4() for name in way}))
            for key in ids_of_the_other(world, way[0])[: None if may else 1]:
                theirs = {name: ids_of_the_other(world, name)[0] for name in way} | {way[0]: key}
                answer = visitor.ask(route.method, route.path(visitor.slug, valid | theirs))
                if essence(answer) != essence(nobody):
                    problems.append(f"{visitor.role} {route} {way}: {answer.status_code} against {nobody.status_code}")
                if answer.status_code < 400 and "text/html" in answer.content_type:
                    problems.append(f"{visitor.role} {route} {way}: answered {answer.status_code}")
    with world.looking() as connection:
        after = fingerprint(connection, world.foreign) | fingerprint(connection, world.abroad)
    return problems + [f"B's {table} changed" for table in differences(before, after)]


@pytest.mark.usefixtures("unframed")
@pytest.mark.parametrize("role", ["coordinator", "receptionist", "support_officer", "supervisor", "trainer"])
def test_an_id_of_another_tenant_answers_like_one_that_nobody_has(role: str, world: World) -> None:
    assert check_foreign_ids(world, world.visitor(role), routes(world.app)) == []


@pytest.mark.usefixtures("unframed")
def test_a_page_that_opens_another_tenants_file_is_found(world: World) -> None:
    visitor = world.visitor("coordinator")
    world.confuse(visitor, world.foreign.tenant_id)
    visitor.slug = world.federation.other_platform.slug
    assert check_foreign_ids(world, visitor, about_people(world))


OUTSIDERS = ["support_officer", "trainer", "supervisor", "federation_admin"]


def check_files(world: World, visitor: Visitor, chosen: Iterable[Route]) -> list[str]:
    """The support centre and administrators at every path of one tenant or the other: nothing opens.

    Each role asks for every path, and each path of each tenant is asked for by two roles.
    """
    problems = []
    near = world.federation
    tenants = ((world.own, near.platform.slug), (world.foreign, near.other_platform.slug))
    for number, route in enumerate(chosen, OUTSIDERS.index(visitor.role)):
        if "tenant_slug" not in route.rule.arguments:
            continue
        seed, slug = tenants[number % 2]
        answer = visitor.ask(route.method, route.path(slug, arguments(route, seed, uuid4())))
        if answer.status_code != 404 or CANARY in answer.get_data(as_text=True):
            problems.append(f"{visitor.role} {route} of {slug}: {answer.status_code}")
    return problems


@pytest.mark.usefixtures("unframed")
@pytest.mark.parametrize("role", OUTSIDERS)
def test_the_support_centre_and_administrators_open_no_page_of_a_platform(role: str, world: World) -> None:
    assert check_files(world, world.visitor(role), routes(world.app)) == []


@pytest.mark.usefixtures("unframed")
def test_a_support_centre_that_enters_a_platform_is_found(world: World) -> None:
    visitor = world.visitor("supervisor")
    world.confuse(visitor, world.own.tenant_id)
    assert check_files(world, visitor, about_people(world))


def check_homes(world: World) -> list[str]:
    """Roles whose first page is not one that they may open."""
    problems = []
    for role in world.roles:
        visitor = world.visitor(role)
        page = visitor.client.get("/", follow_redirects=True)
        if page.status_code != 200:
            problems.append(f"{role}: {page.request.path} {page.status_code}")
    return problems


def test_every_role_has_a_first_page(world: World) -> None:
    assert check_homes(world) == []


def test_a_role_without_a_first_page_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"support_centre": ("routing.inbox", "notification.read"), "local_platform": ("day.my_day", "day.read")}
    monkeypatch.setattr("config.app.FIRST_PAGES", pages)
    assert check_homes(world)


def without_a_page_above(world: World) -> set[str]:
    """The routes that only take forms whose address answers nobody who may send them with a page."""
    answering = {route.rule.rule for route in routes(world.app) if route.method == "GET"}
    asked, led = set[str](), set[str]()
    for role in ("coordinator", "receptionist", "support_officer"):
        visitor = world.visitor(role)
        for route in routes(world.app):
            is_ours = not route.rule.rule.startswith(("/api/", "/admin/")) and route.rule.rule not in answering
            may = route.permission in {PUBLIC, SIGNED_IN} or world.may(role, str(route.permission))
            if route.method != "POST" or not is_ours or not may:
                continue
            path = route.path(visitor.slug, arguments(route, world.seed_of(role), uuid4()))
            answer = visitor.ask("GET", path)
            asked.add(route.rule.endpoint)
            if answer.status_code == 303 and visitor.ask("GET", answer.location).status_code in {200, *GONE}:
                led.add(route.rule.endpoint)
    return asked - led


def test_an_address_that_only_takes_a_form_leads_to_the_page_above_it(world: World) -> None:
    assert without_a_page_above(world) == WITHOUT_A_PAGE


def test_who_may_not_open_that_page_is_led_to_the_one_above_it(world: World) -> None:
    desk, person = world.visitor("receptionist"), world.own.ids["person"]
    answer = desk.ask("GET", f"/{desk.slug}/personnes/{person}/notes/recherche?q=Marchetti")
    assert answer.location == f"/{desk.slug}/personnes"
    assert world.visitor(ANONYMOUS).ask("GET", f"/{desk.slug}/personnes/{person}/etapes").status_code == 303


def test_an_address_that_leads_nowhere_is_reported(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clais.web.routing.page_above", lambda: None)
    assert {"routing.step", "people.stages"} <= without_a_page_above(world)
