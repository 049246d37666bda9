"""Problems of instruments in words: of their rules, of expressions, and of the spreadsheets that they are read from."""

from collections.abc import Mapping

from clais.instruments.choices import DIMENSIONS, ITEM_KINDS, LANGUAGE_NAMES, LATITUDES
from clais.instruments.rules.problems import Problem
from clais.instruments.rules.syntax import ExpressionError
from clais.instruments.xlsform.problems import SheetProblem
from clais.translation import N_, gettext

OF_RULES: Mapping[str, str] = {
    "no_items": N_("Nothing is asked yet."),
    "too_many_items": N_("There are %(first)s questions; %(second)s are the most."),
    "empty_section": N_("The section “%(part)s” has no question."),
    "duplicate_id": N_("The id “%(part)s” stands here %(first)s times: it names one section or question only."),
    "bad_id": N_("“%(part)s” cannot be an id: a small letter, then small letters, digits and _ (40 at most)."),
    "unknown_list": N_("The question names no list of choices that there is: “%(first)s”."),
    "scale_without_numbers": N_("The codes of a scale are whole numbers, which these are not: %(all)s."),
    "empty_list": N_("The list “%(part)s” has no choices."),
    "unused_list": N_("No question uses the list “%(part)s”."),
    "meant_twice": N_("The earlier code “%(first)s” would mean two choices of the list “%(part)s”."),
    "duplicate_code": N_("The code “%(first)s” stands twice in the list “%(part)s”."),
    "bad_code": N_("“%(first)s” cannot be the code of a choice: letters, digits, _ and - only (40 at most)."),
    "circle": N_("These questions wait for one another, so that none is ever asked: %(all)s."),
    "never_shown": N_("No answers ever show this question: its conditions exclude one another."),
    "reads_later": N_("The condition reads an answer that is asked later: %(all)s."),
    "kind_changed": N_(
        "An earlier version has answers of another kind (“%(first)s”, not “%(second)s”): give it another id."
    ),
    "dimension_missing": N_("A bilan asks about all dimensions, and these are not asked about: %(all)s."),
    "unknown_dimension": N_("A bilan has no dimension “%(first)s”."),
    "dimension_twice": N_("The dimension “%(first)s” has a question already: “%(second)s”."),
    "dimension_scale": N_("A question about a dimension is a scale from -3 to 2, with one choice for each level."),
    "dimension_open": N_("Answers about health and justice are sensitive: this question is to be kept sealed."),
    "dimension_sealed": N_("Of the dimensions only health and justice are kept sealed: take the seal off."),
    "dimension_required": N_("What is not discussed stays open in a bilan: no answer can be required here."),
    "reception_missing": N_("Every reception asks these questions, and this form does not: %(all)s."),
    "reception_kind": N_("Receptions keep the answer to this question as “%(first)s”, not “%(second)s”."),
    "reception_codes": N_("Receptions are counted by these choices, which the list has no more: %(all)s."),
    "reception_long_codes": N_("The code of a choice has %(first)s characters at most here: %(rest)s."),
    "reception_sealed": N_(
        "This answer stands at the head of the file, or is counted: it is not kept sealed. Ask what is sensitive apart."
    ),
    "reception_required": N_("What cannot wait is taken off when it is settled: no answer can be required here."),
    "reception_locked": N_("No platform can do this with a question that every reception asks: %(all)s."),
    "dimension_locked": N_("A dimension is asked everywhere in the same way: a platform only adds help to it."),
    "no_text": N_("The text in French is missing (%(field)s)."),
    "untranslated": N_("The text in this language is missing (%(field)s): %(first)s."),
    "long_label": N_("The question in easy French has %(first)s words; %(second)s are the most that reads easily."),
}
"""Code → what a rule of definitions says."""
OF_EXPRESSIONS: Mapping[str, str] = {
    "too_long": N_("The condition is too long."),
    "too_deep": N_("The condition has too many parentheses within one another."),
    "unknown_sign": N_("This cannot be read: %(first)s"),
    "cut_short": N_("The condition stops too early."),
    "unexpected": N_("This is not expected here: %(first)s"),
    "two_comparisons": N_("Two comparisons in a row: join them with “and”."),
    "long_number": N_("This number is too long: %(first)s"),
    "quotes": N_("A text in a condition cannot have both kinds of quotes: %(first)s"),
    "no_own_answer": N_("The dot stands for the answer itself: only a constraint has one."),
    "unknown_item": N_("There is no question “%(first)s”."),
    "unknown_code": N_("The list has no choice “%(first)s”: the condition would never hold."),
    "unknown_function": N_("There is no function “%(first)s”."),
    "arguments": N_("The function “%(first)s” has too many or too few values between its parentheses."),
    "not_a_condition": N_("This is neither true nor false: compare it with something."),
    "not_a_choice": N_("This question has no choices."),
    "code_expected": N_("The code of a choice is expected here, between quotes."),
    "day_expected": N_("A day is expected here, between quotes, such as '2026-11-29'."),
    "not_in_order": N_("Only numbers and dates are less or more than others."),
    "types_differ": N_("Two kinds of answers that do not go together, such as a number and a text."),
    "expected_truth": N_("Something that is true or false is expected here."),
    "expected_number": N_("A number is expected here."),
    "expected_text": N_("A text is expected here."),
    "expected_codes": N_("A question with several choices is expected here."),
}
"""Code → why an expression cannot be understood."""
OF_FILES: Mapping[str, str] = {
    "file_too_large": N_("The file has more than %(first)s MB: take out pictures and what is not part of the form."),
    "encrypted": N_("The file is protected by a password: save it without one."),
    "other_format": N_("This format cannot be read: save the file as an Excel workbook (.xlsx)."),
    "not_a_spreadsheet": N_(
        "This is no spreadsheet, or it is damaged: open it, and save it as an Excel workbook (.xlsx)."
    ),
    "unpacks_too_large": N_("The file unpacks to more than %(first)s MB: copy the form to a new workbook."),
    "too_far": N_("Something stands very far down or to the right (row %(first)s, column %(second)s): delete it."),
    "macros": N_("The macros of the file were not read."),
    "merged_cells": N_("Merged cells (%(first)s in this sheet): what they say was read for the first of each only."),
    "formulas": N_("Formulas (%(first)s in this column): their results were read."),
    "missing_sheet": N_("The sheet “%(sheet)s” is missing."),
    "sheet_left_out": N_("The sheet “%(sheet)s” was not read."),
    "missing_column": N_("The column “%(column)s” is missing."),
    "unknown_column": N_("The column “%(column)s” is unknown: it was not read."),
    "no_heading": N_("A column without a heading: it was not read."),
    "duplicate_column": N_(
        "The columns “%(first)s” and “%(column)s” say the same: keep one, or name the language of each."
    ),
    "unknown_language": N_("Instruments have no language “%(first)s”: these texts were not read."),
    "refused_by_pyxform": N_("Other XLSForm tools refuse the form; pyxform says: %(first)s"),
    "refused_value": N_("A value was refused (%(first)s)."),
}
"""Code → what is wrong with a file, its sheets or its columns."""
OF_ROWS: Mapping[str, str] = {
    "cell_missing": N_("This cell must be filled in."),
    "text_too_long": N_("The text has %(first)s characters; %(second)s are the most."),
    "unknown_value": N_("“%(first)s” cannot stand here."),
    "bad_day": N_("“%(first)s” is no day: write it as 2027-01-31."),
    "bad_score": N_("“%(first)s” is no score: a whole number, up to %(second)s."),
    "too_many_choices": N_("The list “%(first)s” has more than %(second)s choices."),
    "unknown_type": N_("There is no type “%(first)s”."),
    "kind_of_another_type": N_("The kind “%(first)s” does not go with the type “%(second)s”."),
    "not_yes_no": N_(
        "A question of yes or no has a list with the codes yes and no, in this order: “%(first)s” has others."
    ),
    "begin_without_end": N_("The group “%(first)s” begins here and ends nowhere."),
    "end_without_begin": N_("A group ends here that has not begun."),
    "end_of_another": N_("The group “%(first)s” ends here, but “%(second)s” is the one that is open."),
    "other_kind": N_("The file says that it is for something else; it is read as it says."),
    "row_left_out": N_("This row was not read."),
    "column_left_out": N_("An instrument cannot say this: %(first)s cells of this column were not read."),
    "cell_left_out": N_("An instrument cannot say this: “%(first)s” was left out."),
    "type_left_out": N_("An instrument cannot say “%(first)s”: “%(second)s” was left out."),
    "type_widened": N_("An instrument has no type “%(first)s”: it becomes “%(second)s”, which accepts more."),
    "or_other": N_("The choice “other” that can be filled in was left out: add a choice and a text."),
    "repeat_left_out": N_("An instrument repeats nothing: the questions of “%(first)s” are asked once."),
    "required_sometimes": N_("An instrument cannot require an answer under a condition: it is not required."),
    "expression_left_out": N_("This condition was left out, because an instrument has no %(rest)s: %(first)s"),
    "answer_in_text": N_("An instrument does not put answers into texts: ${%(first)s} stays as it is written."),
    "note_in_hint": N_("This note became a part of the hint of “%(first)s”."),
    "note_left_out": N_("This note was left out: no question follows it in its group, or it stands under a condition."),
    "nested_group": N_("The group “%(first)s” stands within “%(second)s”: it became a section of its own."),
    "heading_left_out": N_("This group has only groups: its heading was left out."),
    "no_group": N_("Questions outside of groups stand in a section of their own, under the title."),
    "yes_no_words": N_("Yes and no have fixed words: “%(first)s” was left out."),
    "yes_no_score": N_("Yes and no have no score: it was left out."),
}
"""Code → what is wrong with a row, or was not kept of it."""
OF_WRITING: Mapping[str, str] = {
    "list_of_no_choices": N_("The question has no choices, and names a list all the same: “%(first)s”."),
    "cell_too_long": N_("A text has more than %(first)s characters: it was cut."),
    "no_languages": N_("No language is named."),
}
"""Code → what a spreadsheet cannot say of a definition."""
WORDS: Mapping[str, str] = {**OF_RULES, **OF_EXPRESSIONS, **OF_FILES, **OF_ROWS, **OF_WRITING}
_PROPOSED = {"missing_sheet": 0, "missing_column": 0, "unknown_column": 0, "unknown_type": 1, "unknown_value": 1}
"""Code → where among what is named a name is proposed, if one is."""
_KINDS: Mapping[str, str] = {kind.value: words for kind, words in ITEM_KINDS.items()}
_LATITUDES: Mapping[str, str] = {latitude.value: words for latitude, words in LATITUDES.items()}
_OF_KINDS = frozenset({"kind_changed", "reception_kind", "type_widened", "kind_of_another_type"})
_OF_DIMENSIONS = frozenset({"dimension_missing", "dimension_twice"})
FIELDS: Mapping[str, str] = {
    "title": N_("title of the instrument"),
    "label": N_("question or heading"),
    "hint": N_("hint"),
    "constraint_message": N_("message of the constraint"),
    "list": N_("choice of a list"),
}
"""Field of a definition → what it is called where its text is missing."""


