"""Two people open the same form: the second to save is told of the first, and overwrites nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from clais.clock import today
from clais.dates import holiday, is_weekend
from clais.web.routing import Application
from config.features import METADATA
from tenants.orientation.views import decision
from tests.isolation.canaries import holding
from tests.isolation.catalogue import faulty_site
from tests.isolation.pages import FormOnPage, crawl, forms_of, read_page, starts
from tests.isolation.world import Visitor, World

FIRST, SECOND = "Claire", "Simone"
"""What each of the two writes; as long as what stood there, so that it fits."""
EDITED = {"coordinator": "partner", "support_officer": "scheme", "federation_admin": "tenant"}
"""Between them, these roles reach every form that carries a version; and a table that a form of theirs changes."""
SAVED = {302, 303}
"""The pages of the house and those of the administration's library send on with different words."""
BEFORE = ("/referent", "/periodes/1")
"""Forms that are gone once others are sent, or leave room for what those say: they are tried first."""
ENDING = ("/plan/evaluation", "/plan/nouveau", "/compte-rendu", "/retrait", "/abandon")
"""Forms that end what other forms edit: they are tried last."""
HELD = re.compile(
    "(/referent|/equipe/nouveaux/[0-9a-f-]+|/plan/nouveau|/compte-rendu|/orientations/nouvelle|/abandon|/obstacles/work|/publication)$"
)
"""Forms that more than a version holds: whom the file was with, the plan or the decision that it replaces, whose words
they are, the contract that goes on, what was learnt last, whether a draft is still there.
"""
ALIKE = re.compile("/conditions/nouvelle/(?!age$|residence$|status$|vehicle$)")
"""Forms of one view, for each of the facts that a condition may ask about: one of each kind of answer is enough, as a
scheme has so many conditions at most.
"""
UNWRITTEN = "none"
"""The version of what nobody wrote yet: whoever comes second finds that it is there."""
SAID_THERE: dict[str, dict[str, str]] = {
    "/coordonnees": {"dated_change": "wrong"},
    "/periodes/1": {"since": "01/03/2010"},
    "/periode-oubliee": {"since": "01/03/2001", "until": "31/03/2001"},
    "/address/changement": {"street": "Rue {word}"},
    "/schooling/changement": {"schooling_note": "{word}"},
    "/status/changement": {"status": "worker"},
    "/obstacles/work": {"lifted_how": ""},
    "/nouvelle/residence": {"value": "6240"},
}
"""End of an address → what has to be said there: whether a card was wrong, days that no other period has, what was not
so until now, that an obstacle still hinders, codes that there are.
"""
EDITORS = pytest.mark.parametrize("role", EDITED)


def changed(form: FormOnPage, word: str) -> dict[str, Any]:
    """The form as someone sends it who has put their own word into every text."""
    working = (today() + timedelta(days=n) for n in range(7, 30))
    day = next(day for day in working if not is_weekend(day) and not holiday(day))
    # What is seeded happens now, and an appointment may not be at night.
    fitting = {"day": f"{day:%d/%m/%Y}", "hour": "10:00", "national_number_authorisation": f"{word} 12/2026"}
    fitting["until_on"] = f"{day:%d/%m/%Y}"
    said = next((said for end, said in SAID_THERE.items() if form.path.endswith(end)), {})
    return {
        name: fitting.get(name, value.replace("Quelque", word).replace("Propre", word))
        for name, value in form.filled().items()
    } | {name: value.format(word=word) for name, value in said.items()}


def opened(visitor: Visitor, page: str, path: str) -> FormOnPage | None:
    """A form as it stands on its page now."""
    return next((form for form in read_page(visitor.ask("GET", page), page).forms if form.path == path), None)


def take_place(world: World) -> None:
    """The day of the appointments, which the form that moves them has put off, has come."""
    with world.superuser.begin() as connection:
        connection.execute(text("UPDATE appointment SET starts_at = now() WHERE starts_at > now()"))


