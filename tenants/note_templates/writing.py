"""The pages on which a template is added, changed or taken away, whether it is for notes or for plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response as AnyResponse

from clais.forms.form import Form
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.note_templates import keeping
from tenants.note_templates.keeping import Kind


@dataclass(frozen=True, slots=True)
class Writing:
    """How the templates of one kind are written: on the pages of a `feature`, with a `schema`.

    `too_many` is said when the platform has as many as it may; `blank` is a new form.
    """

    feature: str
    kind: Kind
    schema: type[Schema]
    too_many: LazyString
    blank: Mapping[str, Any] = field(default_factory=dict)

    def new(self) -> AnyResponse:
        """Add a template."""
        if request.method == "GET":
            return self._page(Form(self.schema(), self.blank))
        form = Form.from_request(self.schema(), request.form)
        if not form.validate():
            return self._page(form)
        try:
            template = keeping.add(database(), self.kind, form.data)
        except Refused as refused:
            return self._refused(form, refused)
        return self._saved(template)

    def edit(self, template_id: UUID) -> AnyResponse:
        """Change a template."""
        template = get_or_404(self.kind.model, template_id)
        if request.method == "GET":
            return self._page(Form(self.schema(), self.kind.values(template)), template)
        form = Form.from_request(self.schema(), request.form)
        if form.version != str(template.version):
            raise self._too_late(form, template)
        if not form.validate():
            return self._page(form, template)
        try:
            with optimistic_write(lambda: self._too_late(form, get_or_404(self.kind.model, template_id))):
                keeping.change(database(), self.kind, template, form.data)
        except Refused as refused:
            database().refresh(template)
            return self._refused(form, refused, template)
        return self._saved(template)

    def remove(self, template_id: UUID) -> AnyResponse:
        """Take a template away."""
        template = get_or_404(self.kind.model, template_id)
        keeping.remove(database(), self.kind, template)
        flash(_("« %(label)s » is not proposed any more.", label=template.label), "done")
        return redirect_after_post(self._index)

    @property
    def _index(self) -> str:
        return url_for(f"{self.feature}.index")

    def _page(self, form: Form, template: Any = None) -> Response:
        return render(
            f"{self.feature}/form.html",
            status=422 if form.errors else 200,
            form=form,
            edited=template,
            back_url=self._index,
        )

    def _refused(self, form: Form, refused: Refused, template: Any = None) -> Response:
        words = {"too_many": self.too_many, "named_so": _("Another template has this name: give it another one.")}
        form.add_error("label", str(words[refused.code]))
        return self._page(form, template)

    def _saved(self, template: Any) -> AnyResponse:
        flash(_("« %(label)s » is proposed to everybody here.", label=template.label), "done")
        return redirect_after_post(self._index)

    def _too_late(self, form: Form, template: Any) -> StaleEdit:
        reload_url = url_for(f"{self.feature}.edit", **{f"{self.kind.recorded_as}_id": template.id})
        return stale_edit(form, self.kind.values(template), reload_url, saved_by(template.updated_at, template.id))
