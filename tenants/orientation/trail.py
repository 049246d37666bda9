"""The sentences of the trail about bilans, wishes, decisions and plans."""

from collections.abc import Mapping

from clais.feature.trail import Trail
from clais.instruments.rules.dimensions import SENSITIVE
from clais.translation import N_
from clais.translation import gettext as _
from tenants.orientation.rules.dimensions import DIMENSIONS


def fields() -> Mapping[str, str]:
    """Dimension of a bilan → its label; sensitive dimensions share one label that names none of them."""
    return {
        dimension.code: _("something sensitive") if dimension.code in SENSITIVE else _(dimension.label)
        for dimension in DIMENSIONS
    }


TRAIL = Trail(
    verbs={
        "bilan.begin": N_("%(who)s began a bilan in %(file)s"),
        "bilan.drop": N_("%(who)s gave up a bilan that was under way in %(file)s"),
        "bilan.hand_over": N_("%(who)s gave the screen to the person to read a bilan in %(file)s"),
        "bilan.create": N_("%(who)s made a bilan in %(file)s"),
        "bilan.edit": N_("%(who)s changed a bilan in %(file)s"),
        "wish.add": N_("%(who)s added a wished occupation in %(file)s"),
        "wish.remove": N_("%(who)s removed a wished occupation in %(file)s"),
        "wish.order": N_("%(who)s put a wished occupation first in %(file)s"),
        "orientation.decide": N_("%(who)s noted a decision of orientation in %(file)s"),
        "plan.create": N_("%(who)s began an action plan in %(file)s"),
        "plan.edit": N_("%(who)s changed the action plan in %(file)s"),
        "plan.sign": N_("%(who)s had the action plan signed in %(file)s"),
        "plan.evaluate": N_("%(who)s evaluated the action plan in %(file)s"),
        "plan.put_off": N_("%(who)s put off the evaluation of the plan because of a pause in %(file)s"),
        "plan.close": N_("%(who)s closed the action plan in %(file)s"),
        "objective.add": N_("%(who)s added an objective in %(file)s"),
        "objective.edit": N_("%(who)s changed an objective in %(file)s"),
        "objective.remove": N_("%(who)s removed an objective in %(file)s"),
        "step.add": N_("%(who)s added a step of the plan in %(file)s"),
        "step.edit": N_("%(who)s changed a step of the plan in %(file)s"),
        "step.finish": N_("%(who)s marked a step of the plan as done in %(file)s"),
        "step.drop": N_("%(who)s dropped a step of the plan in %(file)s"),
        "step.take_up": N_("%(who)s took a step of the plan up again in %(file)s"),
    },
    fields=fields,
)
