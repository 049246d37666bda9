"""A link that is built from what someone stored calls or writes to that, and does nothing else."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from clais.registry.models import Partner
from clais.web.formatting import mail_to, mail_url, telephone
from tenants.people.models import Person
from tests.support.federation import Federation
from tests.support.referrals import a_person

ROOT = Path(__file__).parents[2]
WITH_PARAMETERS = ["a@b.be?bcc=x@y.be", "a@b.be?subject=x&body=y", "a%0Abcc:x@y.be", "a@b.be#x", 'a"><b>@c.be']
SCHEMES = re.compile(r"mailto:|tel:|\bsms:|javascript:")


@pytest.mark.parametrize("address", WITH_PARAMETERS)
def test_an_address_with_parameters_stays_one_address(address: str) -> None:
    link = str(mail_to(address))
    target = link.partition('href="')[2].partition('"')[0]
    assert target == mail_url(address)
    assert not set(target.removeprefix("mailto:")) & set('?&#"<> \n')
    assert re.search(r"%(?!25|3F|26|23|22|3C|3E|3A|3D)", target) is None


def test_a_number_with_more_than_a_number_stays_one_number() -> None:
    assert 'href="tel:+32470%3Bext%3D1%3Fx"' in str(telephone("+32470;ext=1?x"))
    assert 'href="tel:+3271206020"' in str(telephone("+3271206020"))


def test_what_an_older_release_stored_is_written_as_one_address_on_every_page(federation: Federation) -> None:
    agent = federation.agent()
    stored = "a@b.be?bcc=x@y.be"
    person = a_person(agent)
    partner = Partner(name="Carrefour", kind="forem", email=stored, phone="+3271206020")
    with agent.at_work() as session:
        session.add(partner)
        session.execute(update(Person).where(Person.id == person.id).values(email=stored))
        session.flush()
        partner_id = partner.id
    browser = agent.browser()
    for page in ("/partenaires", f"/partenaires/{partner_id}", f"/personnes/{person.id}/carte"):
        text = browser.get(page).get_data(as_text=True)
        assert 'href="mailto:a@b.be%3Fbcc%3Dx@y.be"' in text, page
        assert 'href="mailto:a@b.be?' not in text


def written_by_hand(source: Path) -> list[str]:
    """The schemes of links that a file writes itself."""
    return [] if source.name == "formatting.py" else SCHEMES.findall(source.read_text())


def test_no_other_place_writes_such_a_link() -> None:
    sources = [
        source
        for wing in ("platform/clais", "tenants", "support_center")
        for kind in ("*.py", "*.html", "*.js")
        for source in (ROOT / wing).rglob(kind)
        if "vendor" not in source.parts
    ]
    assert len(sources) > 400
    assert {str(source): found for source in sources if (found := written_by_hand(source))} == {}


def test_a_link_that_is_written_by_hand_is_found(tmp_path: Path) -> None:
    (tmp_path / "show.html").write_text('<a href="mailto:{{ person.email }}">')
    assert written_by_hand(tmp_path / "show.html") == ["mailto:"]