def problem_text(problem: Problem | SheetProblem | ExpressionError) -> str:
    """A problem as a sentence in the language of the request; where it is stands beside."""
    if isinstance(problem, ExpressionError):
        problem = Problem(problem.code, about=(problem.about,) if problem.about else (), at=problem.at)
    about = [_word(problem.code, name) for name in problem.about]
    first, second, *_others = [*about, "", ""]
    text = gettext(
        WORDS[problem.code],
        part=problem.part,
        field=gettext(FIELDS[problem.field]) if problem.field in FIELDS else problem.field,
        sheet=problem.sheet if isinstance(problem, SheetProblem) else "",
        column=problem.column if isinstance(problem, SheetProblem) else "",
        first=first,
        second=second,
        all=", ".join(about),
        rest=", ".join(about[1:]),
    )
    place = _PROPOSED.get(problem.code)
    if place is not None and len(about) > place:
        text += " " + gettext("Did you mean “%(name)s”?", name=about[place])
    if problem.at is not None:
        text += " " + gettext("(Character %(number)s.)", number=problem.at + 1)
    return text


def _word(code: str, name: str) -> str:
    """What is named, in words where it is a code of ours."""
    if code in _OF_KINDS and name in _KINDS:
        return gettext(_KINDS[name])
    if code in _OF_DIMENSIONS and name in DIMENSIONS:
        return gettext(DIMENSIONS[name])
    if code == "reception_locked" and name in _LATITUDES:
        return gettext(_LATITUDES[name])
    return LANGUAGE_NAMES.get(name, name) if code == "untranslated" else name
