"""What a screen says around the questions of an instrument, in the language of its texts."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from clais.instruments.rules.definition import MAIN_LANGUAGE

Words = Mapping[str, str]
"""The name of a word → what it is called in one language. `{…}` stands for what is put in."""
FILE = Path(__file__).with_name("screen_words.toml")


@cache
def every_language() -> Mapping[str, Words]:
    """The words of each language."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def words_of(language: str) -> Words:
    """The words of a language; those of the main one for a language that has none."""
    return every_language().get(language) or every_language()[MAIN_LANGUAGE]