def is_taken_without_version(visitor: Visitor, path: str, filled: dict[str, Any]) -> bool:
    """Whether a form is taken although it does not say which version it was filled in on."""
    bare = {name: value for name, value in filled.items() if name not in {"_version", "_submission"}}
    return visitor.ask("POST", path, bare).status_code not in {400, 409}


def turn(path: str) -> int:
    """When a form is tried."""
    return -1 if path.endswith(BEFORE) else int(path.endswith(ENDING))


def check_editors(world: World, role: str) -> tuple[list[str], dict[str, str]]:
    """Two people open each form that carries a version and save it one after the other. The addresses where the
    second was answered anything but 409, where a form without its version was taken, or where it could not be tried;
    and those where it was tried, with the version that was read.
    """
    first = world.visitor(role)
    world.members.pop(role, None)
    second = world.visitor(role)
    forms = forms_of(crawl(first, start=starts(world, first), partials=False, views=1))
    edited = {
        path: form
        for path, form in forms.items()
        if any(f.name == "_version" for f in form.fields) and not ALIKE.search(path)
    }
    edited = dict(sorted(edited.items(), key=lambda item: turn(item[0])))
    problems: list[str] = []
    tried: dict[str, str] = {}
    for path, met in edited.items():
        if path.endswith("/compte-rendu"):
            take_place(world)
        form = opened(first, met.page, path)
        if form is None:
            problems.append(f"{path}: gone")
            continue
        if changed(form, FIRST) == form.filled():
            continue  # Open data that another test loaded: nothing in it is of this world, and nobody would edit it.
        if is_taken_without_version(first, path, changed(form, FIRST)):
            problems.append(f"{path}: taken without its version")
            continue
        saved = first.ask("POST", path, changed(form, FIRST)).status_code
        if saved not in SAVED:
            problems.append(f"{path}: the first was answered {saved}")
            continue
        tried[path] = str(form.filled()["_version"])
        late = second.ask("POST", path, changed(form, SECOND)).status_code
        problems += [f"{path}: {late}"] if late != 409 else []
    return problems, tried


@EDITORS
def test_the_second_editor_is_told(role: str, world: World) -> None:
    problems, tried = check_editors(world, role)
    assert problems == []
    assert tried


STANDING_STILL = (
    "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN EXECUTE ''UPDATE '' || TG_TABLE_NAME || '' SET version = 1 WHERE version <> 1''; RETURN NULL; END';"
) + "".join(
    f"CREATE CONSTRAINT TRIGGER planted AFTER UPDATE ON {name} DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW WHEN (NEW.version <> 1) EXECUTE FUNCTION planted();"
    for name, table in METADATA.tables.items()
    if "version" in table.columns
)
"""Planted: each transaction puts the versions back at its end, so that a stale one passes for the present one."""


@EDITORS
def test_each_update_that_is_lost_is_found(
    role: str, app: Application, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The registry has seals in the place of versions: there all states look the same.
    for place in ("base", "editing"):
        monkeypatch.setattr(f"clais.admin.{place}.row_digest", lambda _row, _columns: "planted")
    with faulty_site(app, superuser, STANDING_STILL) as broken:
        problems, tried = check_editors(broken, role)
        with broken.looking() as connection:
            last, lost = set(holding(connection, SECOND)), set(holding(connection, FIRST))
    assert tried
    versioned = [path for path, read in tried.items() if not read.startswith(UNWRITTEN) and not HELD.search(path)]
    # A period whose days the first has just written is refused for that, and no longer as a stale one; a condition that
    # the first has taken out is not found.
    assert [re.sub(r": (302|303|404|422)$", "", problem) for problem in problems] == versioned
    # The loss is real: the second's words stand where the first's did.
    assert EDITED[role] in last - lost


def test_a_form_that_is_taken_without_its_version_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = world.visitor("coordinator")
    page = visitor.address("orientation.decide", person_id=world.own.ids["person"])
    form = opened(visitor, page, page)
    assert form is not None
    assert not is_taken_without_version(visitor, page, changed(form, FIRST))
    monkeypatch.setattr(decision, "key_read", lambda form: form.version)
    assert is_taken_without_version(visitor, page, changed(form, FIRST))
