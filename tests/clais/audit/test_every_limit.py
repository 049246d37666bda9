"""Every limit of the house bites. Without its guard the same acts go on, so that each test could fail."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pytest

from clais.database import ScopedSession
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.models import Referral
from clais.exchange.training.checking import check_number
from clais.identity import sign_in as signing_in
from clais.identity.devices import new_device_cookie
from clais.identity.failures import TooManyAttempts
from clais.identity.resets import ask_reset
from clais.limits import LimitReached, Limits, Pauses, Typing
from clais.web.routing import Application
from tenants.people import actions as people
from tenants.people.models import Person
from tests.architecture.sources import Source, read, sources
from tests.clais.exchange.referrals.test_announcements import mails_of, run
from tests.clais.exchange.referrals.test_many_messages import wrote
from tests.clais.identity.test_forgotten_password import mails
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme, referral_in

AS_OFTEN = 2
"""How often each act is let through here, or once."""
NOBODY = "85.07.{number:02}-033.28"
INCOMPLETE = {"family_name": "Delcourtois", "given_names": "Karim", "birth_date": "12/03/1990", "sex": "man"}


@dataclass
class Abuse:
    """A member, and what each act needs."""

    member: Member
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def app(self) -> Application:
        return self.member.federation.app

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What all acts of a test share."""
        if name not in self.given:
            self.given[name] = make()
        return self.given[name]

    def ask(self, method: str, path: str, **form: str) -> bool:
        """Whether a page is not refused for its number; taken whole, as a browser does."""
        browser = self.once("browser", self.member.browser)
        answer = browser.client.get(browser.url(path)) if method == "GET" else browser.post(path, form)
        with answer:
            answer.get_data()
            return bool(answer.status_code != 429)

    def acts(self, act: Callable[[ScopedSession], object]) -> bool:
        """Whether an act is not refused for its number."""
        try:
            with self.member.at_work() as session:
                session.info["limits"] = self.app.extensions["clais"].limits
                act(session)
        except LimitReached:
            return False
        return True

    def signs_in(self, email: str, address: str, device: str = "") -> bool:
        """Whether a wrong password is looked at."""
        try:
            signing_in.sign_in(self.app.extensions["clais"], email, "faux", address, device)
        except TooManyAttempts:
            return False
        return True


def write_message(abuse: Abuse, _number: int) -> bool:
    agent = abuse.member
    referral: Referral = abuse.once(
        "referral", lambda: a_referral(agent, a_person(agent), *a_scheme(agent.federation.officer()))
    )
    return abuse.ask("POST", f"/relais/{referral.id}/messages", text="Peut-elle venir mardi ?")


def send_referral(abuse: Abuse, number: int) -> bool:
    agent = abuse.member
    person, scheme = a_person(agent, f"Bosco{'abcd'[number]}"), a_scheme(agent.federation.officer())
    return abuse.acts(lambda session: referral_in(session, agent, person, *scheme))


def guess_by_a_card(abuse: Abuse, number: int) -> bool:
    """A card that is taken says that nobody else is meant."""
    agent, known = abuse.member, abuse.once("person", lambda: a_person(abuse.member))
    phone, keyring = f"+3247500002{number}", agent.federation.keyring

    def edit(session: ScopedSession) -> None:
        person = session.get_one(Person, (known.tenant_id, known.id))
        people.edit(session, agent.actor, person, {"phone": phone}, person.version, keyring)

    return abuse.acts(edit)


def show_number(abuse: Abuse, _number: int) -> bool:
    known, keyring = abuse.once("person", lambda: a_person(abuse.member)), abuse.member.federation.keyring
    return abuse.acts(
        lambda session: people.read_number(session, session.get_one(Person, (known.tenant_id, known.id)), keyring)
    )


def export_list(abuse: Abuse, _number: int) -> bool:
    abuse.once("person", lambda: a_person(abuse.member))
    return abuse.ask("POST", "/personnes/export/csv")


