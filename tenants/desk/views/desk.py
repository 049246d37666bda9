"""The desk: who is here, who is expected, who is free, and who comes now."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.listings import record_typing, stand_above_limit
from clais.clock import now, today
from clais.dates import day_bounds
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.queries import team
from clais.printing.engine import is_set_up
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import clock_time, day_as, exact_day
from clais.web.rendering import redirect_after_post, render
from tenants.agenda.forms import agents_of
from tenants.agenda.queries import appointments_between
from tenants.desk import presentation, queries, rows
from tenants.desk.actions import arrivals, steps
from tenants.desk.lookups import agent_choices, asking, chosen_agent, proposed_agents
from tenants.desk.presentation import Screen, minutes_text
from tenants.desk.schemas import NamesSchema, walk_in_schema, with_whom_schema
from tenants.intake.actions import note_information_request
from tenants.people.matching import check
from tenants.people.models import Person
from tenants.printing.giving import give_presence_list
from tenants.team.queries import away_on

pages = Pages()
QUESTION = "question"
BESIDE_THE_FIELDS = ("act", "person")
"""What the buttons of the form send: that it is only a question, or whose arrival it is."""


@pages.page("/guichet", "desk.read")
def index() -> Response:
    """The desk: who is here and since when, who is expected today, who is free."""
    away = away_on(database(), today())
    return _desk(Form(walk_in_schema(agent_choices(agents_of(database()), away))), away)


def _desk(form: Form, away: Collection[UUID], status: int = 200) -> Response:
    stand_above_limit(database())
    session, who = database(), actor()
    seen = queries.visits_of_today(session)
    appointments = appointments_between(session, *day_bounds(today()))
    screen = Screen(services().keyring, queries.is_discreet(session, who.membership_id))
    agents, names = agents_of(session), {member.id: member.display_name for member in team(session)}
    lines = presentation.agent_lines(agents, appointments, seen, away)
    here = rows.visit_lines(seen, screen, names, presentation.free_text(lines), who)
    waiting = [one for one in seen if one.visit.state == "waiting"]
    came, absent = rows.day_counts(appointments)
    return render(
        "desk/index.html",
        status=status,
        date_in_words=day_as(today(), "EEEE d MMMM"),
        hour=clock_time(now()),
        waiting=len(waiting),
        longest=minutes_text(max(one.waited for one in waiting)) if waiting else "",
        agents=lines,
        choices=agent_choices(agents, away),
        here=here,
        expected=rows.expected_lines(session, appointments, screen, who),
        gone=rows.gone_lines(seen, screen, names, who),
        figures=queries.figures_of(seen),
        last=rows.last_step(seen, screen) if who.may("desk.write") else None,
        forgotten=sum(one.goes_on and one.visit.arrived_on < today() for one in seen),
        came=came,
        absent=absent,
        discreet=screen.discreet,
        can_print=is_set_up(),
        receives=any(agent.id == who.membership_id for agent in agents),
        form=form,
        minutes_text=minutes_text,
        known=(),
        asked=False,
    )


@pages.post("/guichet/arrivees", "desk.write")
def enter() -> Any:
    """Put somebody in the queue who comes, calls or is sent; or count a question of two minutes, without a queue."""
    away = away_on(database(), today())
    form = Form.from_request(
        walk_in_schema(agent_choices(agents_of(database()), away)), request.form, allow=BESIDE_THE_FIELDS
    )
    if not form.validate():
        return _desk(form, away, 422)
    session, who, data = database(), actor(), form.data
    if request.form.get("act") == QUESTION:
        note_information_request(session, who, steps.question_of(data["manner"], data["theme"]))
        flash(_("The question is counted, without a name."), "done")
        return redirect_after_post(url_for("desk.index"))
    facts = {
        "theme": data["theme"],
        "agent_id": chosen_agent(data["agent"]),
        "manner": data["manner"],
        "sent_by": data["sent_by"],
    }
    key = request.form.get("person", type=UUID)
    try:
        if key is not None:
            arrivals.come_without_appointment(session, who, get_or_404(Person, key), **facts)
        else:
            arrivals.come_unknown(session, who, services().keyring, data, **facts)
    except arrivals.AlreadyHere:
        flash(_("This arrival is noted already: here is where it stands."), "wait")
    return redirect_after_post(url_for("desk.index"))


@pages.post("/guichet/connus", "desk.write")
def known() -> Response:
    """Whether who comes is known here, while it is typed. The typed text is sent in the body."""
    form = Form.from_request(NamesSchema(), request.form)
    record_typing(database())
    answers = form.valid_answers()
    asked = bool(answers.get("family_name") and answers.get("given_names"))
    matches = check.possible_duplicates(database(), answers, services().keyring)
    screen = Screen(services().keyring, queries.is_discreet(database(), actor().membership_id))
    return render("desk/_known.html", known=presentation.known_rows(matches, screen), asked=asked)


@pages.post("/guichet/avec-qui", "desk.write")
def propose() -> Response:
    """With whom somebody who asks this is best: the agents in the order of the rules, the first with the reasons."""
    form = Form.from_request(with_whom_schema(agent_choices(agents_of(database()), ())), request.form)
    themes = [form["theme"].value] if form.validate() else []
    agents = proposed_agents(database(), asking(themes))
    return render("desk/_with_whom.html", form=Form(with_whom_schema(agents), {"agent": form["agent"].value}))


@pages.button("/guichet/presences", "desk.read")
def presence_list() -> AnyResponse:
    """Have the list made of today's permanence: who is expected, and who came without an appointment."""
    session = database()
    names = {member.id: member.display_name for member in team(session)}
    appointments, seen = appointments_between(session, *day_bounds(today())), queries.visits_of_today(session)
    expected = presentation.presences(appointments, seen, names)
    heading = _("Desk, %(day)s", day=exact_day(today(), weekday=True))
    return give_presence_list(heading, expected, url_for("desk.index"))


@pages.button("/guichet/ecran/<any(initiales, noms):shown>", "desk.read")
def screen(shown: str) -> Response:
    """Show initials instead of names on a screen that others can see, or names again."""
    change = arrivals.hide_names if shown == "initiales" else arrivals.show_names
    change(database(), actor())
    return redirect_after_post(url_for("desk.index"))
