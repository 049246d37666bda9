from clais.words import N_
from tenants.orientation import bilan_views, decision_views, plan_views, sections, step_views, timeline
from tenants.orientation.feature import orientation
from tenants.people.file import Act, Section, add_act, add_section, add_timeline_source

__all__ = ["bilan_views", "decision_views", "orientation", "plan_views", "step_views"]

READ, WRITE = "orientation.read", "orientation.write"
FROM_INTAKE = frozenset({"in_intake", "in_orientation", "in_follow_up"})

add_section(Section("plan", 20, "main", READ, "orientation/_plan.html", sections.plan_on_file))
add_section(Section("orientation", 30, "main", READ, "orientation/_orientation.html", sections.orientation_on_file))
add_section(Section("movement", 40, "main", READ, "orientation/_movement.html", sections.movement_on_file))
add_section(Section("wishes", 40, "aside", READ, "orientation/_wishes.html", sections.wishes_on_file))
add_act(Act(N_("Make a bilan"), "orientation.new_bilan", WRITE, 30, FROM_INTAKE, frozenset({"in_intake"})))
add_timeline_source("bilans", READ, timeline.BILANS, timeline.bilan_entry)
add_timeline_source("decisions", READ, timeline.DECISIONS, timeline.decision_entry)
add_timeline_source("plans", READ, timeline.PLANS, timeline.plan_entries)
add_timeline_source("evaluations", READ, timeline.EVALUATIONS, timeline.evaluation_entry)
