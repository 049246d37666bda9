"""Files that are no form, or are out to do harm: each is told, and none hangs or ends the process."""

import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from clais.instruments.presentation import WORDS
from clais.instruments.rules.definition import MOST_ITEMS, InstrumentKind
from clais.instruments.schemas import LONGEST_EXPRESSION
from clais.instruments.xlsform.package import LARGEST, LARGEST_UNPACKED, MOST_PARTS, MOST_ROWS
from clais.instruments.xlsform.reading import Reading, read
from tests.clais.instruments.xlsform.books import SURVEY, a_book, changed, told

WHOLE = a_book()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SHEET = "xl__worksheets__sheet1_dot_xml"
SHEET_OF_ONE = (
    '<?xml version="1.0" encoding="UTF-8"?>{before}'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
)
FAR = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'


def of(content: bytes) -> Reading:
    return read(content, InstrumentKind.PLAN_TEMPLATE)


def codes(content: bytes) -> list[str]:
    return [problem.code for problem in of(content).problems]


def with_rows(rows: str, before: str = "") -> bytes:
    return changed(a_book(), **{SHEET: SHEET_OF_ONE.format(rows=rows, before=before).encode()})


def with_part(name: str, part: bytes, compression: int = ZIP_DEFLATED) -> bytes:
    content = BytesIO(a_book())
    with ZipFile(content, "a", compression) as archive:
        archive.writestr(name, part)
    return content.getvalue()


def that_lies_about_its_size() -> bytes:
    """A workbook one of whose parts declares less than it unpacks to."""
    name, size = "xl/media/picture.xml", 40 * 1024 * 1024
    content = with_part(name, b" " * size)
    return content.replace(struct.pack("<L", size), struct.pack("<L", 100))


def in_another_encoding() -> bytes:
    """A sheet that declares an encoding in which its far cell would be something else."""
    return SHEET_OF_ONE.format(rows=FAR, before="").replace("UTF-8", "cp037").encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_spreadsheet"),
        (b"Nom;Pr\xe9nom\n", "not_a_spreadsheet"),
        (b"PK\x03\x04" + bytes(100), "not_a_spreadsheet"),
        (a_book()[:-400], "not_a_spreadsheet"),
        (changed(a_book(), xl__workbook_dot_xml=None), "not_a_spreadsheet"),
        (changed(a_book(), xl__workbook_dot_xml=None, xl__workbook_dot_bin=b"x"), "other_format"),
        (changed(a_book(), xl__workbook_dot_xml=None, mimetype=b"application/vnd.oasis"), "other_format"),
        (OLE, "other_format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (bytes(LARGEST + 1), "file_too_large"),
        (with_part("xl/media/picture.xml", b" " * (LARGEST_UNPACKED + 1)), "unpacks_too_large"),
        (that_lies_about_its_size(), "not_a_spreadsheet"),
        (with_part("xl/other.xml", b"<a/>", ZIP_BZIP2), "not_a_spreadsheet"),
        (
            changed(a_book(), **{f"xl__part{number}_dot_xml": b"<a/>" for number in range(MOST_PARTS)}),
            "unpacks_too_large",
        ),
        (with_rows("<row><c><v>1</v></c></row>" * (MOST_ROWS + 1)), "too_far"),
        (with_rows('<row r="1"><c r="&#88;FD9"><v>1</v></c></row>'), "too_far"),
        (with_rows(FAR), "too_far"),
        (changed(a_book(), **{SHEET: in_another_encoding()}), "too_far"),
        (with_rows('<row r="1"><c r="here"><v>1</v></c></row>'), "not_a_spreadsheet"),
        (with_rows('<row r="-1"><c><v>1</v></c></row>'), "not_a_spreadsheet"),
        (with_rows("<row>"), "not_a_spreadsheet"),
        (
            with_rows(
                '<row r="1"><c r="A1" t="str"><v>&b;</v></c></row>',
                '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
            ),
            "not_a_spreadsheet",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, code: str) -> None:
    found = of(content)
    assert found.definition is None
    assert [(problem.code, problem.blocks) for problem in found.problems] == [(code, True)]


def test_one_long_text_that_very_many_cells_tell_is_refused_before_they_are_laid_out() -> None:
    told_often = '<c t="s"><v>0</v></c>' * 100
    cells = "".join(f'<row r="{row}">{told_often}</row>' for row in range(1, 101))
    shared = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"x" * 30_000}</t></si></sst>'
    )
    sheet = SHEET_OF_ONE.format(rows=cells, before="")
    content = changed(a_book(), **{SHEET: sheet.encode(), "xl__sharedStrings_dot_xml": shared.encode()})
    assert len(content) < LARGEST_UNPACKED // 100
    assert codes(content) == ["unpacks_too_large"]


