"""Texts on paper for tests: printed by a click, made by the worker or left waiting, looked into."""

import re
import zlib
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from clais.encryption import Keyring
from clais.printing.engine import pdf_of
from clais.sealing import unseal
from clais.web.routing import Application
from tenants.people.models import Person
from tenants.printing import jobs
from tenants.printing.actions import MAKE, Text
from tenants.printing.joint import MAKE_JOINT, Letter, give_several
from tenants.printing.models import JointPrintout, Printout
from tests.support.federation import Member
from tests.support.work import run_due

QUICK = b"%PDF-1.7 quick"
"""What stands for a PDF where a test looks at something else: a real one takes seconds."""


def printouts(member: Member, person: Person) -> list[Printout]:
    """What was printed of a person, the newest last."""
    with member.at_work() as session:
        wanted = select(Printout).where(Printout.tenant_id == person.tenant_id, Printout.person_id == person.id)
        return list(session.scalars(wanted.order_by(Printout.asked_at)))


def printed(member: Member, person: Person, path: str, form: dict[str, Any] | None = None) -> Printout:
    """What a click on a page makes, before the worker has seen it."""
    location = member.browser().post(path, form or {}, status=303).location
    assert "/imprimes/" in location
    return printouts(member, person)[-1]


def made(app: Application, member: Member, given: Printout, *, really: bool = False) -> Printout:
    """The same once the worker has made its PDF: a real one, or QUICK, as all that waited before it gets."""
    own = words_of(member.federation.keyring, given) if really else None
    with patch.object(jobs, "pdf_of", lambda text: pdf_of(text) if text == own else QUICK):
        run_due(app, MAKE)
    with member.at_work() as session:
        return session.get_one(Printout, (given.tenant_id, given.id))


def words_of(keyring: Keyring, given: Printout) -> str:
    """The text of a printout that waits for its PDF, as HTML."""
    text: str = unseal(keyring, given)["text"]
    return text


def path_of(given: Printout, end: str = "") -> str:
    """The page of a printout, or its file."""
    return f"/personnes/{given.person_id}/imprimes/{given.id}{end}"


def inside(pdf: bytes) -> bytes:
    """All that a PDF consists of, unpacked."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def a_joint(member: Member, *people: Person) -> JointPrintout:
    """Letters to some people, before the worker has seen them."""
    letters = [Letter(person.id, Text("<p>Bonjour", "0" * 12, "fr")) for person in people]
    with member.at_work() as session:
        return give_several(session, member.actor, member.federation.keyring, "invitation", letters)


def quickly(app: Application) -> None:
    """Let the worker make the letters to several people that wait, without making any PDF."""
    with (
        patch.object(jobs, "each_pdf_of", lambda texts: [QUICK] * len(texts)),
        patch.object(jobs, "joint_pdf_of", lambda _texts: QUICK),
    ):
        run_due(app, MAKE_JOINT)
