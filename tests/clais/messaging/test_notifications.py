import re
from collections.abc import Iterator

import pytest

from clais.database import new_id
from clais.feature import Feature
from clais.feature.navigation import SubjectPage
from clais.messaging.actions import notify
from clais.web.routing import Application
from tests.support.composition import composed_with
from tests.support.federation import Federation, Member

NOTICES = Feature(
    name="notices",
    package="tests.support",
    subject_pages=(SubjectPage("a notice of this test", "file.show", "person_id", "person.read_card"),),
)


@pytest.fixture(autouse=True)
def with_a_page_for_notices(app: Application) -> Iterator[None]:
    with composed_with(app, NOTICES):
        yield


def tell(member: Member, text: str, subject_type: str = "a notice of this test") -> str:
    with member.at_work() as session:
        notify(session, member.membership.id, "moved", subject_type, new_id(), text, f"k:{text}")
    page = member.browser().get("/notifications").get_data(as_text=True)
    found = re.search(r'action="[^"]*/notifications/([0-9a-f-]{36})/lecture"', page)
    assert found is not None
    return found.group(1)


def test_the_bell_counts_what_is_unread_and_the_page_says_it(federation: Federation) -> None:
    agent = federation.agent()
    browser = agent.browser()
    assert "Tout est lu." in browser.get("/notifications").get_data(as_text=True)
    tell(agent, "Le relais FAR-R2026-00001 est accepté.")
    page = browser.get("/notifications").get_data(as_text=True)
    assert "1 à lire" in page
    assert "FAR-R2026-00001 est accepté" in page
    assert re.search(r'class="count">1<', page)


def test_opening_a_line_marks_it_read_and_leads_to_its_subject(federation: Federation) -> None:
    agent = federation.agent()
    browser = agent.browser()
    key = tell(agent, "Il y a du neuf.")
    response = browser.post(f"/notifications/{key}/lecture", status=303)
    assert response.location.startswith(f"/{agent.tenant.slug}/personnes/")
    assert "Tout est lu." in browser.get("/notifications").get_data(as_text=True)


def test_a_line_without_page_is_only_marked_read(federation: Federation) -> None:
    agent = federation.agent()
    key = tell(agent, "Il y a du neuf.", "something without a page")
    response = agent.browser().post(f"/notifications/{key}/lecture", status=303)
    assert response.location == f"/{agent.tenant.slug}/notifications"


def test_all_lines_are_marked_read_at_once_and_only_one_s_own(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    tell(colleague, "Pour la collègue.")
    tell(agent, "Un.")
    tell(agent, "Deux.")
    browser = agent.browser()
    browser.post("/notifications/lecture", status=303)
    assert "2 notifications marquées comme lues." in browser.get("/notifications").get_data(as_text=True)
    assert "Pour la collègue." in colleague.browser().get("/notifications").get_data(as_text=True)


def test_a_colleague_s_or_another_tenant_s_line_does_not_exist(federation: Federation) -> None:
    agent = federation.agent()
    for stranger in (federation.agent(), federation.other_agent()):
        key = tell(stranger, "Secret.")
        unknown = agent.browser().post(f"/notifications/{new_id()}/lecture", status=404)
        foreign = agent.browser().post(f"/notifications/{key}/lecture", status=404)
        strip = re.compile(rb"nonce=\"[^\"]+\"|value=\"[^\"]+\"|[0-9a-f-]{10,36}|X-CSRF-Token\": \"[^\"]+")
        assert strip.sub(b"", foreign.data) == strip.sub(b"", unknown.data)
        assert "1 à lire" in stranger.browser().get("/notifications").get_data(as_text=True)