def open_file(abuse: Abuse, _number: int) -> bool:
    return abuse.ask("GET", f"/personnes/{a_person(abuse.member).id}")


def look_at_list(abuse: Abuse, _number: int) -> bool:
    abuse.once("person", lambda: a_person(abuse.member))
    return abuse.ask("GET", "/personnes")


def search_in_vain(abuse: Abuse, number: int) -> bool:
    return abuse.ask("POST", "/personnes/recherche", q=NOBODY.format(number=number))


def type_in_vain(abuse: Abuse, number: int) -> bool:
    return abuse.ask("POST", "/personnes/recherche/propositions", q=NOBODY.format(number=number))


def compare_in_vain(abuse: Abuse, number: int) -> bool:
    return abuse.ask("POST", "/accueil/doublons", **(INCOMPLETE | {"birth_date": f"{number + 1:02}/03/1990"}))


def try_an_account(abuse: Abuse, number: int) -> bool:
    return abuse.signs_in(abuse.member.email, f"2001:db8:1::{number + 1}")


def try_in_a_known_browser(abuse: Abuse, number: int) -> bool:
    email, secret = abuse.member.email, abuse.app.extensions["clais"].secret
    device = abuse.once("device", lambda: new_device_cookie(secret, email))
    return abuse.signs_in(email, f"2001:db8:2::{number + 1}", device)


def try_from_one_address(abuse: Abuse, number: int) -> bool:
    tag = abuse.member.federation.tag
    return abuse.signs_in(f"personne.{number}.{tag}@example.be", f"2001:db8:3::{tag[:4]}")


def guess_a_certificate(abuse: Abuse, number: int) -> bool:
    tag = abuse.member.federation.tag
    try:
        check_number(abuse.app.extensions["clais"], f"AAAA-{number:04}-ZZZZ", f"2001:db8:6::{tag[:4]}")
    except TooManyAttempts:
        return False
    return True


def fill_a_mailbox(abuse: Abuse, number: int) -> bool:
    before = len(mails(abuse.member))
    ask_reset(abuse.app.extensions["clais"], abuse.member.email, f"2001:db8:4::{number + 1}", "browser")
    return len(mails(abuse.member)) > before


def ask_for_everyone(abuse: Abuse, number: int) -> bool:
    tag = abuse.member.federation.tag
    try:
        ask_reset(
            abuse.app.extensions["clais"], f"autre.{number}.{tag}@example.be", f"2001:db8:5::{tag[:4]}", "browser"
        )
    except TooManyAttempts:
        return False
    return True


def have_mails_sent(abuse: Abuse, _number: int) -> bool:
    agent, federation = abuse.member, abuse.member.federation
    officer: Member = abuse.once("officer", federation.officer)
    if "told" not in abuse.given:
        abuse.given["told"] = a_referral(agent, a_person(agent), *a_scheme(officer))
        run(federation, federation.support_centre, announce)
    before = len(mails_of(officer))
    wrote(agent, abuse.given["told"], 1)
    run(federation, federation.support_centre, announce)
    return len(mails_of(officer)) > before


def nothing(*_given: object, **_named: object) -> None:
    """Instead of a guard that refuses."""


def none_yet(*_given: object) -> int:
    """Instead of a guard that counts."""
    return 0


def nobody(*_given: object) -> set[object]:
    """Instead of a guard that knows whom a line stands for."""
    return set()


@dataclass(frozen=True)
class Limit:
    """An act that has a limit, the guard that holds it, and what stands there when it is taken out."""

    act: Callable[[Abuse, int], bool]
    guard: str
    without: Callable[..., object] = nothing
    times: int = AS_OFTEN
    also: tuple[str, ...] = ()
    """Guards that hold the same act a second time."""


