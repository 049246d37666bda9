"""The receiver of a referral sees the agreed facts and no others, and nothing once the consent is withdrawn or over."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from clais.clock import now
from clais.exchange.referrals.models import Parcel, Referral, ReferralEvent
from clais.sealing import seal, unseal
from clais.web.routing import Application
from tests.isolation.catalogue import faulty_site, instead
from tests.isolation.pages import crawl, starts
from tests.isolation.parties import AGREED, Sent, accepted_in
from tests.isolation.world import Visitor, routes

KEPT = re.compile(r"KEPT-\w+|kept@example\.be")


def lists(sent: Sent, visitor: Visitor, *, partials: bool = True) -> Iterator[tuple[str, str]]:
    """(address, text) of all that the receiver can reach without naming the person: every page there is, the lists
    with what they lead to, the searches. A planted fault shows on the pages, so that their parts may be left out.
    """
    inbox = visitor.address("routing.inbox")
    groups = (f"{inbox}?group={group}" for group in ("waiting", "running", "closed"))
    seats = visitor.address("routing.session_seats", session_id=sent.seats.id)
    for step in crawl(visitor, start=(*groups, seats, *starts(sent.world, visitor)), partials=partials):
        yield step.path, step.response.get_data(as_text=True)
    for search in (visitor.address("routing.search"), visitor.address("routing.propose")):
        for words in ("marchetti", "sofia", "marcheti", sent.referral.reference):
            answer = visitor.ask("POST", search, {"q": words}).get_data(as_text=True)
            yield f"{search} {words}", answer.replace(words, "WORDS")


def own_pages(sent: Sent, visitor: Visitor) -> dict[str, str]:
    """The addresses of the referral and of the record made of it."""
    return {
        "referral": visitor.address("routing.show", referral_id=sent.referral.id),
        "participant": visitor.address("routing.participant", participant_id=sent.participant_id),
    }


def check_fields(sent: Sent, *, partials: bool = True) -> list[str]:
    """Agreed facts that a page of the person does not show, and others that stand somewhere."""
    visitor = sent.visitor(sent.officer)
    problems = []
    shown = [(path, visitor.ask("GET", path).get_data(as_text=True)) for path in own_pages(sent, visitor).values()]
    for path, words in shown:
        problems += [f"{path}: {code} not seen" for code in AGREED if f"AGREED-{code}" not in words]
    for path, words in [*shown, *lists(sent, visitor, partials=partials)]:
        problems += [f"{path}: {found}" for found in KEPT.findall(words)]
    return sorted(set(problems))


def test_the_receiver_sees_the_agreed_fields_and_no_other(sent: Sent) -> None:
    assert check_fields(sent) == []


def test_a_parcel_that_holds_more_is_found_on_its_page(sent: Sent) -> None:
    keyring = sent.world.app.extensions["clais"].keyring
    with Session(sent.world.superuser) as session:
        parcel = session.scalars(select(Parcel).where(Parcel.referral_id == sent.referral.id)).one()
        more = {"schooling": {"label": "Diplôme", "value": "x", "text": "KEPT-schooling"}}
        facts = unseal(keyring, parcel) | more
        parcel.sealed = seal(keyring, facts, table="parcel", tenant_id=parcel.tenant_id, row_id=parcel.id)
        session.commit()
    page = own_pages(sent, sent.visitor(sent.officer))["referral"]
    assert check_fields(sent, partials=False) == [f"{page}: KEPT-schooling"]


def withdraw(sent: Sent) -> None:
    """The person takes the agreement back: the agent says so on the sender's page."""
    visitor = sent.visitor(sent.agent)
    answer = visitor.ask("POST", visitor.address("referrals.withdrawal", referral_id=sent.referral.id))
    assert answer.status_code == 303


def expire(sent: Sent) -> None:
    """The day until which was agreed has passed, and no job has run since."""
    crossing: tuple[tuple[Any, Any], ...] = (
        (Referral, Referral.id),
        (Parcel, Parcel.referral_id),
        (ReferralEvent, ReferralEvent.referral_id),
    )
    ended = now() - timedelta(seconds=1)
    with sent.world.superuser.begin() as connection:
        for table, key in crossing:
            over = update(table).where(key == sent.referral.id).values(consent_until=ended)
            assert connection.execute(over).rowcount >= 1


