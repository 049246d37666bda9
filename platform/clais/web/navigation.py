"""The rail: the links that a member may open, and the number of items that wait there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from sqlalchemy import Select, select

from clais.actor import Actor
from clais.catalogues import LANGUAGES
from clais.database import built_once, new_id
from clais.feature import composition
from clais.feature.handling import Anyone
from clais.feature.navigation import RailEntry
from clais.identity.roles import ROLES
from clais.translation import gettext
from clais.web.context import database

ON_A_PHONE = 5
"""So many entries stand side by side on a phone, beside the one that opens the others."""


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    icon: str
    url: str
    current: bool
    count: int
    wide: bool


def links(who: Actor) -> list[Link]:
    """The rail of `who`, in order, with the place where they are marked."""
    entries_with_urls = [
        (entry, url_for(entry.endpoint))
        for entry in composition().rail
        if who.may(entry.permission) and who.tenant_kind in entry.kinds
    ]
    current = _current_entry(entries_with_urls)
    counts = _waiting_counts([entry for entry, _url in entries_with_urls], who)
    at_the_thumb = [entry for entry, _url in entries_with_urls if not entry.wide][:ON_A_PHONE]
    return [
        Link(
            label=gettext(entry.label),
            icon=entry.icon,
            url=url,
            current=entry is current,
            count=counts.get(entry.endpoint, 0),
            wide=entry not in at_the_thumb,
        )
        for entry, url in entries_with_urls
    ]


def _waiting_counts(entries: list[RailEntry], who: Actor) -> dict[str, int]:
    """Endpoint → number of waiting items, read in one statement for the whole rail."""
    counted = tuple(entry for entry in entries if entry.count)
    if not counted:
        return {}
    ids = {"here": who.tenant_id, "member": who.membership_id}
    return database().execute(_counts(counted, who.permissions), ids).one()._asdict()


@built_once
def _counts(counted: tuple[RailEntry, ...], permissions: frozenset[str]) -> Select[*tuple[int, ...]]:
    reader = Anyone(permissions)
    built = {entry.endpoint: entry.count(reader) for entry in counted if entry.count}
    return select(*(query.label(endpoint) for endpoint, query in built.items() if query is not None))


def _current_entry(entries_with_urls: list[tuple[RailEntry, str]]) -> RailEntry | None:
    """The entry of the current page: the longest URL that is a prefix of the path, or the last entry of its feature."""
    ancestors = [(len(url), entry) for entry, url in entries_with_urls if f"{request.path}/".startswith(f"{url}/")]
    if ancestors:
        return max(ancestors, key=lambda pair: pair[0])[1]
    same_feature = [entry for entry, _url in entries_with_urls if entry.endpoint.partition(".")[0] == request.blueprint]
    return same_feature[-1] if same_feature else None


def _search(who: Actor) -> dict[str, str | None]:
    search = next((search for search in composition().searches if who.may(search.permission)), None)
    if search is None or not who.tenant_slug:
        return {"search_url": None, "search_proposals_url": None}
    return {"search_url": url_for(search.endpoint), "search_proposals_url": url_for(search.proposals)}


def _primary_act(who: Actor) -> dict[str, str] | None:
    act = next((act for act in composition().primary_acts if who.may(act.permission)), None)
    if act is None or not who.tenant_slug:
        return None
    return {"label": gettext(act.label), "url": url_for(act.endpoint)}


class Rail:
    """The links of the rail, loaded at the first use: a partial does not show them."""

    def __init__(self, who: Actor | None) -> None:
        self.who = who
        self.links: list[Link] | None = None

    def __iter__(self) -> Iterator[Link]:
        if self.links is None:
            self.links = links(self.who) if self.who and self.who.tenant_slug else []
        return iter(self.links)


def new_submission() -> str:
    """A new key for a blank form, so that sending it twice saves it once."""
    return str(new_id())


def _page_context() -> dict[str, Any]:
    who: Actor | None = g.get("actor")
    shared = {"actor": who, "navigation": Rail(who), "new_submission": new_submission}
    if who is None:
        return shared
    label = ROLES.get(who.role)
    role = gettext(label) if label else ""
    return shared | {
        "place": {"name": who.tenant_name, "subtitle": who.organisation or role} if who.tenant_slug else None,
        **_search(who),
        "primary_act": _primary_act(who),
        "user_menu": {
            "name": who.display_name,
            "role": role,
            "places_url": url_for("account.memberships"),
            "sign_out_url": url_for("account.sign_out"),
            "languages": [(code, name) for code, name in LANGUAGES.items() if code != who.language],
            "language_url": url_for("account.language"),
            # The URL of a POST cannot be opened again.
            "current_path": request.path if request.method == "GET" else url_for("home"),
        },
    }


def install_navigation(app: Flask) -> None:
    """Give every template the actor, the rail, the search, the primary action and the user menu."""
    app.context_processor(_page_context)
