"""What is said in one language changes nothing in the others, and what is missing is what the problems say."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clais.instruments.rules.definition import LANGUAGES, MAIN_LANGUAGE, Definition
from clais.instruments.rules.problems import problems_of
from clais.instruments.rules.translations import missing_in, texts_of, with_texts
from tests.clais.instruments.strategies import definitions


@given(definitions(), st.sampled_from(LANGUAGES), st.data())
def test_texts_are_said_in_one_language_and_stay_in_the_others(
    definition: Definition, language: str, data: st.DataObject
) -> None:
    keys = [key for key, _texts in texts_of(definition)]
    said = data.draw(st.dictionaries(st.sampled_from(keys), st.text(max_size=5)))
    changed = with_texts(definition, language, said)
    assert [key for key, _texts in texts_of(changed)] == keys or language == MAIN_LANGUAGE
    before, after = dict(texts_of(definition)), dict(texts_of(changed))
    for key in before.keys() & after.keys():
        assert after[key].get(language, "") == said.get(key, before[key].get(language, ""))
        assert {**after[key], language: ""} == {**before[key], language: ""}
    assert with_texts(definition, language, {}) == definition


@given(definitions())
def test_what_is_missing_is_what_the_problems_say(definition: Definition) -> None:
    asked = replace(definition, languages=tuple(dict.fromkeys((MAIN_LANGUAGE, *definition.languages))))
    told = Counter(problem.about[0] for problem in problems_of(asked) if problem.code == "untranslated")
    assert missing_in(asked) == {language: told[language] for language in asked.languages if language != MAIN_LANGUAGE}
