"""The first versions of the house: what was asked before any centre published an instrument."""

import tomllib
from functools import cache
from importlib.resources import files

from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import InstrumentKind
from clais.instruments.schemas import accepted

FILES = {InstrumentKind.INTAKE: "intake.toml", InstrumentKind.BILAN: "bilan.toml"}
"""The kinds that the house has, and where each is written."""


@cache
def first_version(kind: InstrumentKind) -> Questionnaire:
    """The house's first version of a kind, ready to be filled in. Raises KeyError for a kind that it has not."""
    text = files(__package__).joinpath(FILES[kind]).read_text()
    return Questionnaire(accepted(tomllib.loads(text)))
