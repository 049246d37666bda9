"""The review of a version: who has read it, what is left, and whose rail says that it waits."""

import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from clais.clock import today
from clais.exchange.publications.models import InstrumentVersion
from tests.support.rail import waiting
from tests.support_center.test_instruments import Desk


def review_of(desk: Desk) -> str:
    """The words of the sheet of the review, as the supervisor reads it."""
    page = desk.supervisor.get(desk.address).get_data(as_text=True)
    sheet = page.partition('id="review-heading"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", sheet))


def read(desk: Desk, mark: str = "", status: int = 303) -> None:
    """The supervisor says that they have read it."""
    sent = {"_version": mark or desk.mark("/publication", desk.supervisor)}
    desk.supervisor.post(f"{desk.address}/lecture", sent, status=status)


def test_a_version_in_review_waits_for_who_did_not_write_it_until_they_have_read_it(desk: Desk) -> None:
    desk.add("enfants", "number")
    assert waiting(desk.supervisor, "/outils") == 0, "a draft is its author's"
    desk.send()
    assert (waiting(desk.supervisor, "/outils"), waiting(desk.author, "/outils")) == (1, 0)
    assert "vous attend" in desk.supervisor.get("/outils").get_data(as_text=True)
    assert "vous attend" not in desk.author.get("/outils").get_data(as_text=True)
    assert "ne l'a pas encore lue" in review_of(desk).replace("&#39;", "'")
    read(desk)
    read(desk)
    assert "ne l'a pas encore lue" not in review_of(desk).replace("&#39;", "'")
    assert "Paul Renard" in review_of(desk)
    assert "J'ai lu cette version" not in review_of(desk).replace("&#39;", "'")
    assert waiting(desk.supervisor, "/outils") == 0


def test_it_waits_again_once_the_time_for_remarks_is_over(desk: Desk) -> None:
    desk.add("enfants", "number")
    desk.send()
    read(desk)
    with desk.trainer.at_work() as session:
        own = (InstrumentVersion.owner_tenant_id == desk.trainer.tenant.id, InstrumentVersion.id == UUID(desk.version))
        session.execute(update(InstrumentVersion).where(*own).values(review_until=today() - timedelta(days=1)))
    assert waiting(desk.supervisor, "/outils") == 1


def test_what_was_taken_back_and_sent_again_is_read_anew(desk: Desk) -> None:
    desk.add("enfants", "number")
    desk.send()
    mark = desk.mark("/publication", desk.supervisor)
    read(desk)
    desk.author.post(f"{desk.address}/brouillon", status=303)
    assert 'id="review-heading"' not in desk.page()
    read(desk, mark, status=409)
    desk.add("garde")
    desk.send()
    assert waiting(desk.supervisor, "/outils") == 1
    read(desk, mark)
    assert waiting(desk.supervisor, "/outils") == 1, "what they had open is not what is in review now"
    read(desk)
    assert waiting(desk.supervisor, "/outils") == 0


def test_who_wrote_it_is_not_one_of_its_readers(desk: Desk) -> None:
    desk.add("enfants", "number")
    desk.send()
    own = {"_version": desk.mark("/publication", desk.supervisor)}
    desk.author.post(f"{desk.address}/lecture", own, status=303)
    assert "Christine Dupuis" not in review_of(desk)
    assert "ne l'a pas encore lue" in review_of(desk).replace("&#39;", "'")


def test_the_review_counts_the_remarks_that_are_open(desk: Desk) -> None:
    desk.add("enfants", "number")
    desk.send()
    assert "Aucune remarque ouverte" in review_of(desk)
    for text in ("Trop long.", "Bien."):
        desk.supervisor.post(f"{desk.address}/remarque", {"part": "", "text": text}, status=303)
    assert "2 remarques ouvertes" in review_of(desk).replace("\u00a0", " ")
    page = desk.page()
    remark = re.search(r"/outils/remarques/[0-9a-f-]+", page)
    assert remark is not None
    desk.author.post(remark[0], status=303)
    assert re.search("1 remarque ouverte 1 réglée", review_of(desk).replace("\u00a0", " "))
