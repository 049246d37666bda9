"""Password rules: long enough, not known, not about the person; nothing about its composition."""

import os
import string
import subprocess
import sys
from collections.abc import Iterator

import argon2
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from clais.database import Scope, unit_of_work
from clais.identity.invitations import accept_invitation, invite
from clais.identity.models import UserAccount
from clais.identity.passwords import (
    A_ROW,
    CONTEXT_WORDS,
    MAXIMUM_LENGTH,
    MINIMUM_LENGTH,
    OF_THE_HOUSE,
    TOO_COMMON,
    TOO_LONG,
    TOO_SHORT,
    hash_password,
    needs_rehash,
    password_problem,
    verify_password,
)
from clais.registry.models import Municipality
from tests.support.federation import Federation
from tests.support.passwords import OF_NOBODY, REAL, use

REFUSED = {TOO_COMMON, A_ROW, OF_THE_HOUSE}
WORDS = st.lists(st.text(string.ascii_lowercase, min_size=4, max_size=9), min_size=4, max_size=6, unique=True)


@given(st.text(max_size=MINIMUM_LENGTH - 1))
def test_a_short_one_is_refused_whatever_it_holds(password: str) -> None:
    assert password_problem(password) == TOO_SHORT


@given(st.text(min_size=MAXIMUM_LENGTH + 1, max_size=MAXIMUM_LENGTH + 50))
def test_a_very_long_one_is_refused(password: str) -> None:
    assert password_problem(password) == TOO_LONG


@given(WORDS)
def test_a_sentence_of_plain_words_is_enough(words: list[str]) -> None:
    password = " ".join(words)
    assume(len(set(password)) >= 8)
    assume(not any(word in password.replace(" ", "") for word in CONTEXT_WORDS))
    assert password_problem(password) is None


@given(st.sampled_from("abc01. "), st.integers(MINIMUM_LENGTH, MAXIMUM_LENGTH))
def test_one_sign_over_and_over_is_refused(sign: str, length: int) -> None:
    assert password_problem(sign * length) in {TOO_COMMON, A_ROW}


@pytest.mark.parametrize(
    "password",
    [
        "Farciennes2026!", "Namur2026Namur", "Anderlecht2026", "liege4000liege", "Liège-Liège-2026", "Standard1898!",
        "administrateur", "conseillere2026", "loulou2026!!!", "CPAS de Charleroi", "LaLouvière7100",
    ],
)  # fmt: skip
def test_a_place_or_a_word_of_french_with_a_year_is_refused(password: str) -> None:
    places = ("Farciennes", "Namur", "Anderlecht", "Liège", "Charleroi", "La Louvière")
    assert password_problem(password, *places) in REFUSED


@pytest.mark.parametrize(
    "password", ["le train de Thuin part à midi", "mon vélo rouge à Namur grince", "Ath et pluie fine"]
)
def test_a_sentence_with_a_place_in_it_is_enough(password: str) -> None:
    assert password_problem(password, "Thuin", "Namur", "Ath") is None


def test_the_places_of_the_country_are_tried_when_a_password_is_chosen(federation: Federation, engine: Engine) -> None:
    with unit_of_work(engine, Scope(administers=True)) as session:
        session.merge(Municipality(nis_code="52018", name_french="Farciennes", name_dutch=None))
    account = federation.agent().membership.user_id
    with unit_of_work(engine, Scope(user_id=account)) as session:
        token = invite(session, session.get_one(UserAccount, account))
    services = federation.app.extensions["clais"]
    assert accept_invitation(services, token, "Farciennes2026!") == OF_THE_HOUSE


@given(st.sampled_from(CONTEXT_WORDS), st.text(string.digits + "!?.-_", min_size=6, max_size=14))
def test_a_word_of_this_house_with_numbers_is_refused(word: str, tail: str) -> None:
    password = f"{word}{tail}".ljust(MINIMUM_LENGTH, "1")
    assert password_problem(password) in REFUSED
    assert password_problem(password.upper()) in REFUSED


@pytest.mark.parametrize("password", ["Lambert-Nadia1985", "nadia.lambert@example.be", "LAMBERT lambert 12"])
def test_ones_own_name_and_address_are_refused(password: str) -> None:
    assert password_problem(password, "Nadia Lambert", "nadia.lambert@example.be") == OF_THE_HOUSE


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("passwordpassword", TOO_COMMON),
        ("qwertyuiop123", TOO_COMMON),
        ("abcdefghijkl", A_ROW),
        ("zyxwvutsrqpo", A_ROW),
        ("12345678901234", A_ROW),
        ("qsdfghjklm12", A_ROW),
        ("aaaabbbbcccc", A_ROW),
        ("03/04/1988 88", A_ROW),
        ("motdepasse123", TOO_COMMON),
        ("Charleroi2026!", OF_THE_HOUSE),
        ("bienvenue-2026", OF_THE_HOUSE),
        ("Belgique2026!", OF_THE_HOUSE),
        ("jesuisunagent", OF_THE_HOUSE),
        ("Printemps2026!", OF_THE_HOUSE),
        ("Novembre-2026!!", TOO_COMMON),
    ],
)
def test_what_an_attacker_tries_first_is_refused_with_its_reason(password: str, reason: str) -> None:
    assert password_problem(password) == reason


