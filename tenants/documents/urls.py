"""The pages of a person's documents."""

from uuid import UUID

from flask import url_for

from tenants.documents.models import Paper
from tenants.people.urls import file_url


def paper_url(paper: Paper) -> str:
    """Where a document is seen and answered."""
    return url_for("documents.show", person_id=paper.person_id, paper_id=paper.id)


def papers_url(person_id: UUID) -> str:
    """The documents of a person, on their file."""
    return file_url(person_id, "part-documents")
