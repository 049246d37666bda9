"""The templates of plans of a platform, written by its coordinator."""

from datetime import date

from clais.dates import working_day_on_or_before
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.texts import read
from tenants.plan_templates.actions import FACTS
from tenants.plan_templates.models import PlanTemplate


def templates(desk: Desk, opened: date) -> None:
    """Those of a platform, from the week in which it opened."""
    dice, coordinator = Dice(f"{desk.code}/plan templates"), desk.of_role("coordinator")[0]
    day = working_day_on_or_before(opened)
    for minute, facts in enumerate(read("plan_templates")["templates"]):
        moment = at(day, 14, minute)
        key = desk.ledger.add(PlanTemplate, dice, moment, version=1, **{name: facts.get(name) for name in FACTS})
        desk.record(dice, moment, coordinator, "plan_template.add", "plan_template", key)
