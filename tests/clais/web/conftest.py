"""A tiny application with the web shell and no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, flash, g, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from jinja2 import Environment
from marshmallow import fields, validate
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import abort

from clais.clock import now, today
from clais.forms.fields import (
    Date,
    Email,
    LocalDateTime,
    NationalNumber,
    OneChoice,
    Phone,
    PostalCode,
    SeveralChoices,
    Time,
    TrimmedString,
    choice_pairs,
)
from clais.forms.form import Form
from clais.forms.schemas import Schema
from clais.web.errors import Change, StaleEdit, StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.web.setup import setup_web

SECRET_TEXT = "CANARY relation person_name value Marchetti"


LANGUAGES = [("fr", "Français"), ("it", "Italien"), ("ar", "Arabe")]
NEEDS = [
    ("housing", "Logement"),
    ("food", "Alimentation", "colis, restaurant social"),
    ("health", "Santé"),
    ("debts", "Dettes"),
]


class LanguageSchema(Schema):
    code = OneChoice(LANGUAGES, required=True, metadata={"label": "Langue"})
    level = TrimmedString(5, metadata={"label": "Niveau"})


class AddressSchema(Schema):
    street = TrimmedString(80, metadata={"label": "Rue"})
    postal_code = PostalCode(metadata={"label": "Code postal"})


class IntakeSchema(Schema):
    last_name = TrimmedString(60, required=True, metadata={"label": "Nom", "group": "Qui", "autocomplete": "off"})
    birth_date = Date(
        allow_none=True, metadata={"label": "Date de naissance", "group": "Qui", "hint": "Par exemple 23/11/1990."}
    )
    sex = OneChoice(
        [("f", "Femme"), ("m", "Homme"), ("x", "Autre")],
        required=True,
        metadata={"label": "Sexe déclaré", "widget": "radio", "inline": True, "group": "Qui"},
    )
    phone = Phone(metadata={"label": "Téléphone", "widget": "tel", "group": "Contact"})
    email = Email(metadata={"label": "E-mail", "widget": "email", "group": "Contact"})
    address = fields.Nested(AddressSchema, metadata={"label": "Adresse", "group": "Contact"})
    national_number = NationalNumber(metadata={"label": "Numéro national", "group": "Contact"})
    languages = fields.List(
        fields.Nested(LanguageSchema),
        validate=validate.Length(max=5),
        metadata={"label": "Langues", "group": "Situation", "add_label": "Ajouter une langue"},
    )
    needs = SeveralChoices(NEEDS, metadata={"label": "Besoins urgents", "group": "Situation"})
    occupation = TrimmedString(
        10,
        metadata={
            "label": "Métier souhaité",
            "widget": "combobox",
            "source": "/occupations",
            "display": {"K1304": "Aide-ménagère"}.get,
            "group": "Situation",
        },
    )
    status = OneChoice(
        [("ri", "RI (CPAS)"), ("job_seeker", "Demandeur d'emploi")], metadata={"label": "Statut", "group": "Situation"}
    )
    appointment = LocalDateTime(metadata={"label": "Rendez-vous", "group": "Suite"})
    hour = Time(metadata={"label": "Heure préférée", "group": "Suite"})
    request_text = TrimmedString(
        500, multiline=True, metadata={"label": "Demande", "hint": "Avec ses mots.", "group": "Suite"}
    )
    agreed = fields.Boolean(
        required=True,
        validate=validate.Equal(True),
        metadata={"label": "Elle accepte d'être inscrite", "group": "Suite"},
    )


def layout_data() -> dict[str, object]:
    """What the navigation of a local platform looks like."""
    return {
        "navigation": [
            {"label": label, "icon": icon, "url": f"/#{icon}", "current": current, "count": count, "wide": wide}
            for label, icon, current, count, wide in (
                ("Ma journée", "sun", False, 0, False),
                ("Accueil", "door-open", False, 3, False),
                ("Dossiers", "folder2-open", True, 0, False),
                ("Relais", "send", False, 2, False),
                ("Partenaires", "people", False, 0, True),
                ("Chiffres", "bar-chart", False, 0, True),
            )
        ],
        "place": {"name": "Farciennes", "subtitle": "Plate-forme locale · CPAS"},
        "search_url": "/search",
        "search_proposals_url": "/search/proposals",
        "primary_act": {"label": "Nouvel accueil", "url": "/new"},
        "user_menu": {"name": "Nadia Lambert", "role": "Agente", "places_url": "/places", "sign_out_url": "/sign-out"},
    }


def build_app() -> Flask:  # noqa: C901 - one small view per way of answering
    """The application under test: a gallery, a small form, and every way of failing."""
    app = Flask(__name__, template_folder="templates", static_folder=None)
    app.secret_key = "a secret for tests only"

    @app.before_request
    def load_session() -> None:
        given = request.headers.get("X-Test-Session")
        g.session_token_hash = given.encode() if given else None
        g.locale = request.headers.get("X-Test-Locale")

    setup_web(app)
    app.context_processor(layout_data)

    @app.route("/gallery", methods=["GET", "POST"])
    def gallery() -> ResponseReturnValue:
        form = Form(
            IntakeSchema,
            {
                "occupation": "K1304",
                "languages": [{"code": "it", "level": "A2"}],
                "birth_date": dt.date(1992, 3, 12),
                "needs": ["food"],
            },
        )
        status = 200
        if request.method == "POST":
            form = Form.from_request(IntakeSchema, request.form)
            if form.validate():
                flash("Enregistré.", "done")
                return redirect_after_post("/gallery")
            status = 422
        return render(
            "gallery.html",
            status=status,
            form=form,
            past=today() - dt.timedelta(days=34),
            future=today() + dt.timedelta(days=3),
        )

    @app.route("/contact", methods=["GET", "POST"])
    def contact() -> ResponseReturnValue:
        form = Form(AddressSchema)
        if request.method == "POST":
            form = Form.from_request(AddressSchema, request.form)
            if request.form["street"] == "panne":
                raise OperationalError(SECRET_TEXT, {}, Exception(SECRET_TEXT))
            if form.validate():
                flash("Enregistré.", "done")
                return redirect_after_post("/note")
        return render("small.html", "_contact.html", status=422 if form.typed else 200, form=form)

    @app.route("/note", methods=["GET", "POST"])
    def note() -> ResponseReturnValue:
        if "flash" in request.args:
            flash("Noté.", "done")
        if request.method == "POST":
            return redirect_after_post("/note")
        return render("simple.html", "_note.html", text="Bonjour")

    @app.post("/occupations")
    def occupations() -> ResponseReturnValue:
        words = request.form["q"].lower()
        items = [
            {"value": code, "label": label, "detail": code}
            for code, label in choice_pairs(
                [("K1304", "Aide-ménagère"), ("K1302", "Aide familiale"), ("F1702", "Ouvrier voirie")]
            )
            if words in label.lower()
        ]
        return app.jinja_env.from_string(
            '{% from "components/ui.html" import combobox_options %}{{ combobox_options(items) }}'
        ).render(items=items)

    @app.route("/fail/<kind>", methods=["GET", "POST"])
    @app.route("/api/fail/<kind>", methods=["GET", "POST"])
    def fail(kind: str) -> ResponseReturnValue:
        if kind == "stale":
            saved = Change("Luc Delhaye", now() - dt.timedelta(minutes=3))
            raise StaleEdit([("Note", "la mienne")], [("Note", "la sienne")], "/note", saved)
        if kind == "same":
            raise StaleEdit([], [], "/note")
        if kind == "moved":
            raise StateConflict([("Commentaire", "trois\nlignes")], [("État", "Refusé")], "/note")
        if kind == "clicked":
            raise StateConflict([], [("État", "Refusé")], "/note")
        if kind == "overtaken":
            raise StaleDataError(SECRET_TEXT)
        if kind == "database":
            raise OperationalError(SECRET_TEXT, {"name": SECRET_TEXT}, Exception(SECRET_TEXT))
        if kind == "bug":
            raise RuntimeError(SECRET_TEXT)
        return abort(int(kind))

    return app


@pytest.fixture(scope="session")
def app() -> Flask:
    return build_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def environment(app: Flask) -> Iterator[Environment]:
    with app.test_request_context("/"):
        yield app.jinja_env


@pytest.fixture(scope="session")
def node_modules() -> Path:
    return Path(__file__).parents[3] / "node_modules"