def routes_about_the_person(sent: Sent, visitor: Visitor) -> Iterator[tuple[str, str]]:
    """(method, path) of every route of pages and API that the receiver may use and that names the person. Pages come
    first: an act that is accepted may end what the next page would show.
    """
    names: dict[str, Any] = {"referral_id": sent.referral.id}
    if sent.taken_in:
        names["participant_id"] = sent.participant_id
    for route in sorted(routes(visitor.app), key=lambda route: route.method):
        # The receiver never opens the sender's pages of a referral: test_routes.py tries those.
        theirs = names.keys() & set(route.id_arguments) and not route.rule.endpoint.startswith("referrals.")
        if theirs and sent.world.may(visitor.role, route.permission or ""):
            for noun in sorted(getattr(route.rule._converters.get("noun"), "items", ("",))):
                yield route.method, route.path(visitor.slug, names | {"noun": noun})


def check_gone(sent: Sent, *, partials: bool = True) -> list[str]:
    """Where the receiver still meets the person: in a list or a search, on a page of theirs, by an act upon them."""
    visitor = sent.visitor(sent.officer)
    traces = [str(sent.referral.id), *([str(sent.participant_id)] if sent.taken_in else [])]
    person = re.compile("|".join([r"AGREED-\w+", "Marchetti", r"KEPT-\w+", *traces]))
    problems = [
        f"{path}: {found}" for path, words in lists(sent, visitor, partials=partials) for found in person.findall(words)
    ]
    for method, path in routes_about_the_person(sent, visitor):
        answer = visitor.ask(method, path)
        # It says that the agreement is over, to who had it; of the person it says nothing.
        problems += [f"{method} {path}: {answer.status_code}"] if answer.status_code not in {404, 410} else []
        about = person.findall(answer.get_data(as_text=True).replace(path, "the address that was asked for"))
        problems += [f"{method} {path}: {found}" for found in about]
    return sorted(set(problems))


def places_of(sent: Sent) -> set[str]:
    """Every place where the receiver meets the person while the consent stands."""
    visitor = sent.visitor(sent.officer)
    inbox, address = visitor.address("routing.inbox"), visitor.address
    asked = {f"{method} {path}" for method, path in routes_about_the_person(sent, visitor)}
    if not sent.taken_in:
        return asked | {f"{inbox}?group=waiting"}
    seats, search = address("routing.session_seats", session_id=sent.seats.id), address("routing.search")
    return asked | {
        f"{inbox}?group=running", address("routing.participants"), seats, f"{search} marchetti", f"{search} sofia",
        f"{search} {sent.referral.reference}", f"{address('routing.propose')} marcheti",
    }  # fmt: skip


def places_in(problems: list[str]) -> set[str]:
    """Where they were."""
    return {problem.partition(": ")[0] for problem in problems}


ENDINGS = pytest.mark.parametrize("ending", [withdraw, expire])


@ENDINGS
def test_once_the_consent_is_over_nothing_is_left(ending: Callable[[Sent], None], sent: Sent) -> None:
    ending(sent)
    assert check_gone(sent) == []


@ENDINGS
def test_once_the_consent_is_over_nothing_is_left_to_answer(ending: Callable[[Sent], None], waiting: Sent) -> None:
    ending(waiting)
    assert check_gone(waiting) == []


def test_a_referral_that_stays_is_found_at_each_of_its_places(sent: Sent) -> None:
    assert places_of(sent) <= places_in(check_gone(sent, partials=False))


def test_a_referral_that_stays_to_be_answered_is_found_at_each_of_its_places(waiting: Sent) -> None:
    assert places_of(waiting) <= places_in(check_gone(waiting, partials=False))


BOTH = "tenant_id = current_setting('app.tenant_id')::uuid OR to_tenant_id = current_setting('app.tenant_id')::uuid"
FORGETFUL = "".join(
    instead(table, "ALL", BOTH, BOTH) for table in ("referral", "parcel", "referral_event", "referral_message")
)
"""Planted: who sent and who received are asked, the consent is not."""


@ENDINGS
def test_a_floor_that_forgets_the_consent_is_found(
    ending: Callable[[Sent], None], app: Application, superuser: Engine
) -> None:
    with faulty_site(app, superuser, FORGETFUL) as broken:
        sent = accepted_in(broken)
        ending(sent)
        pages = own_pages(sent, sent.visitor(sent.officer)).values()
        assert {f"GET {page}" for page in pages} <= places_in(check_gone(sent, partials=False))
