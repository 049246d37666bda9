from flask import Response

from clais.clock import today
from clais.exchange.training.queries import courses_by_id
from clais.exchange.training.workflow import OPEN
from clais.feature.pages import Pages
from clais.web.context import actor, database
from clais.web.rendering import render
from support_center.training.queries import LOOKED_BACK, own_runs
from support_center.training.rows import run_line

pages = Pages()
READ = "training.read"


@pages.page("/formation-des-agents", READ)
def index() -> Response:
    """The trainer's day: the sessions of today, those to close, those to come."""
    session, day = database(), today()
    runs = [run for run in own_runs(session, day - LOOKED_BACK) if run.state in OPEN]
    courses = courses_by_id(session, {run.course_id for run in runs})
    lines = [(run, run_line(run, courses.get(run.course_id))) for run in runs]
    return render(
        "training/index.html",
        running=[line for run, line in lines if run.starts_on <= day <= run.ends_on],
        over=[line for run, line in lines if run.ends_on < day],
        ahead=[line for run, line in lines if run.starts_on > day],
        may_write=actor().may("training.write"),
    )
