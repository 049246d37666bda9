"""The work and training of a person."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.models import Occupation
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from tenants.people.fields import before_birth
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.situation.actions import episodes
from tenants.situation.lookups import episode_of, person_of_page
from tenants.situation.models import Episode
from tenants.situation.queries import occupation_of
from tenants.situation.schemas import EpisodeSchema, episode_schema
from tenants.situation.sections import WRITE

pages = Pages()


@pages.form("/personnes/<uuid:person_id>/experiences/nouvelle", WRITE)
def new_episode(person_id: UUID) -> AnyResponse:
    """Note a stretch of work or training."""
    person = person_of_page(person_id)
    if request.method == "GET":
        return _page(person, Form(_schema()))
    form = Form.from_request(_schema(), request.form)
    occupation = _chosen(form) if _valid(form, person) else None
    if form.errors:
        return _page(person, form, status=422)
    episodes.add_episode(database(), actor(), person, form.data, occupation)
    flash(_("Noted."), "done")
    return redirect_after_post(file_url(person.id, "episodes"))


@pages.form("/personnes/<uuid:person_id>/experiences/<uuid:episode_id>", WRITE)
def change_episode(person_id: UUID, episode_id: UUID) -> AnyResponse:
    """Correct an episode, or say how it ended."""
    person, episode = episode_of(person_id, episode_id)
    if request.method == "GET":
        return _page(person, Form(_schema(), _values(episode)), episode)
    form = Form.from_request(_schema(), request.form)

    def conflict() -> StaleEdit:
        theirs = get_or_404(Episode, episode_id)
        reload_url = url_for("situation.change_episode", person_id=person_id, episode_id=episode_id)
        return stale_edit(form, _values(theirs), reload_url, saved_by(theirs.updated_at, theirs.id))

    if form.version != str(episode.version):
        raise conflict()
    occupation = _chosen(form) if _valid(form, person) else None
    if form.errors:
        return _page(person, form, episode, status=422)
    with optimistic_write(conflict):
        episodes.change_episode(database(), actor(), person, episode, form.data, occupation)
    flash(_("Saved."), "done")
    return redirect_after_post(file_url(person.id, "episodes"))


@pages.button("/personnes/<uuid:person_id>/experiences/<uuid:episode_id>/retrait", WRITE)
def remove_episode(person_id: UUID, episode_id: UUID) -> AnyResponse:
    """Take away an episode that never was."""
    person, episode = episode_of(person_id, episode_id)
    episodes.remove_episode(database(), actor(), person, episode)
    flash(_("Taken away. What it said stays under “What changed”."), "done")
    return redirect_after_post(file_url(person.id, "episodes"))


def _schema() -> EpisodeSchema:
    return episode_schema(_occupation_named)


def _occupation_named(key: str) -> str:
    """The label of an occupation that was chosen before; none for what names no occupation."""
    with suppress(ValueError):
        found = database().get(Occupation, UUID(key))
        return found.label if found else ""
    return ""


def _valid(form: Form, person: Person) -> bool:
    if form.validate() and (early := before_birth(person, form.data["since"])):
        form.add_error("since", early)
    return not form.errors


def _chosen(form: Form) -> Occupation | None:
    """The chosen occupation; an error when there is none of that key."""
    key = form.data["occupation"]
    found = database().get(Occupation, key) if key else None
    if key and found is None:
        form.add_error("occupation", _("Choose one of the proposed answers."))
    return found


def _values(episode: Episode) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(episode, name) for name in EpisodeSchema().fields if name != "occupation"}
    occupation = occupation_of(database(), episode)
    return values | {"occupation": occupation.id if occupation else None}


def _page(person: Person, form: Form, episode: Episode | None = None, status: int = 200) -> Response:
    return render(
        "situation/episode_form.html",
        status=status,
        person=person,
        form=form,
        episode=episode,
        version=form.version or (episode.version if episode else None),
        back_url=file_url(person.id, "episodes"),
    )
