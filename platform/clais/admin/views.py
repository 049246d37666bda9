from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional, Regexp

from clais.admin.base import RegistryView
from clais.feature import composition
from clais.feature.closing import holdings_of
from clais.registry.models import Basin, Municipality, Occupation, PostalCode, Tenant
from clais.services import services
from clais.text import EMAIL_ADDRESS, has_visible, lower_first, plain_identifier, plain_line
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from clais.translation import lazy_pgettext
from clais.web.formatting import exact_day

CLOSED = "closed"
CODE_LABELS = {
    "local_platform": _l("Local platform"), "support_centre": _l("Support centre"),
    "open": _l("Open"), "suspended": _l("Suspended"), "closed": _l("Closed"),
}  # fmt: skip


def written_line(text: str | None) -> str | None:
    """A name as it is stored: `plain_line`, and nothing when nobody sees it; for a form of Flask-Admin."""
    return text and (plain_line(text) if has_visible(text) else "")


def identifier(text: str | None) -> str | None:
    """A code as it is stored: `plain_identifier`, for a form of Flask-Admin."""
    return text and plain_identifier(text)


def code_label(_view: object, _context: object, row: object, column: str) -> object:
    """The label of a code of the registry."""
    code = getattr(row, column)
    return CODE_LABELS.get(code, code)


def opening_day(_view: object, _context: object, row: object, column: str) -> str:
    """The Belgian day of a moment."""
    return exact_day(getattr(row, column))


def yes_or_no(_view: object, _context: object, row: object, column: str) -> str:
    """Yes or no as text: Flask-Admin would show an icon that our pages do not have."""
    return _("Yes") if getattr(row, column) else _("No")


class TenantView(RegistryView):
    """A tenant in the registry: name, contact data and state."""

    can_edit = True
    column_list = ("name", "code", "kind", "state", "opened_at")
    contact = ("contact_phone", "contact_email", "contact_address", "national_number_authorisation")
    column_details_list = (*column_list, "slug", *contact)
    column_searchable_list = ("name", "slug", "code")
    column_formatters = {"kind": code_label, "state": code_label, "opened_at": opening_day}
    column_default_sort = "name"
    form_columns = ("name", "state", "closing", *contact)
    form_overrides = {"state": SelectField}
    form_extra_fields = {
        "closing": StringField(
            _l("To close it, type its address"),
            description=_l("Leave this empty, unless you choose « Closed » above."),
            validators=[Length(max=60)],
        )
    }
    form_args = {
        "name": {"validators": [Length(min=2, max=120)], "filters": [written_line]},
        "state": {"choices": [("open", _l("Open")), ("suspended", _l("Suspended")), ("closed", _l("Closed"))]},
        "contact_phone": {"validators": [Optional(), Regexp(r"^\+?[0-9 /.]{8,20}$")], "filters": [identifier]},
        "contact_email": {
            "validators": [Optional(), Regexp(EMAIL_ADDRESS), Length(max=200)],
            "filters": [identifier],
        },
        "contact_address": {
            "description": _l("On one line. It stands at the head of letters."),
            "validators": [Optional(), Length(max=200)],
            "filters": [written_line],
        },
        "national_number_authorisation": {
            "description": _l(
                "Reference of the authorisation to use the national number; empty: the number cannot be recorded."
            ),
            "validators": [Optional(), Length(max=120)],
            "filters": [identifier],
        },
    }
    column_labels = {
        "name": _l("Name"), "code": _l("Code"), "kind": _l("Kind"), "state": _l("State"), "opened_at": _l("Opened on"),
        "slug": _l("Address"), "contact_phone": _l("Phone"), "contact_email": _l("E-mail address"),
        "contact_address": _l("Postal address"),
        "national_number_authorisation": _l("Authorisation for the national number"),
    }  # fmt: skip

    def edit_form(self, obj: Any = None) -> Any:
        """The form of a tenant, which knows whether a choice would close it."""
        form = super().edit_form(obj)
        form.tenant = obj
        return form

    def validate_form(self, form: Any) -> bool:
        """Whether the form can be saved; closing says what the tenant still holds, and asks for its address."""
        valid = super().validate_form(form)
        closes = form.state.data == CLOSED and form.tenant.state != CLOSED
        if not valid or not closes or form.closing.data.strip() == form.tenant.slug:
            return valid
        form.closing.errors = [_closing_question(form.tenant)]
        return False


def _closing_question(tenant: Tenant) -> str:
    held = holdings_of(services().engine, composition().holdings, tenant_id=tenant.id, basin_id=tenant.basin_id)
    what = ", ".join(f"{lower_first(_(holding.label))} : {number}" for holding, number in held) or _("nothing any more")
    return _("It still holds %(what)s. To close it, type « %(slug)s » here.", what=what, slug=tenant.slug)


class BasinView(RegistryView):
    column_list = ("name", "created_at")
    column_formatters = {"created_at": opening_day}
    column_labels = {"name": _l("Name"), "created_at": lazy_pgettext("basin", "Opened on")}


class MunicipalityView(RegistryView):
    """Municipalities merge: administrators correct names here; codes come with the next release of the open data."""

    can_edit = True
    column_list = ("nis_code", "name_french", "name_dutch", "province", "region")
    column_searchable_list = ("nis_code", "name_french", "name_dutch")
    column_default_sort = "name_french"
    column_display_pk = True
    form_columns = ("name_french", "name_dutch")
    form_args = {
        "name_french": {"validators": [Length(min=1, max=80)], "filters": [written_line]},
        "name_dutch": {"validators": [Optional(), Length(max=80)], "filters": [written_line]},
    }
    column_labels = {
        "nis_code": _l("NIS code"), "name_french": _l("French name"), "name_dutch": _l("Dutch name"),
        "province": _l("Province"), "region": _l("Region"),
    }  # fmt: skip


class PostalCodeView(RegistryView):
    column_list = ("code", "locality", "nis_code")
    column_searchable_list = ("code", "locality")
    column_display_pk = True
    column_default_sort = "code"
    column_labels = {"code": _l("Postal code"), "locality": _l("Locality"), "nis_code": _l("NIS code")}


class OccupationView(RegistryView):
    column_list = ("scheme", "scheme_version", "code", "label", "is_appellation")
    column_searchable_list = ("code", "label")
    column_formatters = {"is_appellation": yes_or_no}
    column_default_sort = "code"
    column_labels = {
        "scheme": _l("Classification"), "scheme_version": _l("Version"), "code": _l("Code"), "label": _l("Occupation"),
        "is_appellation": _l("Appellation"),
    }  # fmt: skip


def registry_views() -> tuple[RegistryView, ...]:
    """New views for each application: Flask-Admin stores the state of an application on them."""
    return (
        TenantView(Tenant, _l("Platforms and support centres"), "admin_tenants", "/admin/plates-formes"),
        BasinView(Basin, _l("Basins"), "admin_basins", "/admin/bassins"),
        MunicipalityView(Municipality, _l("Municipalities"), "admin_municipalities", "/admin/communes"),
        PostalCodeView(PostalCode, _l("Postal codes"), "admin_postal_codes", "/admin/codes-postaux"),
        OccupationView(Occupation, _l("Occupations"), "admin_occupations", "/admin/metiers"),
    )
