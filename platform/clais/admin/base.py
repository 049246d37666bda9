"""Flask-Admin for reference data and the registry: never case content. One secured base class, read-only by default."""

import logging
from typing import Any

import structlog
from flask import Response, abort, flash, has_request_context, make_response, request
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.contrib.sqla import ModelView
from sqlalchemy.exc import DataError, InvalidRequestError, SQLAlchemyError

from clais.admin.editing import attributes_of, errors_of, refuse_stale, refuse_strangers, state_of
from clais.audit.actions import record
from clais.database import NIL
from clais.feature.pages import requires
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.routing import Application

READ = "registry.read"
WRITE = "registry.write"
READING_VIEWS = frozenset({"index_view", "details_view", "index"})
NAMING = frozenset({"edit_view", "details_view"})
"""Views of one row, which their query names."""
log = structlog.get_logger("clais.admin")

# The library logs the text of a database error, values included; we log its kind ourselves.
logging.getLogger("flask-admin.sqla").disabled = True


class RequestSession:
    """The request's own session, as Flask-Admin expects one: its commit only flushes, the request commits once."""

    @property
    def session(self) -> "RequestSession":
        """Itself: the library asks its extension for `.session`."""
        return self

    def __getattr__(self, name: str) -> Any:
        # The library looks over every attribute of a view when the application starts, long before any request.
        if name.startswith("_") or not has_request_context():
            raise AttributeError(name)
        return getattr(database(), name)

    def commit(self) -> None:
        """Write, and leave the commit to the end of the request."""
        database().flush()


class RegistryView(ModelView):
    """The one base class of every administration page.

    Only who may read the registry enters; only who may write it changes what `can_edit` and `can_create` open. Writing
    also needs the administering scope in the database. The library's pages are replaced by ours, since its scripts
    break a strict content policy; its messages are replaced, since they show SQL with values. Its forms pass over
    unknown fields and let the last writer win: ours refuse both.
    """

    list_template = "clais_admin/list.html"
    details_template = "clais_admin/details.html"
    edit_template = create_template = "clais_admin/edit.html"
    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    can_set_page_size = False
    page_size = 50
    simple_list_pager = True
    action_disallowed_list = ("delete",)
    column_filters = None

    def __init__(self, model: type[Any], name: Any, endpoint: str, url: str) -> None:
        super().__init__(model, RequestSession(), name=name, endpoint=endpoint, url=url)

    def is_accessible(self) -> bool:
        """Checked by the library before each of its views; our routing checked before."""
        return bool(actor().may(READ))

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        """Asked by the library before each of its views: those that we did not open are not there."""
        opened = {"index_view": True, "details_view": True, "edit_view": self.can_edit, "create_view": self.can_create}
        if not opened.get(name) or (name in NAMING and not request.args.get("id")):
            abort(404)
        return super()._handle_view(name, **kwargs)

    def get_one(self, key: Any) -> Any:
        """The row behind `?id=`; one that is about to be written is held, so that of two editors one is the second."""
        try:
            row = super().get_one(key)
        except (DataError, InvalidRequestError):
            row = None  # What was asked for is no key of this table.
        if row is None:
            abort(404)
        if request.method == "POST":
            database().refresh(row, with_for_update=True)
        return row

    def edit_form(self, obj: Any = None) -> Any:
        """The form of a row. Raises UnknownFields (400), and StaleEdit (409) when the row is not what was shown."""
        form = super().edit_form(obj)
        if request.method == "POST":
            refuse_strangers(form)
            refuse_stale(form, obj, self.form_columns)
        return form

    def create_form(self, obj: Any = None) -> Any:
        """The form of a new row. Raises UnknownFields (400)."""
        form = super().create_form(obj)
        if request.method == "POST":
            refuse_strangers(form)
        return form

    def version_of(self, row: Any) -> str:
        """What the page of `edit_form` carries."""
        return state_of(row, self.form_columns)

    def render(self, template: str, **kwargs: Any) -> Any:
        """A page. A form that was sent and comes back was not saved, and its answer says so."""
        page = super().render(template, errors_of=errors_of, attributes_of=attributes_of, **kwargs)
        return make_response(page, 422) if request.method == "POST" else page

    def inaccessible_callback(self, _name: str, **_kwargs: Any) -> Response:
        """Whoever may not enter gets the ordinary refusal."""
        abort(403)

    def handle_view_exception(self, exc: Exception) -> bool:
        """Say that it was not saved, in words; the kind of the fault goes to the log, never its text."""
        if not isinstance(exc, (SQLAlchemyError, ValueError)):
            raise exc
        log.warning("registry not saved", error=type(exc).__qualname__, table=self.model.__tablename__)
        flash(_("This was not saved: it disagrees with something already there. Check the code and the name."), "error")
        return True

    def after_model_change(self, _form: Any, model: Any, is_created: bool) -> None:
        """Put each change on record."""
        verb = "registry.create" if is_created else "registry.edit"
        record(database(), verb, self.model.__tablename__, getattr(model, "id", None) or NIL)


class HomeView(AdminIndexView):
    """The first page of the administration: what there is to look after."""

    @expose("/")
    def index(self) -> Any:
        """One line a table."""
        return self.render("clais_admin/index.html")


def install_admin(app: Application, views: tuple[RegistryView, ...]) -> Admin:
    """Put the administration at /admin; every route of the library declares a permission."""
    admin = Admin(app, name="CLAIS", index_view=HomeView(url="/admin", name="Administration"))
    for view in views:
        admin.add_view(view)
    endpoints = {view.endpoint for view in admin._views}  # noqa: SLF001 - the library has no public list.
    for endpoint, function in list(app.view_functions.items()):
        prefix, _dot, name = endpoint.partition(".")
        if prefix in endpoints:
            served = _nothing if name == "static" else function
            app.view_functions[endpoint] = _guarded(served, READ if name in {*READING_VIEWS, "static"} else WRITE)
    return admin


def _nothing(**_arguments: Any) -> Any:
    """The library's own files are not used: the pages wear the dress of the house."""
    abort(404)


def _guarded(function: Any, permission: str) -> Any:
    @requires(permission)
    def view(**arguments: Any) -> Any:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not actor().may(WRITE):
            abort(403)
        return function(**arguments)

    return view
