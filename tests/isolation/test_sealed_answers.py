"""An answer to a sealed question is legible to nobody without the key, in its own row alone."""

import pytest
from sqlalchemy import Engine, text

from clais.encryption import Keyring
from tests.support.federation import Federation
from tests.support.instruments import a_centre
from tests.support.referrals import a_person
from tests.tenants.questionnaires.rooms import Room
from tests.tenants.questionnaires.test_fillings import HEALTH

WORD = "Zkwalonie"


def a_room(federation: Federation) -> Room:
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator").browser()
    centre = a_centre(federation, "Mon avis", "avis", kind="self_assessment")
    room = Room(centre, agent, agent.browser(), coordinator, a_person(agent).id)
    room.adopt(HEALTH)
    return room


def is_legible(superuser: Engine, room: Room) -> bool:
    """Whether the word stands anywhere in the rows of the answers of its platform."""
    filling = room.begin()
    room.answer(filling, "sante", f"Le mot {WORD} reste entre nous")
    found = "SELECT count(*) FROM instrument_answer a WHERE a.tenant_id = :tenant AND (a.value::text LIKE :word OR "
    found += "position(convert_to(:plain, 'UTF8') IN coalesce(a.sealed, ''::bytea)) > 0)"
    facts = {"tenant": room.agent.tenant.id, "word": f"%{WORD}%", "plain": WORD}
    with superuser.connect() as connection:
        return bool(connection.execute(text(found), facts).scalar_one())


def test_the_rows_do_not_tell(federation: Federation, superuser: Engine) -> None:
    assert not is_legible(superuser, a_room(federation))


def test_without_the_seal_they_do(federation: Federation, superuser: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keyring, "encrypt", lambda _self, words, **_place: words.encode())
    assert is_legible(superuser, a_room(federation))


def test_in_another_row_it_opens_for_nobody_and_nothing_is_written_over_it(
    federation: Federation, superuser: Engine
) -> None:
    room = a_room(federation)
    fillings = [room.begin()]
    room.answer(fillings[0], "sante", f"Premier {WORD}")
    room.person = a_person(room.agent, "Lambert", "Jean").id
    fillings.append(room.begin())
    room.answer(fillings[1], "sante", f"Second {WORD}")
    swap = "UPDATE instrument_answer a SET sealed = b.sealed FROM instrument_answer b "
    swap += "WHERE (a.filling_id, b.filling_id) IN ((:one, :two), (:two, :one))"
    with superuser.begin() as connection:
        assert connection.execute(text(swap), dict(zip(("one", "two"), fillings, strict=True))).rowcount == 2
    page = room.text(f"/{fillings[1]}")
    assert WORD not in page
    assert "n'a pas pu être lue" in page
    told = room.answer(fillings[1], "sante", "Autre chose", seen=1, status=409)
    assert "reste telle quelle" in told["errors"][0]
    room.finish(fillings[1])
    assert WORD not in room.text(f"/{fillings[1]}")
