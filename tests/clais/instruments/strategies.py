"""Definitions as hypothesis draws them: every kind of item, any texts, lists and conditions, some of them wrong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from clais.instruments.rules.definition import (
    CHOICE_CODE,
    CODE,
    LANGUAGES,
    LISTED,
    Choice,
    Definition,
    InstrumentKind,
    Item,
    ItemKind,
    Latitude,
    Section,
    Texts,
)
from clais.text import has_visible, plain_line, plain_writing

ANY_TEXT = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30),
    st.sampled_from(
        ["=1+1", "+32 470 00 00 00", "@cmd", "-1", "007", "1e3", "TRUE", "2026-11-29", "_x0041_", "_x000D_", "#REF!"]
    ),
    st.sampled_from(["Où ?\nEt quand ?", "a\tb", "<b>&amp;</b>", "يوم", "« ici »", "1 000", "yes", "’", '"']),
)
"""What people type, and what spreadsheets and XML would make something else of."""
WRITING = ANY_TEXT.map(plain_writing).filter(lambda text: has_visible(text) and "${" not in text)
LINES = ANY_TEXT.map(plain_line).filter(has_visible)
CODES = st.from_regex(CODE, fullmatch=True).filter(lambda code: code != "meta")
CHOICE_CODES = st.from_regex(CHOICE_CODE, fullmatch=True) | st.integers(-9, 9).map(str)
LATITUDES = st.frozensets(st.sampled_from(list(Latitude)))
CONDITIONS = [
    "",
    "true()",
    "${%s} = 'yes'",
    "${%s} >= 1",
    'selected(${%s}, "a  b")',
    "${nobody} = 1",
    "${%s} >",
    "nothing(1)",
]


def texts(languages: Sequence[str], *, always: bool = True) -> st.SearchStrategy[Texts]:
    """A text in all or some of these languages."""
    if always:
        return st.fixed_dictionaries(dict.fromkeys(languages, WRITING))
    return st.dictionaries(st.sampled_from(languages), WRITING)


@st.composite
def choice_lists(draw: st.DrawFn, languages: Sequence[str]) -> dict[str, tuple[Choice, ...]]:
    """Some lists, one of them perhaps yes and no."""
    names = draw(st.lists(CODES | st.just("yes_no"), max_size=3, unique=True))
    codes = st.lists(CHOICE_CODES, min_size=1, max_size=4, unique=True) | st.just(["yes", "no"])
    scores = st.none() | st.integers(-1000, 1000)
    was = st.lists(CHOICE_CODES, max_size=2, unique=True).map(tuple)
    return {
        name: tuple(Choice(code, draw(texts(languages)), draw(scores), draw(was)) for code in draw(codes))
        for name in names
    }


@st.composite
def items(draw: st.DrawFn, id: str, languages: Sequence[str], lists: Sequence[str], ids: Sequence[str]) -> Item:  # noqa: A002
    """An item of any kind; of those with a list, if there is one."""
    kind = draw(st.sampled_from([kind for kind in ItemKind if lists or kind not in LISTED]))
    condition = st.sampled_from(CONDITIONS).map(
        lambda text: text % draw(st.sampled_from(ids)) if "%s" in text else text
    )
    return Item(
        id,
        kind,
        draw(texts(languages)),
        draw(texts(LANGUAGES, always=False)),
        draw(st.booleans()),
        draw(st.sampled_from(lists)) if kind in LISTED else "",
        draw(condition),
        draw(st.sampled_from(["", ". >= 0", ". != ''", "${x"])),
        draw(texts(languages, always=False)),
        draw(st.just("") | LINES),
        draw(st.booleans()),
        draw(st.just("") | LINES),
        draw(LATITUDES),
    )


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """A definition as its schema keeps it. Its ids are unique; some of its conditions are wrong."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True))
    lists = draw(choice_lists(languages))
    ids = draw(st.lists(CODES, min_size=2, max_size=8, unique_by=str.lower))
    place = draw(st.integers(1, len(ids) - 1))
    sections = []
    for id_, inside in ((ids[0], ids[1:place]), (ids[place], ids[place + 1 :])):
        found = tuple(draw(items(one, languages, list(lists), ids)) for one in inside)
        shown_if = draw(st.sampled_from(["", "true()", "${nobody} = 1"]))
        sections.append(Section(id_, draw(texts(languages)), found, shown_if, draw(LATITUDES)))
    kind = draw(st.sampled_from(list(InstrumentKind)))
    title = draw(texts(languages))
    whole = Definition(kind, title, tuple(sections), lists, tuple(languages), draw(LATITUDES))
    course = draw(st.sampled_from(["", "BILAN-1"]))
    day = draw(st.none() | st.dates(date(2026, 1, 1), date(2099, 12, 31)))
    return replace(whole, certificate=course, certificate_from=day if course else None)
