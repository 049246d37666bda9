"""The sentences of the trail about the situation of people."""

from collections.abc import Mapping

from clais.feature.trail import Trail
from clais.translation import N_
from clais.translation import gettext as _
from tenants.situation.choices import FACTS


def fields() -> Mapping[str, str]:
    """Dated fact → its name."""
    return {fact: _(label) for fact, label in FACTS.items()}


TRAIL = Trail(
    verbs={
        "situation.begin": N_("%(who)s noted what changed in the situation in %(file)s"),
        "situation.correct": N_("%(who)s corrected the history of the situation in %(file)s"),
        "situation.insert": N_("%(who)s added a forgotten period in %(file)s"),
        "situation.remove": N_("%(who)s took a period away in %(file)s"),
        "episode.add": N_("%(who)s noted work or training in %(file)s"),
        "episode.change": N_("%(who)s corrected work or training in %(file)s"),
        "episode.remove": N_("%(who)s took work or training away in %(file)s"),
    },
    fields=fields,
)
