"""What is written into a spreadsheet is read back as it was, and nothing else is told of it."""

from collections import Counter

from hypothesis import given, settings

from clais.instruments.rules.definition import Definition
from clais.instruments.rules.problems import problems_of
from clais.instruments.schemas import from_json, to_json
from clais.instruments.xlsform.reading import read
from clais.instruments.xlsform.writing import write
from tests.clais.instruments.strategies import definitions


@settings(max_examples=60)
@given(definitions())
def test_what_is_written_is_read_back_and_only_what_its_rules_say_is_told(definition: Definition) -> None:
    assert from_json(to_json(definition)) == definition
    written = write(definition)
    assert written.unsaid == ()
    found = read(written.content, definition.kind)
    assert found.definition == definition
    told = Counter(
        (problem.code, problem.part, problem.field, problem.about, problem.blocks) for problem in found.problems
    )
    said = Counter((one.code, one.part, one.field, one.about, one.blocks) for one in problems_of(definition))
    assert told == said
