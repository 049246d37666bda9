"""What is put into a template when it is compiled is what it would have said when drawn: in each language, escaped."""

from collections.abc import Iterator

import pytest
from flask import Flask, g, render_template
from jinja2 import DictLoader

from clais.web.templating import Templates
from tests.clais.web.conftest import build_app

SOURCES = {
    "text.html": "<b title=\"{{ _('Sign out') }}\">{{ _('Sign out') }}</b>",
    "named.html": "{{ _('Dear %(name)s,', name=who) }}",
    "chosen.html": "{{ _(text) }}",
    "unless.html": "[{{ 'never' if false }}][{{ _('Sign out') if shown }}]",
    "icon.html": "{{ icon('lock') }}{{ icon('lock', _('Sign out')) }}{{ icon(which) }}",
    "outer.html": "{% extends 'inner.html' %}{% block body %}{{ _('Sign out') }}{% endblock %}",
    "inner.html": "{% block body %}{% endblock %} {% include 'text.html' %}",
}


@pytest.fixture
def app() -> Flask:
    app = build_app()
    app.jinja_env.loader = DictLoader(SOURCES)
    return app


@pytest.fixture
def request_in(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def in_english(app: Flask, name: str, **values: object) -> str:
    with app.test_request_context("/"):
        g.locale = "en"
        return render_template(name, **values)


def in_french(app: Flask, name: str, **values: object) -> str:
    with app.test_request_context("/"):
        return render_template(name, **values)


def test_each_language_has_its_own(app: Flask) -> None:
    for _again in range(2):
        assert in_french(app, "text.html") == '<b title="Se déconnecter">Se déconnecter</b>'
        assert in_english(app, "text.html") == '<b title="Sign out">Sign out</b>'


def test_what_a_page_extends_and_includes_is_in_its_language(app: Flask) -> None:
    assert in_english(app, "outer.html").count("Sign out") == 3
    assert in_french(app, "outer.html").count("Se déconnecter") == 3


def test_named_values_are_escaped(app: Flask) -> None:
    assert "&lt;i&gt;" in in_french(app, "named.html", who="<i>")
    assert "<i>" not in in_french(app, "named.html", who="<i>")


def test_a_text_that_only_the_page_knows_is_looked_up_then(app: Flask) -> None:
    assert in_french(app, "chosen.html", text="Sign out") == "Se déconnecter"


def test_nothing_stands_where_an_if_has_no_else(app: Flask) -> None:
    assert in_french(app, "unless.html", shown=False) == "[][]"
    assert in_french(app, "unless.html", shown=True) == "[][Se déconnecter]"


def test_an_icon_is_drawn_alike_at_both_times(app: Flask) -> None:
    first, labelled, late = in_french(app, "icon.html", which="lock").replace("</svg>", "</svg>|").split("|")[:3]
    assert first == late
    assert 'role="img" aria-label="Se déconnecter"' in labelled
    with pytest.raises(LookupError):
        in_french(app, "icon.html", which="no-such")


def test_constant_texts_are_not_looked_up_when_a_page_is_rendered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    in_french(app, "text.html")
    environment = app.jinja_env
    assert isinstance(environment, Templates)
    asked: list[str] = []
    monkeypatch.setitem(environment.globals, "gettext", asked.append)
    in_french(app, "text.html")
    assert asked == []
