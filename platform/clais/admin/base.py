"""Flask-Admin for reference data and the registry, never for files of people. One base class, read-only by default."""

import logging
import re
from typing import Any

import structlog
from flask import Response, abort, flash, has_request_context, make_response, request, session
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.contrib.sqla import ModelView
from sqlalchemy.exc import DataError, InvalidRequestError, SQLAlchemyError

from clais.admin.editing import attributes_of, errors_of, refuse_stale, refuse_unknown_fields, row_digest
from clais.audit.actions import record
from clais.database import NIL
from clais.feature.pages import requires
from clais.text import plain_identifier
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.kept import is_reopened
from clais.web.reopening import say_that_nothing_is_saved
from clais.web.routing import Application

READ = "registry.read"
WRITE = "registry.write"
PAGE_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
"""What the library multiplies and hands to the database as it stands."""
READ_VIEWS = frozenset({"index_view", "details_view", "index"})
SINGLE_ROW_VIEWS = frozenset({"edit_view", "details_view"})
"""Views of one row, whose query string holds its id."""
log = structlog.get_logger("clais.admin")

# Flask-Admin logs the text of a database error with its values; `handle_view_exception` logs its class instead.
logging.getLogger("flask-admin.sqla").disabled = True


class RequestSession:
    """Adapts the session of the request to Flask-Admin: `commit` only flushes, since the request commits once."""

    @property
    def session(self) -> "RequestSession":
        """Itself: Flask-Admin reads `.session` of the extension that it expects."""
        return self

    def __getattr__(self, name: str) -> Any:
        # Flask-Admin inspects every attribute of a view at start-up, before any request.
        if name.startswith("_") or not has_request_context():
            raise AttributeError(name)
        return getattr(database(), name)

    def commit(self) -> None:
        """Flush; the request commits at its end."""
        database().flush()


class RegistryView(ModelView):
    """The one base class of every administration page.

    Reading needs `registry.read`; writing needs `registry.write`, the flags `can_edit` or `can_create`, and the
    administering scope in the database. Our templates replace those of Flask-Admin, whose scripts violate the content
    security policy. Our messages replace its own, which show SQL with values. Its forms ignore unknown fields and let
    the last writer win: ours refuse both.
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

    def get_details_columns(self) -> Any:
        """The columns of the list: the others are for the machine, and have no label in French."""
        return self.get_list_columns()

    def is_accessible(self) -> bool:
        """Flask-Admin calls this before each view; our routing has already checked the permission."""
        return bool(actor().may(READ))

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        """Answer 404 for the views that are not enabled. Flask-Admin calls this before each view."""
        opened = {"index_view": True, "details_view": True, "edit_view": self.can_edit, "create_view": self.can_create}
        if not opened.get(name) or (name in SINGLE_ROW_VIEWS and not request.args.get("id")):
            abort(404)
        return super()._handle_view(name, **kwargs)

    def get_one(self, key: Any) -> Any:
        """The row of `?id=`; a POST locks it, so that the second of two editors sees the write of the first."""
        try:
            row = super().get_one(key)
        except (DataError, InvalidRequestError):
            row = None  # The id is not a key of this table.
        if row is None:
            abort(404)
        if request.method == "POST":
            database().refresh(row, with_for_update=True)
        return row

    def _get_list_extra_args(self) -> Any:
        """The arguments of the list; a search is read without what nobody sees, as everywhere."""
        found = super()._get_list_extra_args()
        found.search = plain_identifier(found.search or "") or None
        return found

    def edit_form(self, obj: Any = None) -> Any:
        """The form of a row. Raises UnknownFields (400), and StaleEdit (409) when the row has changed meanwhile."""
        form = super().edit_form(obj)
        if request.method == "POST":
            refuse_unknown_fields(form)
            refuse_stale(form, obj, self.stored_columns)
        return form

    def create_form(self, obj: Any = None) -> Any:
        """The form of a new row. Raises UnknownFields (400)."""
        form = super().create_form(obj)
        if request.method == "POST":
            refuse_unknown_fields(form)
        return form

    def validate_form(self, form: Any) -> bool:
        """Whether the form can be saved; a form with what was kept is only shown again."""
        return not is_reopened() and bool(super().validate_form(form))

    @property
    def stored_columns(self) -> list[str]:
        """The columns that the form changes, without what it only asks."""
        return [name for name in self.form_columns if name not in (self.form_extra_fields or {})]

    def version_of(self, row: Any) -> str:
        """The digest of the row that the form of `edit_form` holds."""
        return row_digest(row, self.stored_columns)

    def render(self, template: str, **kwargs: Any) -> Any:
        """Render a page: 422 after a POST, since a form that is shown again was not saved."""
        if is_reopened():
            session.clear()  # The library says that the row could not be saved, and nobody asked for it yet.
            say_that_nothing_is_saved()
        page = super().render(template, errors_of=errors_of, attributes_of=attributes_of, **kwargs)
        return make_response(page, 422) if request.method == "POST" else page

    def inaccessible_callback(self, _name: str, **_kwargs: Any) -> Response:
        """Answer 403 when `is_accessible` is false."""
        abort(403)

    def handle_view_exception(self, exc: Exception) -> bool:
        """Show that the row was not saved; log the class of the exception, never its text."""
        if not isinstance(exc, (SQLAlchemyError, ValueError)):
            raise exc
        log.warning("registry not saved", error=type(exc).__qualname__, table=self.model.__tablename__)
        flash(_("This was not saved: it disagrees with something already there. Check the code and the name."), "error")
        return True

    def after_model_change(self, _form: Any, model: Any, is_created: bool) -> None:
        """Record each change in the audit trail."""
        verb = "registry.create" if is_created else "registry.edit"
        record(database(), verb, self.model.__tablename__, getattr(model, "id", None) or NIL)


class HomeView(AdminIndexView):
    """The first page of the administration."""

    @expose("/")
    def index(self) -> Any:
        """Link to each table."""
        return self.render("clais_admin/index.html")


def install_admin(app: Application, views: tuple[RegistryView, ...]) -> Admin:
    """Install the administration at /admin; every route of Flask-Admin declares a permission."""
    admin = Admin(app, name="CLAIS", index_view=HomeView(url="/admin", name="Administration"))
    for view in views:
        admin.add_view(view)
    endpoints = {view.endpoint for view in admin._views}  # noqa: SLF001 - the library has no public list.
    for endpoint, function in list(app.view_functions.items()):
        prefix, _dot, name = endpoint.partition(".")
        if prefix in endpoints:
            served = _no_library_files if name == "static" else function
            app.view_functions[endpoint] = _guarded(served, READ if name in {*READ_VIEWS, "static"} else WRITE)
    return admin


def _no_library_files(**_arguments: Any) -> Any:
    """Answer 404: our pages do not use the static files of Flask-Admin."""
    abort(404)


def _guarded(function: Any, permission: str) -> Any:
    @requires(permission)
    def view(**arguments: Any) -> Any:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not actor().may(WRITE):
            abort(403)
        if any(not PAGE_NUMBER.fullmatch(request.args.get(name, "0")) for name in ("page", "page_size")):
            abort(400)
        return function(**arguments)

    return view
