"""What the supervision puts on the thread of a file: that it was drawn."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.exchange.quality.choices import THEMES
from clais.exchange.quality.workflow import ANSWER
from clais.feature.file import Entry
from clais.thread import Source
from clais.translation import gettext as _
from tenants.quality.models import QualityDraw

DRAWS = Source(
    QualityDraw.person_id,
    {
        "quality_request_id": QualityDraw.quality_request_id,
        "theme": QualityDraw.theme,
        "drawn_at": QualityDraw.drawn_at,
        "drawn_by": QualityDraw.drawn_by,
        "replaced_at": QualityDraw.replaced_at,
    },
    order=(QualityDraw.drawn_at.desc(), QualityDraw.id.desc()),
)


def draw_entry(drawn: Any, actor: Actor) -> Iterator[Entry]:
    """A file that was drawn for the supervision: what leaves the platform is a summary without a name."""
    theme = _(THEMES[drawn.theme]) if drawn.theme in THEMES else drawn.theme
    yield Entry(
        when=drawn.drawn_at,
        kind="quality_draw",
        title=_("File drawn by chance for the supervision: %(theme)s", theme=theme),
        by=drawn.drawn_by,
        icon="list-check",
        tag=_("another one drawn since") if drawn.replaced_at else "",
        url=url_for("quality.show", quality_request_id=drawn.quality_request_id) if actor.may(ANSWER) else None,
    )
