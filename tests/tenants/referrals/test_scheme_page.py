"""The page of a scheme says by which conditions people are judged, before anybody is chosen."""

import html
from datetime import timedelta

from clais.clock import today
from clais.exchange.publications.models import Scheme
from support_center.eligibility import actions
from support_center.eligibility.queries import conditions_of
from tests.support.eligibility import a_rule, drafted, published
from tests.support.federation import Federation, Member
from tests.support.referrals import a_scheme

ASKED, WISHED, OVER = "Avoir 18 ans", "Parler français", "Habiter la commune"


def conditions_on_the_page(member: Member, scheme: Scheme) -> str:
    page = html.unescape(member.browser().get(f"/offre-du-bassin/{scheme.id}").get_data(as_text=True))
    return page.partition('id="conditions"')[2].partition("</section>")[0]


def test_conditions_stand_on_the_page_of_a_scheme_with_their_version_and_what_to_do_otherwise(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, _session = a_scheme(officer)
    assert conditions_on_the_page(agent, scheme) == ""
    drafted(
        officer,
        scheme,
        a_rule("age", "at_least", 18, sentence=ASKED, next_step="Attendre l'anniversaire"),
        a_rule("language.fr.spoken", "at_least", "A2", sentence=WISHED, hard=False),
        a_rule("residence", "one_of", ["6240"], sentence=OVER, valid_until=today() - timedelta(days=1)),
    )
    with officer.at_work() as session:
        held = session.get_one(Scheme, (scheme.owner_tenant_id, scheme.id))
        read = conditions_of(session, scheme.id).read
        actions.publish(session, officer.actor, held, "Décidé à la réunion d'octobre.", read)
    said = conditions_on_the_page(agent, scheme)
    before, _rule, after = said.partition(ASKED)
    assert "version 1 du " in before
    assert "exigée" in before
    assert "souhaitée" not in before
    assert "sinon : Attendre l'anniversaire" in after.partition("souhaitée")[0].replace("\xa0", " ")
    assert WISHED in after.partition("souhaitée")[2]
    assert OVER not in said
    assert "Décidé à la réunion d'octobre." in said


def test_the_newest_version_alone_is_shown_also_when_it_asks_nothing(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, _session = a_scheme(officer)
    published(officer, scheme, [a_rule("age", "at_least", 18, sentence=ASKED)])
    published(officer, scheme, [])
    said = conditions_on_the_page(agent, scheme)
    assert "version 2 du " in said
    assert "Aucune condition" in said
    assert ASKED not in said
