"""Names of people: compare, search and sort them, and parse the text of a search box."""

import re
from dataclasses import dataclass
from datetime import date

from clais.clock import today
from clais.numbers import InvalidNationalNumber, InvalidPhone, clean_national_number, clean_phone
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

_REFERENCE = re.compile(r"(?<![^\W_])([A-Za-z]{2,5})[-/]([0-9]{4})[-/]([0-9]{1,6})(?!\w)")
_NUMERIC = re.compile(r"(?<![^\W_])\+?\d(?:[\d\s./()\-\u2010-\u2015]*\d)?(?!\w)")
_DAY_FIRST = re.compile(r"(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")
_EARLIEST_BIRTH_YEAR = 1900
_LONGEST_SEARCH = 200


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
    "dupont", "leroy"). A person matches when each of `query_tokens(…).words` is the start of one of them.
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


# Its repr shows no value: a search is personal data, and a repr ends up in logs.
@dataclass(frozen=True, slots=True, repr=False)
class SearchText:
    """The parsed text of the search box.

    `words` are starts of names, which must all match; `phone` is E.164; `national_number` has 11 digits; `reference` is
    that of a file; `unread` holds the numbers that are none of these, to show as not understood.
    """

    words: tuple[str, ...] = ()
    phone: str | None = None
    national_number: str | None = None
    reference: str | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    unread: tuple[str, ...] = ()


def query_tokens(text: str) -> SearchText:
    """Parse the words and numbers of a search: "sofia van den b 12/03/1991", "0475 12 34 56", "far-2026-00123".

    Dates are day first, a year of two digits is the latest one past. Reads the first 200 characters.
    """
    text = text[:_LONGEST_SEARCH]
    reference = None
    if found := _REFERENCE.search(text):
        reference = f"{found[1].upper()}-{found[2]}-{int(found[3]):05d}"
        text = f"{text[: found.start()]} {text[found.end() :]}"
    facts: dict[str, str | date | int] = {}
    unread: list[str] = []
    for run in (match.group() for match in _NUMERIC.finditer(text)):
        # "1991 0475123456" is two facts, "0475 12 34 56" is one: first the whole, then each piece between spaces.
        whole = _fact(run)
        for piece, fact in [(run, whole)] if whole else [(piece, _fact(piece)) for piece in run.split()]:
            if fact and fact[0] not in facts:
                facts[fact[0]] = fact[1]
            else:
                unread.append(piece)
    words = tuple(attached for attached, _bare in _parts(_NUMERIC.sub(" ", text)))
    # The keys of `facts` are the names of the fields, each with its own type.
    return SearchText(words=words, reference=reference, unread=tuple(unread), **facts)  # type: ignore[arg-type]


def _fact(run: str) -> tuple[str, str | date | int] | None:
    """The field and value of a run of digits and separators; None when it is none of the fields."""
    try:
        return "national_number", clean_national_number(run)
    except InvalidNationalNumber:
        pass
    if born := _birth_date(run):
        return "birth_date", born
    # Without its first 0 a fixed line's number looks like a date.
    if run[0] in "0+":
        try:
            return "phone", clean_phone(run)
        except InvalidPhone:
            return None
    if re.fullmatch(r"\d{4}", run) and _EARLIEST_BIRTH_YEAR <= int(run) <= today().year:
        return "birth_year", int(run)
    return None


def _birth_date(run: str) -> date | None:
    if day_first := _DAY_FIRST.fullmatch(run):
        day, month, year = (int(number) for number in day_first.groups())
        if len(day_first[3]) == 2:  # noqa: PLR2004
            year += 2000 if year <= today().year % 100 else 1900
    elif year_first := _YEAR_FIRST.fullmatch(run):
        year, month, day = (int(number) for number in year_first.groups())
    else:
        return None
    try:
        born = date(year, month, day)
    except ValueError:
        return None
    return born if year >= _EARLIEST_BIRTH_YEAR and born <= today() else None


def sort_key(family_name: str, given_names: str) -> str:
    """The order of a Belgian list: "De Smet" beside "Desmet", particles counted, then by given names.

    To be compared code point by code point (COLLATE "C"): the space after the family name sorts before any letter.
    """
    return f"{compact(family_name)} {fold(given_names)}".strip()


# Spellings of one sound, in order: later rules see what earlier ones left.
_SOUNDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in [
        (r"^abd[aeiou]l", "abdal"),  # Abdelkader, Abdulkadir
        (r"^(?:[yj]|dj)o?us+[eu]f", "yusuf"),  # Youssef, Yusuf, Jusuf
        (r"^fat[ie]?ma", "fatima"),  # Fatima, Fatma
        (r"^(?:el|al)(?=[^aeiou])", "al"),  # El Amrani, Al Amrani
        (r"ij(?!a)|y", "i"),  # Meijer, Meyer; Leroy, Leroi; but Khadija
        (r"chr", "kr"),
        (r"sch|sh|ch", "s"),  # Chahin, Sahin
        (r"kh", "h"),  # Khadija, Hadija
        (r"ph", "f"),  # Philippe, Filip
        (r"dj", "j"),  # Djamel, Jamel
        (r"h", ""),  # Thomas, Tomas
        (r"(?:eau|au)x?", "o"),  # Rousseau, Rousso
        (r"(?<=..)e$", ""),
        (r"ck|qu|q", "k"),
        (r"c(?=[ei])", "s"),
        (r"c", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"w", "v"),
        (r"gn", "n"),
        (r"[ae]", "a"),  # Mohamed, Mohamad
        (r"[ou]", "u"),  # Mohamed, Muhammad
        (r"(?<=[aiu])[aiu]+", ""),  # Of several vowels, the first.
        (r"(.)\1+", r"\1"),  # Marchetti, Marcheti
        (r"(?<=..)(?:ks|[dst])+$", ""),  # Dupont, Dupond; Janssens, Janssen
    ]
]


def sound_key(token: str) -> str:
    """A phonetic key of a name: equal for Mohamed and Muhammad, Khadija and Hadija, Meyer and Meijer.

    Tuned for French, Dutch, Maghrebi, Turkish and Italian names as they are spelled in Belgium. It finds candidates for
    comparison and proves nothing: some names that sound different share a key.
    """
    plain = sounds = compact(token)
    for pattern, replacement in _SOUNDS:
        sounds = pattern.sub(replacement, sounds)
    return sounds or plain
