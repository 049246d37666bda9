"""What is to be completed, file by file, with one act each: an agent's own files, and all of them for who leads."""

from flask import Response, url_for

from clais.feature import composition
from clais.feature.pages import Pages
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from clais.web.cursors import after_key, write_cursor
from clais.web.rendering import render
from tenants.gaps import queries
from tenants.gaps.schemas import gaps_schema
from tenants.people.urls import file_url

pages = Pages()
READ, LEAD = "person.edit", "team.lead"


@pages.page("/personnes/a-completer", READ)
def index() -> Response:
    """The open files that lack something: how many by what they lack, and those of one of these."""
    session, who = database(), actor()
    leads = who.may(LEAD)
    gaps = [gap for gap in composition().gaps if who.may(gap.permission)]
    chosen = query_arguments(gaps_schema(gaps))
    mine = not leads or chosen["whose"] == "mine"
    counts = queries.numbers(session, who, gaps, mine=mine)
    lacking = [(gap, count) for gap, count in zip(gaps, counts, strict=True) if count]
    current = next((gap for gap in gaps if gap.name == chosen["gap"]), lacking[0][0] if lacking else None)
    part = " ".join(filter(None, (current.name, chosen["whose"]))) if current else ""
    after = after_key(chosen["after"], part)
    found = queries.files_that_lack(session, who, current, after, mine=mine) if current else []
    page = found[: queries.PAGE]
    whose = "mine" if leads and mine else None
    name = current.name if current else None
    more = len(found) > queries.PAGE
    return render(
        "gaps/index.html",
        tabs=[
            {
                "label": _(gap.label),
                "url": url_for("gaps.index", gap=gap.name, whose=whose),
                "count": count,
                "current": gap is current,
            }
            for gap, count in zip(gaps, counts, strict=True)
            if count or gap is current
        ],
        gap=current,
        lines=[(person.full_name, file_url(person.id), person.reference, current.url(person.id)) for person in page]
        if current
        else [],
        leads=leads,
        mine=mine,
        whose_url=url_for("gaps.index", gap=name, whose=None if mine else "mine"),
        next_url=url_for("gaps.index", gap=name, whose=whose, after=write_cursor(page[-1].sort_name, page[-1].id, part))
        if more
        else None,
        first_url=url_for("gaps.index", gap=name, whose=whose) if after else None,
    )
