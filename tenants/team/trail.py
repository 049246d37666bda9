"""The sentences of the trail about the team: when members work, who gave files to whom above a ceiling."""

from collections.abc import Mapping

from clais.feature.trail import Trail
from clais.translation import N_
from tenants.team.schemas import PatternSchema


def fields() -> Mapping[str, str]:
    """Field of a pattern → its label."""
    return {name: str(field.metadata["label"]) for name, field in PatternSchema().load_fields.items()}


TRAIL = Trail(
    verbs={
        "team.change_pattern": N_("%(who)s changed the days or the files of a member"),
        "team.note_absence": N_("%(who)s noted an absence"),
        "team.remove_absence": N_("%(who)s took an absence away"),
        "team.pass_ceiling": N_("%(who)s gave one more than the ceiling of a member, %(file)s"),
        "team.note_wishes": N_("%(who)s noted which referent is wanted in %(file)s"),
    },
    fields=fields,
)
