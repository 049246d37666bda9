from collections.abc import Sequence
from typing import Any

from config.demo.engine.dice import Dice
from config.demo.engine.texts import read

_PRONOUNS = {"woman": ("elle", "e", "le"), "man": ("il", "", "")}
_NEUTRAL = ("la personne", "e", "le")


class Voice:
    """Fills sentences about one person. The same sentence is not said twice in a file as long as there are others."""

    def __init__(self, dice: Dice, sex: str, given_names: str, into: str) -> None:
        self._dice = dice
        pronoun, feminine, doubled = _PRONOUNS.get(sex, _NEUTRAL)
        first = given_names.split(maxsplit=1)[0]
        self._words = {
            "il": pronoun, "Il": pronoun[0].upper() + pronoun[1:], "e": feminine, "le": doubled,
            "prenom": first, "Prenom": first, "into": into,
        }  # fmt: skip
        self._said: set[str] = set()

    def say(self, *path: str) -> str:
        """A sentence of `sentences.toml` under `path`, about this person."""
        found: Any = read("sentences")
        for name in path:
            found = found[name]
        return self.one_of(found if isinstance(found, list) else [found])

    def one_of(self, templates: Sequence[str]) -> str:
        """One of the templates, filled."""
        fresh = [template for template in templates if template not in self._said] or list(templates)
        template = self._dice.choice(fresh)
        self._said.add(template)
        return template.format_map(self._words)
