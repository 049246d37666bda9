"""The documents of one person of the story: to read, awaited, about to end, accepted, signed elsewhere, sensitive."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from clais.dates import working_day_on_or_before
from clais.encryption import Keyring
from clais.files.kept import keep
from clais.files.pictures import drawn_anew
from clais.files.store import FileStore
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from config.demo.engine.texts import read
from tenants.documents.models import Paper, PaperFile
from tenants.documents.workflow import PAPER

WHOSE = "Marchetti"
PAPER_COLOUR, INK, CARD, SHADE = "#fdfdf9", "#22302f", "#dbe9e6", "#8fa19d"


def write_documents(desk: Desk, dice: Dice, histories: Sequence[History]) -> None:
    """Write the documents of the person of the story, where the platform has them; the contents wait on the desk."""
    for history in histories:
        if history.desk is desk and history.in_story and history.person.values["family_name"] == WHOSE:
            _Writer(desk, dice, history).write()


def keep_contents(store: FileStore, keyring: Keyring, desk: Desk) -> None:
    """Put the contents of a desk's documents into the store: before their rows, as everywhere."""
    for key, paper_id, content in desk.contents:
        keep(store, keyring, PaperFile(tenant_id=desk.tenant_id, id=key), content, paper_id)


class _Writer:
    def __init__(self, desk: Desk, dice: Dice, history: History) -> None:
        self.desk, self.dice, self.history = desk, dice, history
        self.keys: dict[str, UUID] = {}

    def write(self) -> None:
        for told in sorted(read("documents")["documents"], key=lambda one: "replaces" in one):
            self._document(told)

    def _document(self, told: dict[str, Any]) -> None:
        asked, came = self._day(told.get("asked")), self._day(told.get("came"))
        began = self._moment(asked or came, 10)
        arrived = self._moment(came, 16) if came else began
        state, changed, who = PAPER.initial, began, self.history.referent
        key = self.dice.key(began)
        for number, step in enumerate(told["path"]):
            changed = arrived + timedelta(minutes=7 * number)
            reason = told.get("reason") if step == "refuse" else None
            comment = told.get("comment") if step == "refuse" else None
            state = self.desk.step(self.dice, changed, who, PAPER, "paper", key, step, state, reason, comment)
            self.desk.record(self.dice, changed, who, f"paper.{step}", "paper", key, person_id=self.history.key)
        opened = self._day(told.get("opened"))
        files = list(_files(told, self.desk)) if told["path"] else []
        self.desk.ledger.add(
            Paper, self.dice, began, id=key, person_id=self.history.key, kind=told["kind"], title=told.get("title"),
            state=state, changed_at=changed, changed_by=who.name, why=told.get("why"), asked_on=asked,
            wanted_by=self._exactly(told.get("wanted")), received_at=arrived if files else None,
            issued_on=self._exactly(told.get("issued")), expires_on=self._exactly(told.get("expires")),
            original_seen=told.get("original", False), reason=told.get("reason"),
            signed_on=self._day(told.get("signed")), signed_how=told.get("how"), signed_by=told.get("by"),
            link_opened_at=self._moment(opened, 18) if opened else None, pieces=len(files),
            replaces_id=self.keys.get(told.get("replaces", "")), updated_at=changed,
        )  # fmt: skip
        if told.get("key"):
            self.keys[told["key"]] = key
        for place, (kind, content) in enumerate(files):
            file = self.desk.ledger.add(
                PaperFile, self.dice, arrived, paper_id=key, place=place, kind=kind, size=len(content),
                added_at=arrived, added_by=who.name,
            )  # fmt: skip
            self.desk.contents.append((file, key, content))

    def _exactly(self, days: int | None) -> date | None:
        return None if days is None else self.desk.today + timedelta(days=days)

    def _day(self, days: int | None) -> date | None:
        day = self._exactly(days)
        return None if day is None else working_day_on_or_before(min(day, self.desk.yesterday))

    def _moment(self, day: date | None, hour: int) -> datetime:
        return at(day or self.desk.yesterday, hour, 12)


def _files(told: dict[str, Any], desk: Desk) -> Iterator[tuple[str, bytes]]:
    """The files of a document, invented: an outline of a card, or a page with one line."""
    for number in range(told.get("pictures", 0)):
        mark = f"COPIE · {desk.name} · {desk.today.year}"
        yield "jpeg", drawn_anew(_card(front=number == 0), mark)
    if told.get("text"):
        yield "pdf", _page(told["text"])


def _card(*, front: bool) -> bytes:
    picture = Image.new("RGB", (856, 540), PAPER_COLOUR)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((12, 12, 844, 528), 36, fill=CARD, outline=SHADE, width=3)
    if front:
        pen.rectangle((60, 130, 280, 420), fill="#c6d3d0")
        pen.ellipse((115, 175, 225, 285), fill=SHADE)
        pen.pieslice((85, 300, 255, 540), 180, 360, fill=SHADE)
    for line, width in enumerate((330, 220, 300, 260)):
        pen.rectangle((330, 150 + 75 * line, 330 + width, 176 + 75 * line), fill=INK)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _page(text: str) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.drawString(72, 740, "Document inventé pour la démonstration")
    canvas.drawString(72, 715, text)
    canvas.showPage()
    canvas.save()
    return file.getvalue()
