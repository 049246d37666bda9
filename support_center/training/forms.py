"""Courses and sessions as their forms show them, and back."""

from typing import Any
from uuid import UUID

from werkzeug.datastructures import FileStorage

from clais.database import ScopedSession
from clais.exchange.publications.instruments import shelves_of_basin
from clais.exchange.training.evidence import LARGEST
from clais.exchange.training.models import Course, CourseRun, CourseSeat
from clais.exchange.training.queries import courses_of_basin
from clais.exchange.training.rules.half_days import HalfDay, half_days_of
from clais.files.signatures import kind_of
from clais.forms.form import Form
from clais.instruments.rules.definition import InstrumentKind
from clais.translation import gettext as _
from support_center.training.schemas import RunSchema, course_schema

DOCUMENT = "document"
"""The name of the file that comes with a certificate from before."""


def form_of_course(session: ScopedSession, course: Course | None = None) -> Any:
    """The schema of a course, which may renew any other first course, and be evaluated by a published instrument."""
    firsts = [
        (str(one.id), one.title)
        for one in courses_of_basin(session, only_published=False)
        if one.renews_id is None and (course is None or one.id != course.id)
    ]
    chosen = course.evaluation_id if course else None
    evaluations = [
        (str(shelf.instrument.id), shelf.instrument.name)
        for shelf in shelves_of_basin(session)
        if shelf.instrument.kind == InstrumentKind.SATISFACTION and (shelf.to_adopt or shelf.instrument.id == chosen)
    ]
    return course_schema(firsts, evaluations)


KEYS = {"renews": "renews_id", "evaluation": "evaluation_id"}
"""Field → the column of the key that it holds."""


def course_values(schema: Any, course: Course) -> dict[str, Any]:
    """The values of a course by the names of the fields."""
    values = {name: getattr(course, name) for name in schema.load_fields if name not in KEYS}
    return values | {name: str(getattr(course, column) or "") for name, column in KEYS.items()}


def course_facts(data: dict[str, Any]) -> dict[str, Any]:
    """The columns of a course, from a form that is valid."""
    facts = {name: value for name, value in data.items() if name not in KEYS}
    return facts | {column: UUID(data[name]) if data[name] else None for name, column in KEYS.items()}


def run_values(run: CourseRun) -> dict[str, Any]:
    """The values of a session by the names of the fields."""
    values = {name: getattr(run, name) for name in RunSchema().load_fields}
    return {**values, "half_days": half_days_of(run.half_days)}


def seat_key(seat: CourseSeat) -> str:
    """The field of someone in the list of presence."""
    return f"seat_{seat.id.hex}"


def presence_values(seats: list[CourseSeat], half_day: HalfDay) -> dict[str, Any]:
    """What is said of a half-day, by the names of the fields."""
    words = {True: "yes", False: "no"}
    return {seat_key(seat): words.get(seat.presence.get(half_day.code)) for seat in seats}  # type: ignore[arg-type]


def presence_version(seats: list[CourseSeat], half_day: HalfDay) -> str:
    """What the page has read of a half-day: another one when a colleague said something meanwhile."""
    words = {True: "y", False: "n"}
    return "p" + "".join(words.get(seat.presence.get(half_day.code), "-") for seat in seats)  # type: ignore[arg-type]


def read_document(form: Form, file: FileStorage | None) -> bytes:
    """The bytes of the document that came with a form; empty, and an error on the form, for what is not kept."""
    if file is None or not file.filename:
        return b""
    content: bytes = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        form.add_error(
            None, _("The document is larger than %(most)s MB: choose a smaller one.", most=LARGEST // 1024**2)
        )
    elif kind_of(content) is None:
        form.add_error(None, _("The document is neither a PDF nor a picture (JPEG, PNG): choose another one."))
    else:
        return content
    return b""