def test_conditions_of_groups_within_groups_do_not_grow_without_end() -> None:
    depth = 500
    rows = [["begin_group", f"g{number}", "G", "${q} = 'aaaaaaaaaaaaaaaaaaaa'"] for number in range(depth)]
    found = of(a_book([["type", "name", "label", "relevant"], *rows, ["text", "q", "?"], *[["end_group"]] * depth]))
    assert found.definition is not None
    assert len(found.definition.sections[-1].shown_if) < 2 * LONGEST_EXPRESSION
    assert "too_long" in [problem.code for problem in found.problems if problem.blocks]


def test_a_cell_without_anything_may_stand_anywhere() -> None:
    far = a_book(more=lambda book, sheet: sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True})))
    assert codes(far) == []
    assert of(far).definition == of(a_book()).definition


def test_a_hundred_thousand_empty_rows_change_nothing() -> None:
    def more(book: Workbook, sheet: Worksheet) -> None:
        look = book.add_format({"bold": True})
        for row in range(len(SURVEY), 100_000):
            sheet.write_blank(row, 0, None, look)

    long = a_book(more=more)
    assert codes(long) == []
    assert of(long).definition == of(a_book()).definition


def test_more_questions_than_there_may_be_are_told_and_none_is_lost() -> None:
    rows = [["text", f"q{number}", "Et ?"] for number in range(3_000)]
    found = of(a_book([["type", "name", "label"], *rows]))
    assert found.definition is not None
    assert len(found.definition.items) == 3_000
    assert ("too_many_items", ("3000", str(MOST_ITEMS))) in [(one.code, one.about) for one in found.problems]


def test_macros_are_not_read_and_that_is_said() -> None:
    found = of(with_part("xl/vbaProject.bin", b"Sub Auto_Open()"))
    assert [(one.code, one.blocks) for one in found.problems] == [("macros", False)]
    assert found.definition == of(a_book()).definition


def test_of_merged_cells_the_first_is_read() -> None:
    merged = of(a_book(more=lambda _book, sheet: sheet.merge_range(1, 2, 1, 3, "Besoins")))
    assert told(merged) == [("merged_cells", "survey", 2, "label::Français (fr)")]
    assert merged.definition == of(a_book()).definition


def test_of_formulas_the_results_are_read() -> None:
    computed = of(
        a_book(
            more=lambda _book, sheet: sheet.write_formula(2, 2, '="Que "&"voulez-vous ?"', None, "Que voulez-vous ?")
        )
    )
    assert told(computed) == [("formulas", "survey", 3, "label::Français (fr)")]
    assert computed.definition is not None
    assert computed.definition.items["wish"].label == {"fr": "Que voulez-vous ?"}


def test_what_looks_like_a_formula_is_a_text() -> None:
    rows = [*SURVEY[:2], ["text", "wish", "=1+1", ""], *SURVEY[3:]]
    found = of(a_book(rows)).definition
    assert found is not None
    assert found.items["wish"].label == {"fr": "=1+1"}


def test_a_sheet_under_another_name_is_proposed() -> None:
    found = of(a_book(names=("Surveys", "choises", "settings")))
    assert found.definition is None
    assert [(one.code, one.sheet, one.about) for one in found.problems if one.blocks] == [
        ("missing_sheet", "survey", ("Surveys",)),
        ("missing_sheet", "choices", ("choises",)),
    ]


def test_a_sheet_that_is_none_of_ours_is_told_unless_its_name_begins_with_a_stroke() -> None:
    def more(book: Workbook, _sheet: Worksheet) -> None:
        for name in ("Explications", "_brouillon"):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "a")
            sheet.write(1, 0, "b")

    assert told(of(a_book(more=more))) == [("sheet_left_out", "Explications", None, "")]


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _time in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert {problem.code for problem in of(bytes(content)).problems} <= WORDS.keys()


PARTS = [
    "<row>",
    "</row>",
    '<c r="A1">',
    '<c t="s">',
    '<c t="b">',
    '<c t="d">',
    "</c>",
    "<v>1</v>",
    "<v>999</v>",
    "<v>é</v>",
    "<f>1</f>",
]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PARTS), max_size=20).map("".join))
def test_a_sheet_of_any_elements_is_read_or_refused_and_nothing_else(rows: str) -> None:
    assert {problem.code for problem in of(with_rows(rows)).problems} <= WORDS.keys()
