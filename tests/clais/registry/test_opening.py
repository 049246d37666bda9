"""A tenant's address is its own: no page of the house itself begins like it."""

import pytest
from flask import Flask

from clais.database import Scope, unit_of_work
from clais.registry.actions import RESERVED_SLUGS, ReservedSlug, open_tenant
from clais.web.assets import PREFIX
from clais.web.routing import Application
from tests.support.federation import Federation


def beginnings(app: Flask) -> set[str]:
    """The first word of every address that is no tenant's; the static files are served before the routes."""
    words = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    return {word for word in words if word and not word.startswith("<")} | {PREFIX.strip("/")}


def test_the_reserved_words_are_those_of_the_routes(app: Application) -> None:
    assert beginnings(app) == RESERVED_SLUGS


def test_a_page_whose_word_nobody_reserved_is_found() -> None:
    planted = Flask("planted", static_folder=None)
    planted.add_url_rule("/aide/<topic>", "help")
    planted.add_url_rule("/<tenant_slug>/personnes", "people")
    assert beginnings(planted) - RESERVED_SLUGS == {"aide"}


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_no_tenant_is_opened_under_an_address_of_the_house(federation: Federation, slug: str) -> None:
    with unit_of_work(federation.engine, Scope(administers=True)) as session, pytest.raises(ReservedSlug):
        open_tenant(session, federation.basin, kind="local_platform", name="X", slug=slug, code="ABC")
