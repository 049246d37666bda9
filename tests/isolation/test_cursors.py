"""A cursor opens only the list that wrote it: every other list refuses it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch
from uuid import UUID

import pytest
from flask import g, request

from clais.clock import now, today
from clais.web import cursors
from clais.web.context import actor
from tests.isolation.world import Visitor, World, arguments, routes

pytestmark = pytest.mark.usefixtures("unframed")
ROLES = ["coordinator", "support_officer"]
"""Between them, and with those that are alone, these roles open every list that has pages."""
ALONE = {"trainer": "support_officer"}
"""Who opens one list only: it is tried with the cursors that a colleague's lists write."""
PARTS = {
    "routing.inbox": ("group", ("waiting", "requested", "received", "running", "closed")),
    "routing.participants": ("sort", ("name", "state", "session", "opened")),
    "routing.seats": ("sort", ("start", "scheme", "free")),
    "instruments.index": ("sort", ("name",)),
    "partners.index": ("sort", ("name", "kind")),
    "referrals.index": ("sort", ("moved", "scheme", "promised")),
    "gaps.index": ("gap", ("birth_date", "address", "status")),
    "caseload.index": ("sort", ("name", "age", "stage", "appointment", "contact", "plan")),
}
"""Lists at one address that are not sorted alike: the argument that chooses one, which is also sealed."""
KEYS = ("Marchetti, Sofia", now().isoformat(), "7")
"""What lists sort by: a name, a moment, a number."""
KEYS_OF_PARTS = ("4 1 2026-11-23", today().isoformat())
"""What else those sort by that are not always sorted alike: a degree with an urgency and a day, a day."""


@dataclass(frozen=True)
class Paged:
    """A list that takes a cursor."""

    path: str
    argument: str = ""
    part: str = ""

    def ask(self, visitor: Visitor, cursor: str | None = None) -> int:
        """The status of the page that begins at a cursor."""
        query = {"after": cursor, self.argument: self.part} if self.argument else {"after": cursor}
        return visitor.ask("GET", self.path, query_string={k: v for k, v in query.items() if v}).status_code

    def cursors(self, world: World, visitor: Visitor, row_id: UUID) -> list[str]:
        """A cursor of this list for each kind of key."""
        with world.app.test_request_context(self.path):
            g.actor = world.member(visitor.role).actor
            (request.view_args or {}).pop("tenant_slug", None)  # Views never see it.
            keys = KEYS + (KEYS_OF_PARTS if self.argument else ())
            return [cursors.write_cursor(key, row_id, self.part) for key in keys]


@contextmanager
def seals() -> Iterator[set[tuple[bytes, ...]]]:
    """What the cursors are sealed for that are read or written meanwhile."""
    found = set[tuple[bytes, ...]]()
    given = cursors._associated_data

    def noting(part: str) -> list[bytes]:
        data = given(part)
        found.add(tuple(data))
        return data

    with patch.object(cursors, "_associated_data", noting):
        yield found


def paged_lists(world: World, visitor: Visitor, without: Iterable[str] = ()) -> Iterator[Paged]:
    """The lists that a visitor may open and that look into a cursor; not those that roles `without` may open too."""
    seed = world.seed_of(visitor.role)
    for route in routes(world.app):
        permission = route.permission or ""
        if route.method != "GET" or not world.may(visitor.role, permission):
            continue
        if any(world.may(role, permission) for role in without):
            continue
        path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
        with seals() as looked:
            Paged(path).ask(visitor, "AAAA")
        if looked:
            argument, parts = PARTS.get(route.rule.endpoint, ("", ("",)))
            yield from (Paged(path, argument, part) for part in parts)


