from flask import Response, abort, url_for

from clais.clock import today
from clais.feature.pages import Pages
from clais.spreadsheets import MIMETYPES, as_csv
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from clais.web.formatting import near_day
from clais.web.rendering import render
from support_center.network import rows
from support_center.network.columns import COLUMNS
from support_center.network.explanations import explanation_of
from support_center.network.figures import Network, network_of
from support_center.network.rules.periods import Period, periods_until
from support_center.network.schemas import NetworkArguments, PeriodArguments

pages = Pages()
READ = "network.read"


@pages.page("/reseau", READ)
def index() -> Response:
    """The platforms of the basin, their figures in a period, and what one of these numbers counts."""
    asked = query_arguments(NetworkArguments)
    network = _network(asked.get("periode"))
    explained = None
    if "plateforme" in asked or "chiffre" in asked:
        line = network.line_of(asked["plateforme"]) if "plateforme" in asked else None
        if line is None or "chiffre" not in asked:
            abort(404)
        explained = explanation_of(network, line, asked["chiffre"])
    return render(
        "network/index.html",
        partial="network/_explained.html",
        network=network,
        lead=rows.lead(network),
        signals=rows.signals(network),
        columns=COLUMNS,
        cells_of_line=rows.cells_of_line,
        multiples=rows.multiples(network),
        explained=explained,
        here=rows.address(network),
        period_text=_period_text(network.period),
        periods=[
            (_period_text(period), url_for("network.index", periode=period.code), period == network.period)
            for period in periods_until(today())
        ],
    )


@pages.page("/reseau/export.csv", READ)
def export() -> Response:
    """The table of a period as a file: it shows and hides what the page does."""
    network = _network(query_arguments(PeriodArguments).get("periode"))
    name = f"reseau-{network.period.code}.csv"
    return Response(
        as_csv(rows.file_rows(network)),
        mimetype=MIMETYPES["csv"],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _network(code: str | None) -> Network:
    """The figures of a period that can be chosen; by default of the current one. 404 for another."""
    periods = periods_until(today())
    period = next((period for period in periods if code in {None, period.code}), None)
    if period is None:
        abort(404)
    return network_of(database(), actor(), period)


def _period_text(period: Period) -> str:
    return f"{near_day(period.first)} – {near_day(period.until(today()))}"
