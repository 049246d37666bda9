"""The rail: what someone in this role can go to, and how much waits there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from flask import Flask, g, request, url_for
from sqlalchemy import BindParameter, ScalarSelect, Select, Uuid, bindparam, select

from clais.database import new_id
from clais.identity.actor import Actor
from clais.identity.roles import LANGUAGES, ROLES
from clais.web.context import database
from clais.words import gettext

TENANT: BindParameter[UUID] = bindparam("rail_tenant", type_=Uuid())
MEMBER: BindParameter[UUID] = bindparam("rail_member", type_=Uuid())
Count = Callable[[BindParameter[UUID], BindParameter[UUID]], ScalarSelect[int]]
"""Gives the query of how much waits for a tenant and one of its members."""


@dataclass(frozen=True, slots=True)
class Destination:
    """An entry of the rail. `count` is the query of how much waits there; `kinds` says in which tenants it is."""

    label: str
    icon: str
    endpoint: str
    permission: str
    kinds: frozenset[str]
    order: int
    wide: bool = False
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    icon: str
    url: str
    current: bool
    count: int
    wide: bool


_destinations: list[Destination] = []


def destination(
    label: str,
    icon: str,
    endpoint: str,
    permission: str,
    *,
    kinds: tuple[str, ...],
    order: int,
    wide: bool = False,
    count: Count | None = None,
) -> None:
    """Put a page on the rail. `label` is a gettext id; `wide` entries show on wide screens only."""
    entry = Destination(label, icon, endpoint, permission, frozenset(kinds), order, wide, count)
    if all(known.endpoint != endpoint for known in _destinations):
        _destinations.append(entry)


def links(who: Actor) -> list[Link]:
    """The rail of `who`, in order, with the place where they are marked."""
    open_to = [
        (entry, url_for(entry.endpoint))
        for entry in sorted(_destinations, key=lambda e: e.order)
        if who.may(entry.permission) and who.tenant_kind in entry.kinds
    ]
    here = _here(open_to)
    waiting = _waiting([entry for entry, _url in open_to], who)
    return [
        Link(
            label=gettext(entry.label),
            icon=entry.icon,
            url=url,
            current=entry is here,
            count=waiting.get(entry.endpoint, 0),
            wide=entry.wide,
        )
        for entry, url in open_to
    ]


def _waiting(entries: list[Destination], who: Actor) -> dict[str, int]:
    """How much waits behind each entry that counts, read in one statement for the whole rail."""
    counting = tuple(entry for entry in entries if entry.count)
    if not counting:
        return {}
    row = database().execute(_counts(counting), {TENANT.key: who.tenant_id, MEMBER.key: who.membership_id}).one()
    return {entry.endpoint: value or 0 for entry, value in zip(counting, row, strict=True)}


@cache
def _counts(counting: tuple[Destination, ...]) -> Select[*tuple[int, ...]]:
    # Built once a role: it holds parameters, and nothing of anyone.
    return select(*(entry.count(TENANT, MEMBER) for entry in counting if entry.count))


def _here(open_to: list[tuple[Destination, str]]) -> Destination | None:
    """The destination under which the page stands: the longest address that begins its own, or its feature's last."""
    above = [(len(url), entry) for entry, url in open_to if f"{request.path}/".startswith(f"{url}/")]
    if above:
        return max(above, key=lambda pair: pair[0])[1]
    same_feature = [entry for entry, _url in open_to if entry.endpoint.partition(".")[0] == request.blueprint]
    return same_feature[-1] if same_feature else None


@dataclass(frozen=True, slots=True)
class _Head:
    """Something at the head of every page: the search, or the primary act."""

    label: str
    endpoint: str
    permission: str


_searches: dict[str, _Head] = {}
_primary_acts: dict[str, _Head] = {}


def search_with(endpoint: str, permission: str) -> None:
    """Let the search at the head of every page go to `endpoint` (POST, field `q`) for those who have `permission`."""
    _searches[endpoint] = _Head("", endpoint, permission)


def primary_act(label: str, endpoint: str, permission: str) -> None:
    """Put one act at the head of every page, for those who have `permission`. `label` is a gettext id."""
    _primary_acts[endpoint] = _Head(label, endpoint, permission)


def _first_url(heads: dict[str, _Head], who: Actor) -> str | None:
    if not who.tenant_slug:
        return None
    return next((url_for(head.endpoint) for head in heads.values() if who.may(head.permission)), None)


def _primary_act(who: Actor) -> dict[str, str] | None:
    url = _first_url(_primary_acts, who)
    label = next((head.label for head in _primary_acts.values() if who.may(head.permission)), "")
    return {"label": gettext(label), "url": url} if url else None


class Rail:
    """The rail, read from the database only by the page that shows it, and once: a partial does not show it."""

    def __init__(self, who: Actor | None) -> None:
        self.who = who
        self.links: list[Link] | None = None

    def __iter__(self) -> Iterator[Link]:
        if self.links is None:
            self.links = links(self.who) if self.who and self.who.tenant_slug else []
        return iter(self.links)


def new_submission() -> str:
    """A key for one blank form: sending it twice saves it once."""
    return str(new_id())


def _shell() -> dict[str, Any]:
    who: Actor | None = g.get("actor")
    shared = {"actor": who, "navigation": Rail(who), "new_submission": new_submission}
    if who is None:
        return shared
    label = ROLES.get(who.role)
    role = gettext(label) if label else ""
    return shared | {
        "place": {"name": who.tenant_name, "subtitle": who.organisation or role} if who.tenant_slug else None,
        "search_url": _first_url(_searches, who),
        "primary_act": _primary_act(who),
        "user_menu": {
            "name": who.display_name,
            "role": role,
            "places_url": url_for("identity.memberships"),
            "sign_out_url": url_for("identity.sign_out"),
            "languages": [(code, name) for code, name in LANGUAGES.items() if code != who.language],
            "language_url": url_for("identity.language"),
            # What answers a form has no address of its own to come back to.
            "here": request.path if request.method == "GET" else url_for("home"),
        },
    }


def install_navigation(app: Flask) -> None:
    """Hand every page who is at work, their rail, search, primary act and menu."""
    app.context_processor(_shell)
