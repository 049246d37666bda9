"""What changed on a file, by whom, and what it said before."""

from uuid import UUID

from flask import Response

from clais.feature.pages import Pages
from clais.web.context import database
from clais.web.rendering import render
from tenants.people.urls import file_url
from tenants.situation.lookups import person_of_page
from tenants.situation.presentation import changed
from tenants.situation.queries import CHANGES, changes_of

pages = Pages()


@pages.page("/personnes/<uuid:person_id>/changements", "person.read")
def changes(person_id: UUID) -> Response:
    """The newest changes of a file, with the former values."""
    person = person_of_page(person_id)
    found = changes_of(database(), person.id)
    return render(
        "situation/changes.html",
        person=person,
        changes=[(change, changed(change)) for change in found],
        more=len(found) == CHANGES,
        back_url=file_url(person.id),
    )