EXCHANGES = ["o0", "e3", "a4", "a@", "s5", "s$", "t7", "b8", "i1", "l1", "i!"]


@pytest.mark.parametrize(
    "password",
    [
        "B3lgique2026!", "ch@rleroi2026", "S0leil2026!!", "MotDeP@sse2026", "8elgique 15.08.1988", "belgiqu32026",
        "Char1eroi-2026", "P@ssw0rd2026", "P4$$w0rd!2026", "v3ndr3d! 12345", "$0c1al-2026-2026", "je suis 4gent 2026",
        "F@rcienn3s2026!", "L@mb3rt-N4dia1985", "b0nj0urb0nj0ur", "pr1nc3sse 31415926",
    ],
)  # fmt: skip
def test_signs_for_letters_change_nothing(password: str) -> None:
    assert password_problem(password, "Farciennes", "Nadia Lambert") in REFUSED


@given(st.sampled_from(CONTEXT_WORDS), st.sampled_from(EXCHANGES), st.text(string.digits, min_size=6, max_size=10))
def test_no_exchanged_letter_lets_a_word_of_this_house_through(word: str, exchange: str, year: str) -> None:
    letter, sign = exchange[0], exchange[1]
    assume(letter in word)
    password = f"{word.replace(letter, sign)}{year}".ljust(MINIMUM_LENGTH, "1")
    assert password_problem(password) in REFUSED


@pytest.mark.parametrize(
    "password",
    ["le tr@in de Thuin part a m1di", "un ch3val dort assis au s0leil", "mon v3lo rouge grince", "0uistiti-vert-9",
     "3 pommes 4 poires 5 noix", "kV7$q0z!Lw3p@x"],
)  # fmt: skip
def test_a_sentence_with_signs_or_numbers_in_it_is_enough(password: str) -> None:
    assert password_problem(password, "Thuin", "Farciennes") is None


@pytest.mark.parametrize("password", ["le train de Thuin part à midi", "un cheval dort assis", "ouistiti-vert-9"])
def test_a_short_sentence_is_accepted(password: str) -> None:
    assert password_problem(password) is None


@pytest.fixture(scope="module")
def real_hashes() -> Iterator[None]:
    """Passwords hashed as the application does, and not as cheaply as in other tests."""
    with pytest.MonkeyPatch.context() as patch:
        use(patch, REAL)
        yield


@pytest.mark.usefixtures("real_hashes")
@settings(max_examples=3, deadline=None)
@given(st.text(min_size=MINIMUM_LENGTH, max_size=40), st.text(min_size=MINIMUM_LENGTH, max_size=40))
def test_a_hash_fits_its_password_and_no_other(password: str, other: str) -> None:
    assume(password != other)
    stored = hash_password(password)
    assert stored.startswith("$argon2id$")
    assert password not in stored
    assert stored != hash_password(password)
    assert verify_password(stored, password)
    assert not verify_password(stored, other)
    assert not needs_rehash(stored)


def test_a_process_of_the_application_hashes_as_dearly_as_owasp_asks_whatever_its_environment_says() -> None:
    """OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB and two rounds at least. Tests alone hash cheaply."""
    command = "from clais.identity.passwords import hash_password; print(hash_password('x'))"
    environment = {**os.environ, "CLAIS_DEMO": "yes", "CI": "yes", "PYTEST_VERSION": "9"}
    made = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True, env=environment
    ).stdout.strip()
    costs = argon2.extract_parameters(made)
    assert (costs.type, costs.memory_cost >= 19 * 1024, costs.time_cost >= 2) == (argon2.Type.ID, True, True)
    assert costs == argon2.extract_parameters(REAL.hash("x"))


def test_who_has_no_account_waits_as_long_as_who_has() -> None:
    assert argon2.extract_parameters(OF_NOBODY) == argon2.extract_parameters(REAL.hash("x"))
    # It is one that is really verified: a text that is no hash would be refused at once.
    assert REAL.verify(OF_NOBODY, "no account has this password")


def test_no_account_has_no_password() -> None:
    assert not verify_password(None, "no account has this password")
    assert not verify_password("not a hash", "x")


@pytest.mark.usefixtures("real_hashes")
def test_a_weaker_hash_is_made_anew() -> None:
    assert needs_rehash("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$Y2F2ZQ")
