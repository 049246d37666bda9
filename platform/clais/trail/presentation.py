"""A record in words: who did or read what, about whom, and which facts it touched, never what they say."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from markupsafe import Markup

from clais.actor import OPERATOR, Actor
from clais.audit.models import AuditEvent
from clais.audit.queries import Appearance
from clais.database import NIL, ScopedSession
from clais.feature import composition
from clais.feature.trail import Register
from clais.identity.models import Membership
from clais.text import elides, lower_first
from clais.translation import N_, ngettext, pgettext
from clais.translation import gettext as _

UNKNOWN_VERB = N_("%(who)s did something that this version has no words for")
SEARCHED = N_("%(who)s searched and saw no names")
LISTED = ("fields", "dimensions")
"""The details of a record that list codes of facts. Any other detail is an answer, and answers are not displayed."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that stand on a page of the log, each read at once."""

    members: Mapping[UUID, Membership]
    """By membership, and by account: an account is named by who works here under it."""
    people: Mapping[UUID, str]
    subjects: Mapping[UUID, str]


def register_of(actor: Actor) -> Register | None:
    """The people of whom the tenant at work keeps files."""
    return composition().register_of(actor.tenant_kind)


def names_for(
    session: ScopedSession, actor: Actor, members: Iterable[Membership], events: Sequence[AuditEvent]
) -> Names:
    """What the rows of a page name: one statement for people, and one for each type of subject that has names."""
    by_type: dict[str, set[UUID]] = {}
    for event in events:
        by_type.setdefault(event.subject_type, set()).add(event.subject_id)
    subjects: dict[UUID, str] = {}
    for subject_type, names_of in composition().names_of.items():
        if by_type.get(subject_type):
            subjects.update(names_of(session, by_type[subject_type]))
    known = {key: member for member in members for key in (member.user_id, member.id)}
    for subject_type in ("membership", "user_account"):
        subjects.update({key: known[key].display_name for key in by_type.get(subject_type, ()) if key in known})
    ids = {event.person_id for event in events if event.person_id is not None}
    return Names(known, people_called(session, actor, ids), subjects)


def people_called(session: ScopedSession, actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of some people; none of those of whom there is no file here."""
    register = register_of(actor)
    return register.names(session, ids, actor) if register and ids else {}


def on_screen(event: AuditEvent, names: Names, actor: Actor) -> Markup:
    """The record on the screen, the person's name a link to their file."""
    person = names.people.get(event.person_id or NIL)
    sentence = _sentence(event, Markup("<strong>{}</strong>").format(who(event, names)), _file_of(event, person, actor))
    about = _subject(event, names)
    if person and "%(file)s" not in _id_of(event):
        about.insert(0, _linked(event, person, actor))
    return _followed_by(sentence, about)


def on_paper(event: AuditEvent, names: Names) -> str:
    """The record as the person concerned reads it: members with their organisation, and « your file »."""
    sentence = _sentence(event, who(event, names, with_organisation=True), _("your file"))
    return _followed_by(sentence, _subject(event, names))


def _subject(event: AuditEvent, names: Names) -> list[str]:
    """The name of what was read or changed; none when a member acted on their own account."""
    name = names.subjects.get(event.subject_id)
    return [name] if name and event.subject_id not in {event.membership_id, event.user_id} else []


def who(event: AuditEvent | Appearance, names: Names, *, with_organisation: bool = False) -> str:
    """Who did it: a member, a program with a member's access key, an operator at the keyboard, or the system.

    The account says it, in whose name alone the database takes a record: a membership or a name that is not of this
    account counts for nothing.
    """
    if event.user_id == NIL:
        return event.actor_name if event.actor_name.startswith(OPERATOR) else _("The system")
    member = names.members.get(event.membership_id)
    is_theirs = member is not None and member.user_id == event.user_id
    if not is_theirs:
        member = names.members.get(event.user_id)
    if member is None:
        return event.actor_name
    name = member.display_name
    if with_organisation and member.organisation:
        name = _("%(name)s (%(organisation)s)", name=name, organisation=member.organisation)
    if not is_theirs or event.actor_name == member.display_name:
        return name
    return _("%(key)s, for %(name)s", key=event.actor_name, name=name)


def facts_of(event: AuditEvent) -> str:
    """The names of the facts that a record lists, or how many people a list showed; empty when it lists nothing."""
    if event.listed is not None:
        if not event.listed:
            return ""
        return ngettext("%(num)d name", "%(num)d names", len(event.listed))
    trail = composition().trail_of.get(event.verb)
    codes = [code for listed in LISTED for code in event.details.get(listed, ())]
    if trail is None or not codes:
        return ""
    names = trail.fields()
    # The code of a note holds its key after the kind of fact.
    found = (names.get(code) or names.get(str(code).partition(".")[0]) for code in codes)
    # Two facts may share a name; a fact that a later version no longer has has none.
    return ", ".join(dict.fromkeys(lower_first(name) for name in found if name))


def _id_of(event: AuditEvent) -> str:
    if event.listed == []:
        return SEARCHED
    trail = composition().trail_of.get(event.verb)
    return trail.verbs[event.verb] if trail else UNKNOWN_VERB


def _sentence(event: AuditEvent, name: str, file: str) -> Markup:
    # The catalogue's own texts are markup; what is set into them is escaped unless it is, too.
    return Markup(_(_id_of(event))) % {"who": name, "file": file}  # noqa: S704 - the text is ours


def _followed_by(sentence: Markup, about: Iterable[str]) -> Markup:
    listed = Markup(", ").join(about)
    return Markup(_("%(sentence)s: %(about)s")) % {"sentence": sentence, "about": listed} if listed else sentence  # noqa: S704


def _file_of(event: AuditEvent, person: str | None, actor: Actor) -> Markup | str:
    if person is None:
        return _("a file that is no longer here")
    return Markup(file_of_text(person)) % {"name": _linked(event, person, actor)}  # noqa: S704 - as above


def file_of_text(name: str) -> str:
    """« The file of %(name)s », as a text that still takes the name.

    French drops a vowel before another one.
    """
    if elides(name):
        return pgettext("before a vowel", "the file of %(name)s")
    return _("the file of %(name)s")


def file_url(actor: Actor, person_id: UUID) -> str | None:
    """The file of a person, for who may open it."""
    register = register_of(actor)
    if register is None or not actor.may(register.permission):
        return None
    values: dict[str, Any] = {register.argument: person_id}
    return url_for(register.endpoint, **values)


def _linked(event: AuditEvent, person: str, actor: Actor) -> Markup | str:
    url = file_url(actor, event.person_id) if event.person_id else None
    return Markup('<a href="{}">{}</a>').format(url, person) if url else person