SHOWN, COMPARED = "clais.web.routing.hold_what_is_shown", "tenants.people.matching.check.hold_to_limit"
TRIES, MAILS = "clais.identity.sign_in.recent_failures", "clais.identity.resets.recent_failures"
LIMITS = {
    "messages": Limit(write_message, "clais.exchange.referrals.actions.hold_to_limit"),
    "referrals": Limit(send_referral, "clais.exchange.referrals.sending.hold_to_limit"),
    "numbers": Limit(show_number, "tenants.people.actions.hold_to_limit"),
    "exports": Limit(export_list, "tenants.caseload.actions.hold_to_limit"),
    "files": Limit(open_file, SHOWN),
    "lists": Limit(look_at_list, SHOWN),
    "searches in vain": Limit(search_in_vain, SHOWN),
    "searches in vain while typing": Limit(type_in_vain, SHOWN),
    "comparisons in vain": Limit(compare_in_vain, SHOWN, also=(COMPARED,)),
    "comparisons by cards": Limit(guess_by_a_card, COMPARED),
    "tries for an account": Limit(try_an_account, TRIES, none_yet),
    "tries in a known browser": Limit(try_in_a_known_browser, TRIES, none_yet),
    "tries from an address": Limit(try_from_one_address, TRIES, none_yet),
    "guesses of a certificate": Limit(
        guess_a_certificate, "clais.exchange.training.checking.recent_failures", none_yet
    ),
    "forgotten passwords of an account": Limit(fill_a_mailbox, MAILS, none_yet),
    "forgotten passwords from an address": Limit(ask_for_everyone, MAILS, none_yet),
    "mails about messages": Limit(
        have_mails_sent, "clais.exchange.referrals.announcing.unread_messages", nobody, times=1
    ),
}


@pytest.fixture
def abuse(app: Application, federation: Federation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Abuse]:
    """A coordinator of an installation with limits that a test reaches."""
    sound = app.extensions["clais"]
    few = Limits(**{one.name: AS_OFTEN for one in fields(Limits)})
    app.extensions["clais"] = replace(sound, limits=few, pauses=Pauses(), typing=Typing())
    for module in ("sign_in", "resets"):
        for name in ("MAXIMUM_FAILURES_PER_ACCOUNT", "MAXIMUM_FAILURES_PER_ADDRESS", "MAXIMUM_MAILS_PER_ACCOUNT"):
            monkeypatch.setattr(f"clais.identity.{module}.{name}", AS_OFTEN, raising=False)
    monkeypatch.setattr("clais.exchange.training.checking.MAXIMUM_FAILURES_PER_ADDRESS", AS_OFTEN)
    yield Abuse(federation.member(federation.platform, "coordinator"))
    app.extensions["clais"] = sound


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_bites(name: str, abuse: Abuse) -> None:
    limit = LIMITS[name]
    outcomes = [limit.act(abuse, number) for number in range(limit.times + 2)]
    assert outcomes == [True] * limit.times + [False, False]


@pytest.mark.parametrize("name", LIMITS)
def test_without_its_guard_nothing_bites(name: str, abuse: Abuse, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = LIMITS[name]
    for guard in (limit.guard, *limit.also):
        monkeypatch.setattr(guard, limit.without)
    assert all(limit.act(abuse, number) for number in range(limit.times + 2))


GUARDS = {"hold_to_limit", "hold_what_is_shown", "recent_failures"}


def guarded(found: tuple[Source, ...]) -> set[str]:
    """Where the guards are called: module and name."""
    return {
        f"{source.module}.{call.func.id}"
        for source in found
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in GUARDS
    }


def test_no_limit_of_the_code_is_forgotten_here() -> None:
    assert guarded(sources()) - {limit.guard for limit in LIMITS.values()} == set()
    assert {one.name for one in fields(Limits)} <= set(LIMITS)


def test_a_limit_that_nobody_tests_is_found() -> None:
    planted = read("def lend(session):\n    hold_to_limit(session, 'books')\n")
    assert guarded((*sources(), planted)) - {limit.guard for limit in LIMITS.values()} == {
        f"{planted.module}.hold_to_limit"
    }
