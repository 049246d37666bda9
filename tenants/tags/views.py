"""Tags of files: put on and taken off, of one file or of several of the list; and those of the platform."""

from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.people.urls import file_url
from tenants.people.views.several import chosen_people
from tenants.tags import actions, queries
from tenants.tags.models import Tag
from tenants.tags.schemas import tags_schema

pages = Pages()


@pages.form("/personnes/etiquettes", "person.edit")
def put() -> Response:
    """Put tags on the files whose keys the address has, and take tags off them."""
    people = chosen_people()
    keys = [person.id for person in people]
    here, on_them = queries.tags_here(database()), queries.tags_on(database(), keys)
    schema = tags_schema(
        [(str(tag.id), tag.label) for tag in here if on_them.get(tag.id, 0) < len(keys)],
        [(str(tag.id), tag.label) for tag in here if tag.id in on_them],
    )
    back_url = file_url(keys[0]) if len(keys) == 1 else url_for("caseload.index")
    form = Form.from_request(schema, request.form) if request.method == "POST" else Form(schema)
    if request.method == "POST" and form.validate():
        try:
            wanted = {UUID(key) for key in form.data["on"]}
            if form.data["new"]:
                wanted.add(actions.tag_named(database(), form.data["new"]).id)
        except Refused as refused:
            form.add_error("new", _REFUSALS[refused.code]())
        else:
            actions.take_off(database(), keys, {UUID(key) for key in form.data["off"]})
            actions.put(database(), actor(), keys, wanted)
            flash(
                ngettext("The tags of %(num)d file are changed.", "The tags of %(num)d files are changed.", len(keys)),
                "done",
            )
            return redirect_after_post(back_url)
    return render(
        "tags/put.html",
        status=422 if form.errors else 200,
        people=people,
        form=form,
        action=request.full_path.removesuffix("?"),
        back_url=back_url,
    )


_REFUSALS = {
    "too_many": lambda: _("The platform has sixty tags: forget one that nobody uses first."),
    "blank": lambda: _("Write a word."),
}


@pages.page("/etiquettes", "person.edit")
def index() -> Response:
    """The tags of the platform, each with its files."""
    return render("tags/index.html", tags=queries.tags_here(database()), files=queries.files_by_tag(database()))


@pages.button("/etiquettes/<uuid:tag_id>/oubli", "caseload.share")
def forget(tag_id: UUID) -> AnyResponse:
    """Take a tag off all files and out of the list."""
    tag = get_or_404(Tag, tag_id)
    actions.forget(database(), tag)
    flash(_("The tag « %(label)s » is on no file any more.", label=tag.label), "done")
    return redirect_after_post(url_for("tags.index"))
