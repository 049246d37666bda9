"""The texts of a card: its facts, what is missing, and two versions side by side."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from markupsafe import Markup

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.dates import day_of
from clais.numbers import MASKED_NATIONAL_NUMBER, age_on, ages_of_year, format_national_number, format_phone
from clais.translation import N_, ngettext, pgettext
from clais.translation import gettext as _
from clais.web.formatting import day_as, exact_day, mail_to, telephone
from tenants.people import queries
from tenants.people.choices import (
    CONSENT_MANNERS,
    CONTACT_PREFERENCES,
    LANGUAGES,
    LEVELS,
    LICENCES,
    SCHOOLING,
    SEX,
    STATUS,
)
from tenants.people.dated import ADDRESS, card_value
from tenants.people.mails import HAND_OVER_KEY
from tenants.people.models import Person
from tenants.people.periods import address_lines
from tenants.people.schemas import PersonSchema
from tenants.people.standing import people_by_id

Fact = tuple[str, Any]

_TABLES: dict[str, Mapping[str, str]] = {
    "sex": SEX,
    "status": STATUS,
    "schooling": SCHOOLING,
    "contact_preference": CONTACT_PREFERENCES,
    "registration_consent_manner": CONSENT_MANNERS,
}
_WANTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "birth_date": (N_("birth date"), ("birth_date", "birth_year")),
    "phone": (N_("a way to reach"), ("phone", "other_phone", "email")),
    "postal_code": (N_("address"), ("postal_code",)),
    "status": (N_("status"), ("status",)),
    "schooling": (N_("schooling"), ("schooling",)),
    "languages": (N_("languages"), ("languages",)),
    "registration_consent_manner": (N_("agreement to be registered"), ("registration_consent_manner",)),
}
"""The facts that every file needs: field → its label, and the columns of which one is enough."""


def missing(person: Person) -> list[tuple[str, str]]:
    """The facts still to ask, as (field, label)."""
    return [
        (field, _(label))
        for field, (label, columns) in _WANTED.items()
        if not any(getattr(person, column) for column in columns)
    ]


def born(person: Person) -> str:
    """The birth date with the age, or the year when no more is known, after a label."""
    if person.birth_date:
        return f"{exact_day(person.birth_date)} ({age(person)})"
    return _("in %(year)s (%(age)s)", year=person.birth_year, age=age(person)) if person.birth_year else ""


def born_in_list(person: Person) -> str:
    """The birth date of a line of a list; « née en 1990 (35–36 ans) » when only the year is known."""
    if person.birth_date:
        return exact_day(person.birth_date)
    if not person.birth_year:
        return ""
    known = {"year": person.birth_year, "age": age(person)}
    if person.sex == "woman":
        return pgettext("of a woman", "born in %(year)s (%(age)s)", **known)
    if person.sex == "man":
        return pgettext("of a man", "born in %(year)s (%(age)s)", **known)
    return _("born in %(year)s (%(age)s)", **known)


def born_under(person: Person) -> str:
    """The birth name in a line of a list, when it is another one than the name in use."""
    return _("birth name %(name)s", name=person.birth_name) if person.birth_name else ""


def age(person: Person) -> str:
    """The age: « 36 ans », or « 35–36 ans » when only the year of birth is known."""
    return _("%(age)s years", age=years(person)) if person.birth_date or person.birth_year else ""


def years(person: Person) -> str:
    """The age as a number of a column: « 36 », or « 35–36 » when only the year of birth is known."""
    return "–".join(map(str, _ages(person)))


def age_in_words(person: Person) -> str:
    """The age for a sentence and for a parcel: « 36 ans », or « 35 ou 36 ans »."""
    least, *other = _ages(person) or (None,)
    return _("%(one)s or %(other)s years", one=least, other=other[0]) if other else age(person)


def _ages(person: Person) -> tuple[int, ...]:
    """The age, or the two that it may be; nothing while no birth is known."""
    if person.birth_date:
        return (age_on(person.birth_date, today()),)
    return tuple(dict.fromkeys(ages_of_year(person.birth_year, today()))) if person.birth_year else ()


def address(person: Person) -> str:
    """The address on two lines, as on an envelope."""
    return "\n".join(address_lines(card_value(person, ADDRESS) or {}))


def has_postal_address(person: Person) -> bool:
    """Whether the post finds them: a street, and where it is."""
    return bool(person.street and (person.postal_code or person.locality))


def contact_facts(person: Person) -> list[Fact]:
    """Who someone is and how to reach them; only what is known."""
    phones = [telephone(number) for number in (person.phone, person.other_phone) if number]
    return _filled_in(
        (_("Birth name"), person.birth_name),
        (_("Born"), born(person)),
        (_("Sex"), _(SEX[person.sex]) if person.sex != "undeclared" else ""),
        (_("Phone"), Markup("<br>").join(phones)),
        (_("E-mail"), person.email and mail_to(person.email)),
        (_("Prefers to be reached"), _label("contact_preference", person.contact_preference)),
        (_("Address"), address(person)),
    )


def situation_facts(person: Person) -> list[Fact]:
    """Status, schooling, languages, mobility; only what is known."""
    return _filled_in(
        (_("Status"), _since(_label("status", person.status), person.status_since)),
        (_("Schooling"), " · ".join(filter(None, (_label("schooling", person.schooling), person.schooling_note)))),
        (_("Languages"), languages(person.languages)),
        (_("FOREM"), _since(person.forem_number or "", person.forem_registered_on)),
        (_("Mobility"), mobility(person)),
        (_("Availability"), person.availability),
        (_("Agreed to be registered"), _agreement(person)),
    )


def status_in_head(person: Person) -> str:
    """The status in the head of a file: « Revenu d'intégration (RI) depuis septembre 2023 »."""
    text = _label("status", person.status)
    if not text or not person.status_since:
        return text
    return _("%(what)s since %(month)s", what=text, month=day_as(person.status_since, "MMMM y"))


