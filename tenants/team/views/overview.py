from flask import Response

from clais.feature.pages import Pages
from clais.services import services
from clais.web.context import actor, database
from clais.web.rendering import render
from tenants.team import caseloads, newcomers, presentation, queries, rows
from tenants.team.lookups import LEAD

pages = Pages()


@pages.page("/equipe", LEAD)
def index() -> Response:
    """The platform for its coordinator: newcomers, absences, who follows how many files."""
    session = database()
    absences = queries.absences_to_cover(session)
    colleagues = queries.colleagues_with(session, [each.absence for each in absences])
    following, counts = queries.followers_among(colleagues, services().permissions), caseloads.caseloads(session)
    matrix = rows.matrix_of(following, counts, actor().tenant_name)
    # Whoever looks at a page without newcomers does not wait until none was found.
    waiting = newcomers.newcomers(session, services().permissions) if matrix.waiting else []
    away = rows.absence_lines(absences, {each.membership.id: each.membership.display_name for each in colleagues})
    files = sum(presentation.number_of_files(counted) for counted in counts.values())
    return render(
        "team/index.html",
        summary=rows.summary(files, matrix.waiting, away),
        newcomers=rows.newcomer_lines(waiting, following, counts),
        absences=away,
        matrix=matrix,
    )
