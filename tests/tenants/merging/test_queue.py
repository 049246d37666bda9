"""The coordinator's queue of files that look like one person's: found after a card is written, decided one by one."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select, text

from clais.database import new_id
from tenants.merging import pairs
from tenants.merging.jobs import find_duplicates, next_to_compare_at
from tenants.merging.models import ProbableDuplicate
from tenants.people.matching.keys import write_keys
from tenants.people.models import Person
from tenants.people.queries import probable_duplicates
from tenants.people.standing import tell_apart
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person
from tests.support.statements import shapes
from tests.tenants.merging.files import coordinator, merged, taken_back
from tests.tenants.merging.test_pages import pair
from tests.tenants.people.newcomers import words

QUEUE = "/doublons"
COMPARED = r'href="/[\w-]+(/personnes/[\w-]+/fusion/[\w-]+\?back=queue)"'


def compared(member: Member) -> int:
    """Let the job of the worker do all that it has to do; gives how many files it compared."""
    with member.federation.app.app_context():
        done = 0
        while True:
            with member.at_work() as session:
                some = find_duplicates(session, member.actor)
                left = next_to_compare_at(session)
            done += some
            if left is None:
                return done


def found(member: Member) -> int:
    with member.at_work() as session:
        return session.scalar(select(func.count()).select_from(ProbableDuplicate)) or 0


def apart_of(compared: str) -> str:
    """The page on which the two files of a comparison are told apart."""
    return compared.replace("?", "/differents?")


def a_pair(member: Member) -> tuple[Person, Person]:
    files = pair(member)
    compared(member)
    return files


def test_two_files_that_look_alike_are_proposed_with_their_reasons_and_one_act_each(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = a_pair(member)
    a_person(member, "Vandenbroucke", "Achille", phone="+32470000001")
    compared(member)
    page = words(member.browser().get(QUEUE))
    assert "Sofia Marchetti · Sofia Marcheti" in page
    assert f"{kept.reference} · {other.reference}" in page
    assert "ême date de naissance" in page
    assert "Achille" not in page
    html = member.browser().get(QUEUE).get_data(as_text=True)
    assert f"/personnes/{kept.id}/fusion/{other.id}" in html
    assert f"/personnes/{kept.id}/fusion/{other.id}/differents?back=queue" in html


def test_what_is_told_apart_leaves_the_queue_and_comes_back_when_that_is_taken_back(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = a_pair(member)
    browser = member.browser()
    reason = {"because": "Deux cousines, vues ensemble.", "_submission": str(new_id())}
    path = f"/personnes/{kept.id}/fusion/{other.id}"
    assert browser.post(f"{path}/differents?back=queue", reason, status=303).location.endswith(QUEUE)
    done = words(browser.get(QUEUE))
    assert "il n'y en a plus à décider" in done
    assert f"{path}/reprise?back=queue" in done.split("Annuler", 1)[0], "the message takes the decision back"
    page = words(browser.get(QUEUE))
    assert "Aucun dossier ne semble en double" in page
    assert "Deux cousines, vues ensemble." in page.split("Déclarés différents récemment", 1)[1]
    with member.at_work() as session:
        for person in (kept, other):
            write_keys(session, session.get_one(Person, (person.tenant_id, person.id)), federation.keyring)
    compared(member)
    assert found(member) == 0, "compared again, they stay apart"
    browser.post(f"{path}/reprise", {"_submission": str(new_id())}, status=303)
    compared(member)
    page = words(browser.get(QUEUE))
    assert "Sofia Marchetti · Sofia Marcheti" in page
    assert "Déclarés différents récemment" not in page


def test_a_merged_file_is_in_no_pair_and_neither_are_two_whose_merge_was_taken_back(federation: Federation) -> None:
    member = coordinator(federation)
    made = merged(member, *a_pair(member))
    assert found(member) == 0
    compared(member)
    assert found(member) == 0
    taken_back(member, made)
    compared(member)
    assert found(member) == 0


def test_a_card_that_is_corrected_is_compared_again_and_no_other_is(federation: Federation) -> None:
    member = coordinator(federation)
    kept, other = a_pair(member)
    assert compared(member) == 0
    with member.at_work() as session:
        person = session.get_one(Person, (other.tenant_id, other.id))
        person.family_name, person.given_names, person.birth_date = "Ndiaye", "Ousmane", None
        person.phone = "+32470555555"
        write_keys(session, person, federation.keyring)
    assert "Marchetti" not in words(member.browser().get(QUEUE)), "the page reads the cards as they are now"
    assert compared(member) == 1
    assert found(member) == 0
    assert kept.id != other.id


def test_a_card_that_somebody_holds_is_left_for_later(federation: Federation) -> None:
    member = coordinator(federation)
    kept, _other = pair(member)
    with federation.app.app_context(), member.at_work() as writing:
        writing.scalars(select(Person).where(Person.id == kept.id).with_for_update(key_share=True)).one()
        with member.at_work() as session:
            assert find_duplicates(session, member.actor) == 0
    assert compared(member) == 2
    assert found(member) == 1


def test_a_card_that_is_saved_while_files_are_compared_waits_for_nothing_and_is_compared_again(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = coordinator(federation)
    kept, other = pair(member)

    def saved_meanwhile(session: Any, *args: Any, **named: Any) -> Any:
        matches = probable_duplicates(session, *args, **named)
        if named["excluding"] == other.id:
            with member.at_work() as saving:
                saving.execute(text("SET LOCAL lock_timeout = '1s'"))
                row = saving.get_one(Person, (kept.tenant_id, kept.id))
                row.phone = "+32470555555"
                write_keys(saving, row, federation.keyring)
        return matches

    monkeypatch.setattr(pairs, "probable_duplicates", saved_meanwhile)
    with federation.app.app_context(), member.at_work() as session:
        assert find_duplicates(session, member.actor) == 1
    monkeypatch.undo()
    assert compared(member) == 1


def test_after_each_decision_the_next_pair_is_there_and_a_merge_is_taken_back_from_the_message(
    federation: Federation,
) -> None:
    member = coordinator(federation)
    a_pair(member)
    for _file in range(2):
        a_person(member, "Wauthelet", "Monique")
    with member.at_work() as session:
        for person in session.scalars(select(Person)):
            write_keys(session, person, federation.keyring)
    compared(member)
    assert found(member) == 2
    browser = member.browser()
    first, second = dict.fromkeys(re.findall(COMPARED, words(browser.get(QUEUE))))
    page = words(browser.get(first))
    form = {"_version": re.findall(r'name="_version" value="([^"]+)"', page)[0], "_submission": str(new_id())}
    facts = dict.fromkeys(re.findall(r'name="(fact_\w+)"', page), "kept")
    assert browser.post(first, form | facts, status=303).location.endswith(second)
    page = words(browser.get(second))
    undo = re.findall(r'action="/[\w-]+(/fusions/[\w-]+/annulation)"', page)
    assert len(undo) == 1
    assert QUEUE in page
    reason = {"because": "Une mère et sa fille.", "_submission": str(new_id())}
    (path,) = re.findall(r'action="/[\w-]+(/personnes[^"]+/differents[^"]*)"', words(browser.get(apart_of(second))))
    answer = browser.post(path, reason, status=303)
    assert answer.location.endswith(QUEUE)
    browser.post(undo[0], {"_submission": str(new_id())}, status=303)
    compared(member)
    assert found(member) == 0, "what was merged and taken back is proposed no more"


def test_who_was_said_to_be_somebody_else_at_the_desk_is_still_proposed_with_what_was_said(
    federation: Federation,
) -> None:
    member = coordinator(federation)
    kept, other = pair(member)
    with member.at_work() as session:
        tell_apart(session, member.actor, kept.id, [other.id], "registered")
    compared(member)
    assert "a dit le" in words(member.browser().get(QUEUE))


def test_the_surest_come_first_page_by_page(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    member = coordinator(federation)
    monkeypatch.setattr(pairs, "PAGE", 1)
    for name in ("Jean-Marc", "Jean-Marie"):
        a_person(member, "Piret", name)
    twice = [a_person(member, "Wauthelet", "Monique") for _file in range(2)]
    with member.at_work() as session:
        for person in session.scalars(select(Person)):
            write_keys(session, person, federation.keyring)
    compared(member)
    with member.at_work() as session:
        strengths = [row.strength for row in session.scalars(select(ProbableDuplicate))]
    assert min(strengths) == 0
    assert len(strengths) > 1
    page = member.browser().get(QUEUE)
    assert f"{twice[0].reference} · {twice[1].reference}" in words(page)
    following = re.search(r"/doublons\?after=[\w=-]+", page.get_data(as_text=True))
    assert following is not None
    assert "Piret" in words(member.browser().get(following[0]))
    member.browser().get(f"{QUEUE}?after=forged", status=400)


@pytest.mark.parametrize("role", ["agent", "receptionist"])
def test_nobody_else_sees_the_queue(federation: Federation, role: str) -> None:
    member = coordinator(federation)
    a_pair(member)
    assert "Marchetti" in words(member.browser().get(QUEUE))
    refused = federation.member(federation.platform, role).browser().get(QUEUE, status=403)
    assert "Marchetti" not in words(refused)


def test_another_platform_has_its_own_queue(federation: Federation) -> None:
    member, foreign = coordinator(federation), federation.member(federation.other_platform, "coordinator")
    a_pair(member)
    a_person(foreign, "Marchetti")
    compared(foreign)
    assert found(member) == 1
    assert found(foreign) == 0
    assert "Marchetti" not in words(foreign.browser().get(QUEUE))


def test_a_queue_of_many_pairs_costs_as_many_statements_as_one_of_one(federation: Federation) -> None:
    member = coordinator(federation)
    a_pair(member)
    one = len(shapes(federation.engine, member.browser(), QUEUE))
    for number in range(5):
        pair(member, email=f"sofia{number}@example.be")
    compared(member)
    assert found(member) > 5
    assert len(shapes(federation.engine, member.browser(), QUEUE)) == one <= 9