def check_cursors(world: World, visitor: Visitor, lists: Iterable[Paged]) -> list[str]:
    """Lists that refuse their own cursor or accept that of another one, or whose cursors are sealed for the same.

    A cursor opens for nothing but what it is sealed for. So each list is tried with a cursor of one other, whose key it
    can read: were it its own, it would be taken.
    """
    problems = []
    found = list(lists)
    row_id = world.seed_of(visitor.role).ids["person"]
    written = {each: each.cursors(world, visitor, row_id) for each in found}
    sealed = dict[tuple[bytes, ...], Paged]()
    for index, opened in enumerate(found):
        with seals() as seen:
            own = [opened.ask(visitor, cursor) for cursor in written[opened]]
        problems += [f"{opened} seals as {sealed[seal]}" for seal in seen if sealed.setdefault(seal, opened) != opened]
        kinds = [kind for kind, status in enumerate(own) if status == 200]
        if not kinds or not set(own) <= {200, 400}:
            problems.append(f"{opened} does not read its own: {own}")
        others = [written[other] for other in (*found[index + 1 :], *found[:index])]
        readable = [theirs[kind] for theirs in others for kind in kinds if kind < len(theirs)]
        statuses = {opened.ask(visitor, cursor) for cursor in readable[:1] or others[0]}
        if statuses != {400}:
            problems.append(f"{opened} reads those of another list: {statuses}")
    return problems


Lists = Callable[[str], list[Paged]]


@pytest.fixture(scope="module")
def lists(standing_world: World) -> Lists:
    """The lists that someone in a role may open, looked for once."""
    return cache(lambda role: list(paged_lists(standing_world, standing_world.visitor(role))))


@pytest.mark.parametrize("role", ROLES)
def test_a_cursor_of_another_list_is_refused(role: str, standing_world: World, lists: Lists) -> None:
    assert len(lists(role)) >= 4
    assert check_cursors(standing_world, standing_world.visitor(role), lists(role)) == []


def test_every_list_with_pages_is_among_them(standing_world: World) -> None:
    known = [*ROLES, *ALONE]
    for role in set(standing_world.roles) - set(known):
        assert list(paged_lists(standing_world, standing_world.visitor(role), known)) == []


def of_colleagues(world: World, lists: Lists, role: str) -> set[int]:
    """What the only list of a role answers to the cursors of a colleague's lists."""
    (opened,), visitor, colleague = lists(role), world.visitor(role), world.visitor(ALONE[role])
    row_id = world.seed_of(role).ids["person"]
    assert 200 in {opened.ask(visitor, cursor) for cursor in opened.cursors(world, visitor, row_id)}
    written = [cursor for wrote in lists(ALONE[role]) for cursor in wrote.cursors(world, colleague, row_id)]
    return {opened.ask(visitor, cursor) for cursor in written}


@pytest.mark.parametrize("role", ALONE)
def test_an_only_list_refuses_the_cursors_of_colleagues(
    role: str, standing_world: World, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert of_colleagues(standing_world, lists, role) == {400}
    monkeypatch.setattr("clais.web.cursors._associated_data", lambda _part: [actor().tenant_id.bytes])
    assert 200 in of_colleagues(standing_world, lists, role), "the twin: associated data that is the tenant alone"


def test_a_role_with_a_list_of_its_own_is_found(standing_world: World) -> None:
    found = list(paged_lists(standing_world, standing_world.visitor("support_officer"), ["coordinator"]))
    assert {each.argument for each in found} >= {"group", "sort"}


def test_a_cursor_that_is_associated_data_the_tenant_alone_is_found(
    standing_world: World, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clais.web.cursors._associated_data", lambda _part: [actor().tenant_id.bytes])
    for role in ROLES:
        problems = check_cursors(standing_world, standing_world.visitor(role), lists(role)[-3:])
        assert any("200" in problem for problem in problems)
        assert any("seals as" in problem for problem in problems)


def test_two_orders_of_a_list_that_share_a_cursor_are_found(
    standing_world: World, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = cursors._associated_data
    monkeypatch.setattr("clais.web.cursors._associated_data", lambda _part: given(""))
    both = [each for each in lists("coordinator") if each.argument][:2]
    problems = check_cursors(standing_world, standing_world.visitor("coordinator"), both)
    assert any("seals as" in problem for problem in problems)
