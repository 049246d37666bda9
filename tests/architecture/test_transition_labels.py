"""What the button of a transition says stands in the table of its workflow, and nowhere a second time."""

import re
from collections.abc import Iterator, Mapping

from config.features import FEATURES
from tests.architecture.sources import ROOT

LABELS = {
    step.label: f"{workflow.name}.{step.name}"
    for feature in FEATURES
    for workflow in feature.workflows
    for step in workflow.transitions
    if step.label
}
SHOWN = re.compile(r"""(?<![A-Za-z])_\((["'])(?P<id>.*?)\1""")


def pages() -> dict[str, str]:
    """The templates of the house, and the modules that may write to a page: path → text."""
    folders = [ROOT / "platform" / "clais", ROOT / "tenants", ROOT / "support_center"]
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".html", ".py"}
    }


def repeated(texts: Mapping[str, str]) -> Iterator[str]:
    """The places where a page says by itself what a transition says."""
    for path, text in texts.items():
        for found in SHOWN.finditer(text):
            if found["id"] in LABELS:
                yield f"{path}: {found['id']!r} is the label of {LABELS[found['id']]}"


def test_no_page_writes_the_label_of_a_transition_by_itself() -> None:
    assert list(repeated(pages())) == []


def test_a_label_that_is_written_twice_is_found() -> None:
    planted = {
        "show.html": """{{ button(url, _("Close the file")) }}{{ button(url, _('Release the seat'), "quiet") }}"""
    }
    assert len(list(repeated(planted))) == 2
