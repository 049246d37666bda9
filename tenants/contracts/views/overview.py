"""For the coordinator: which files ask for a contract and have none."""

from flask import Response, url_for

from clais.feature.pages import Pages
from clais.web.arguments import query_arguments
from clais.web.context import database
from clais.web.cursors import after_moment, write_cursor
from clais.web.rendering import render
from tenants.contracts import coverage, rows
from tenants.contracts.rules.figures import figures
from tenants.contracts.schemas import WithoutContractSchema

pages = Pages()
OVERSEE = "contract.oversee"
PAGE = 30


@pages.page("/contrats", OVERSEE)
def index() -> Response:
    """The share of files with a contract, and the files without, those that wait longest first."""
    session = database()
    cursor = after_moment(query_arguments(WithoutContractSchema)["after"])
    after = (cursor[0].date(), cursor[1]) if cursor else None
    found = coverage.without_contract(session, after=after, limit=PAGE + 1)
    page = found[:PAGE]
    following = write_cursor(page[-1].since, page[-1].person_id) if len(found) > PAGE else None
    rules = figures(session)
    share = coverage.share(session)
    return render(
        "contracts/index.html",
        share=share,
        share_text=rows.share_in_words(share),
        counts_from=rules.counts_from,
        rows=[rows.without_contract_row(session, row, rules) for row in page],
        delay=rules.delay,
        next_url=url_for("contracts.index", after=following) if following else None,
        first_url=url_for("contracts.index") if after else None,
    )
