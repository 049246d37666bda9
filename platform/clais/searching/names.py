"""Names of people: the keys by which they are found, the readings of what is typed, the order of a list."""

import re
from collections.abc import Sequence

from clais.text import fold

# Particles of names, which people leave out or attach to the name, in the spellings met around Charleroi.
_PARTICLES = frozenset(
    """
    d de del della delle dello degli den der des di da das do dos du l la le les lo m n o op s t te ten ter
    in van vande vanden vander von zu zum
    abou abu ait al ben bin bint bou el ibn oulad ould
    """.split()  # noqa: SIM905 - one name a line would fill a page.
)
# Dutch particles are often attached to the name: a search for "broeck" finds Vandenbroeck too.
_ATTACHED_PARTICLE = re.compile(r"^(?:vanden|vander|vande|van)(?=[a-z]{4})")
# A longer name gives no more keys, so that their number stays bounded.
_MOST_PARTS = 10
_MOST_READINGS = 12


def compact(text: str) -> str:
    """The folded text without any space: equal for "Van den Broeck", "Vandenbroeck" and "VAN-DEN-BROECK"."""
    return fold(text).replace(" ", "")


def _parts(text: str) -> list[tuple[str, str]]:
    """Each part of a name as (with its particles, without): "van den Broeck-Dupont" has two."""
    parts, leading = [], ""
    words = fold(text).split()
    for position, word in enumerate(words, start=1):
        if word in _PARTICLES and position < len(words):
            leading += word
            continue
        parts.append((leading + word, word))
        leading = ""
    if len(parts) > _MOST_PARTS:
        last = "".join(attached for attached, _bare in parts[_MOST_PARTS - 1 :])
        parts[_MOST_PARTS - 1 :] = [(last, last)]
    return parts


def name_tokens(family_name: str, given_names: str) -> list[str]:
    """The keys for a search by the start of a name, family name first, each once.

    Particles both attached and dropped ("vandenbroeck", "broeck"), double names whole and in parts ("dupontleroy",
    "dupont", "leroy"). A person matches when, in one of `readings(…)`, each word is the start of one of them.
    """
    tokens: dict[str, None] = {}
    for name in (family_name, given_names):
        parts = _parts(name)
        for position, (attached, bare) in enumerate(parts):
            # From each part to the end, written as one word: a search starts at any part and may omit the spaces.
            rest = attached + "".join(following for following, _bare in parts[position + 1 :])
            dropped = _ATTACHED_PARTICLE.sub("", bare)
            tokens.update(dict.fromkeys([rest, attached, bare, dropped]))
        tokens.update(dict.fromkeys(_from_inner_particles(name)))
    return list(tokens)


def _from_inner_particles(name: str) -> list[str]:
    """With several particles in a row, the name from the second one: "den Broeck" finds "Van den Broeck"."""
    words = fold(name).split()[: _MOST_PARTS * 2]
    starts = []
    for position in range(1, len(words)):
        if words[position] in _PARTICLES and words[position - 1] in _PARTICLES:
            end = next((i for i in range(position, len(words)) if words[i] not in _PARTICLES), len(words) - 1)
            if end > position:
                starts.append("".join(words[position : end + 1]))
    return starts


def readings(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Each way to read typed words as starts of names, 13 at most: a particle begins the name after it, or is a name.

    "ben ali" is the family name Ben Ali, or Ben whose family name is Ali; "s marchetti" is Sofia Marchetti too.
    """
    ways: list[tuple[str, ...]] = [()]
    position = 0
    while position < len(words):
        end = position
        while words[end] in _PARTICLES and end + 1 < len(words):
            end += 1
        particles, name = words[position:end], words[end]
        options = [(*particles[:alone], "".join(particles[alone:]) + name) for alone in range(len(particles) + 1)]
        ways = [(*way, *option) for way in ways for option in options][:_MOST_READINGS]
        position = end + 1
    # What is cut off leaves the reading that takes every word as it stands.
    return ways if tuple(words) in ways else [*ways, tuple(words)]


def sort_key(family_name: str, given_names: str) -> str:
    """The order of a Belgian list: "De Smet" beside "Desmet", particles counted, then by given names.

    To be compared code point by code point (COLLATE "C"): the space after the family name sorts before any letter.
    """
    return f"{compact(family_name)} {fold(given_names)}".strip()
