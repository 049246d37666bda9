"""Where one goes on after a task."""

from flask import url_for

from tenants.people.urls import file_url
from tenants.tasks.models import OwnTask

DAY, LIST, FILE = PLACES = ("jour", "liste", "dossier")
"""The last piece of the address of an act: the page from which it was done, and to which it returns."""


def place_url(place: str, task: OwnTask) -> str:
    """The page to which an act returns."""
    if place == FILE and task.person_id is not None:
        return file_url(task.person_id)
    return url_for("tasks.index" if place == LIST else "day.my_day")
