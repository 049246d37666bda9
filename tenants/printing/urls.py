"""Where a text that was given on paper is opened again."""

from typing import Any

from flask import url_for


def printout_url(given: Any) -> str:
    """The page of a printout."""
    return url_for("printing.show", person_id=given.person_id, printout_id=given.id)


def joint_url(joint: Any) -> str:
    """The page of a joint printout."""
    return url_for("printing.show_joint", joint_printout_id=joint.id)