def details(person: Person) -> dict[str, Any]:
    """What `people/_details.html` shows."""
    return {
        "contact": contact_facts(person),
        "situation": situation_facts(person),
        "missing": missing(person),
        "confirmed": confirmed_text(person),
        "confirmed_today": person.confirmed_at is not None and day_of(person.confirmed_at) == today(),
    }


def confirmed_text(person: Person) -> str:
    """When the person last said that nothing has changed, and to whom."""
    if person.confirmed_at is None:
        return ""
    told = {"day": exact_day(person.confirmed_at), "name": person.confirmed_by or ""}
    return _("Unchanged, said on %(day)s to %(name)s.", **told)


def languages(rows: list[Any]) -> str:
    """French (mother tongue), Arabic (spoken B1, written A1)."""
    return ", ".join(map(_language, rows))


def _language(row: Mapping[str, Any]) -> str:
    name = _(LANGUAGES.get(row["language"], row["language"]))
    spoken, written, understood = row.get("spoken"), row.get("written"), row.get("understood")
    if spoken == "native":
        levels = [_("mother tongue")]
        levels += [_("written %(level)s", level=_(LEVELS[written]))] if written and written != "native" else []
    else:
        levels = [_("spoken %(level)s", level=_(LEVELS[spoken]))] if spoken else []
        levels += [_("written %(level)s", level=_(LEVELS[written]))] if written else []
        levels += [_("understood %(level)s", level=_(LEVELS[understood]))] if understood else []
    return f"{name} ({', '.join(levels)})" if levels else name


def mobility(person: Person) -> str:
    """Licences and vehicle, as one text."""
    parts = (
        [_("licence %(kinds)s", kinds=", ".join(_(LICENCES[code]) for code in person.driving_licences))]
        if person.driving_licences
        else []
    )
    if person.has_vehicle is not None:
        parts.append(_("has a vehicle") if person.has_vehicle else _("no vehicle"))
    return ", ".join(parts)


def versions(person: Person, typed: Mapping[str, Any]) -> tuple[list[Fact], list[Fact]]:
    """The typed and the stored values where they differ, as (label, value)."""
    fields = PersonSchema().load_fields
    differing = [
        name for name in fields if name in typed and name != "national_number" and typed[name] != getattr(person, name)
    ]
    labels = {name: str(fields[name].metadata.get("label", name)) for name in (*differing, "national_number")}
    yours = [(labels[name], text_of(name, typed[name])) for name in differing]
    theirs = [(labels[name], text_of(name, getattr(person, name))) for name in differing]
    if "national_number" in typed:
        # The typed number is returned; the stored one stays masked, because each reading of it is recorded.
        number = typed["national_number"]
        yours.append((labels["national_number"], format_national_number(number) if number else ""))
        theirs.append((labels["national_number"], MASKED_NATIONAL_NUMBER if person.national_number else ""))
    return yours, theirs


def text_of(name: str, value: Any) -> str:
    """One stored or typed value of the card as text; empty when there is none."""
    if value is None:
        return ""
    if name in _TABLES:
        return _label(name, value)
    if name in _FORMATS:
        return _FORMATS[name](value)
    return exact_day(value) if hasattr(value, "isoformat") else str(value)


_FORMATS: dict[str, Callable[[Any], str]] = {
    "languages": languages,
    "driving_licences": lambda codes: ", ".join(_(LICENCES[code]) for code in codes),
    "has_vehicle": lambda answer: _("Yes") if answer else _("No"),
    "phone": format_phone,
    "other_phone": format_phone,
}


def _label(name: str, code: str | None) -> str:
    return _(_TABLES[name].get(code, code)) if code else ""


def _since(text: str, day: Any) -> str:
    return _("%(what)s, since %(day)s", what=text, day=exact_day(day)) if text and day else text


def _agreement(person: Person) -> str:
    manner, moment = person.registration_consent_manner, person.registration_consent_at
    if not manner or not moment:
        return ""
    return _("%(manner)s, on %(day)s", manner=_(CONSENT_MANNERS[manner]), day=exact_day(moment))


def _filled_in(*facts: Fact) -> list[Fact]:
    return [fact for fact in facts if fact[1]]


def names(session: ScopedSession, ids: Collection[UUID], _actor: Actor) -> dict[UUID, str]:
    """The names of some people, for the notifications about them."""
    return {key: person.full_name for key, person in people_by_id(session, list(ids)).items()}


def words_of_givers(session: ScopedSession, keys: Collection[str], actor: Actor) -> dict[str, str]:
    """Who handed a file to the reader, with their word, or who goes on with theirs, for the notifications about it."""
    ids = {UUID(key.removeprefix(HAND_OVER_KEY)): key for key in keys if key.startswith(HAND_OVER_KEY)}
    said = {}
    for made in queries.hand_overs_of(session, actor.membership_id, ids):
        if made.to_membership_id != actor.membership_id:
            text = f"({made.to_name})"
        elif made.word:
            text = _("(%(name)s: “%(word)s”)", name=made.actor_name, word=made.word)
        else:
            text = _("(by %(name)s)", name=made.actor_name)
        said[ids[made.id]] = text
    return said


def open_files(session: ScopedSession) -> dict[UUID, str]:
    """Membership → how many open files they follow, in words."""
    return {
        member_id: ngettext("%(num)d open file", "%(num)d open files", number)
        for member_id, number in queries.open_files_of(session).items()
    }
