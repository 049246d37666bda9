"""Readers of the open data files: places, public holidays and occupations.

Each takes the directory of the files (`config/reference`) and yields frozen records in the order of the file. All raise
ReferenceDataError, with file and record number, when a file does not have the format that its publisher describes.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

OCCUPATION_SCHEME = "ROME"
OCCUPATION_VERSION = "4.60"
_OCCUPATIONS_FILE = "rome/rome_v460_codes.csv"
_APPELLATIONS_FILE = "rome/rome_v460_appellations.csv"
_LOCALITIES_FILE = "localities.csv"
_YES_NO = {"O": True, "N": False, "": None}

Row = TypeVar("Row")
Record = TypeVar("Record")
Ring = tuple[tuple[float, float], ...]


class ReferenceDataError(ValueError):
    """A reference file does not have the described format."""

    def __init__(self, file: str, record: int, problem: str) -> None:
        super().__init__(f"{file}, record {record}: {problem}")


@dataclass(frozen=True, slots=True)
class Region:
    nis_code: str
    name_fr: str
    name_nl: str
    name_de: str


@dataclass(frozen=True, slots=True)
class Province:
    nis_code: str
    name_fr: str
    name_nl: str
    name_de: str
    region_nis_code: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """`province_nis_code` is None in the Brussels region, which has no provinces."""

    nis_code: str
    name_fr: str
    name_nl: str
    province_nis_code: str | None
    region_nis_code: str


@dataclass(frozen=True, slots=True)
class PostalCode:
    """One pair: a postal code may cover several municipalities, and a municipality has several postal codes."""

    postal_code: str
    nis_code: str


@dataclass(frozen=True, slots=True)
class Locality:
    """The name of a place under a postal code; the file holds those of Charleroi and of the communes around it."""

    postal_code: str
    name: str
    nis_code: str


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A legal holiday: `month` and `day`, or `days_after_easter`; the other is None."""

    code: str
    name_fr: str
    name_nl: str
    month: int | None
    day: int | None
    days_after_easter: int | None

    def date_in(self, year: int) -> date:
        """The holiday itself, not its replacement day when it is a Sunday, which each employer sets."""
        if self.days_after_easter is not None:
            return easter(year) + timedelta(days=self.days_after_easter)
        if self.month is None or self.day is None:
            raise ValueError("a holiday has a month and a day, or days after Easter")
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Occupation:
    """`parent_code` is None for an occupation that is its own parent. `regulated` is None when it is unknown."""

    scheme: str
    version: str
    code: str
    label: str
    parent_code: str | None
    regulated: bool | None


@dataclass(frozen=True, slots=True)
class Appellation:
    """A job title of an occupation; `is_main` marks the title that names the whole occupation."""

    scheme: str
    version: str
    code: str
    label: str
    short_label: str
    occupation_code: str
    is_main: bool
    rarely_used: bool


@dataclass(frozen=True, slots=True)
class BasinOutline:
    """The outline of a municipality: rings of (longitude, latitude) in degrees, WGS 84, the outer one first."""

    nis_code: str
    name_fr: str
    district_nis_code: str
    district_name_fr: str
    population_2020: int
    rings: tuple[Ring, ...]


def regions(directory: Path) -> Iterator[Region]:
    return _json_records(
        directory, "regions.json", "",
        lambda row: Region(row["id"], row["name"]["fr"], row["name"]["nl"], row["name"]["de"]),
    )  # fmt: skip


def provinces(directory: Path) -> Iterator[Province]:
    return _json_records(
        directory, "provinces.json", "",
        lambda row: Province(row["id"], row["name"]["fr"], row["name"]["nl"], row["name"]["de"], row["region"]),
    )  # fmt: skip


def municipalities(directory: Path) -> Iterator[Municipality]:
    return _json_records(directory, "municipalities.json", "", _municipality)


def postal_codes(directory: Path) -> Iterator[PostalCode]:
    return _json_records(
        directory, "postal-codes.json", "", lambda row: PostalCode(row["postalCode"], row["municipality"])
    )


def localities(directory: Path) -> Iterator[Locality]:
    return _csv_records(
        directory, _LOCALITIES_FILE, lambda row: Locality(row["code"], row["locality"], row["nis_code"])
    )


def public_holidays(directory: Path) -> Iterator[PublicHoliday]:
    """The present rules. The one replacement day in the file (2008) is not read."""
    return _json_records(directory, "public-holidays.json", "holidays", _public_holiday)


def basin_outlines(directory: Path) -> Iterator[BasinOutline]:
    return _json_records(directory, "charleroi_basin_communes.geojson", "features", _basin_outline)


def occupations(directory: Path) -> Iterator[Occupation]:
    return _csv_records(directory, _OCCUPATIONS_FILE, _occupation)


def appellations(directory: Path) -> Iterator[Appellation]:
    return _csv_records(directory, _APPELLATIONS_FILE, _appellation)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's method)."""
    century, year_of_century = divmod(year, 100)
    golden = year % 19
    moon_correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - moon_correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (year_of_century // 4) - epact - year_of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _municipality(row: dict[str, Any]) -> Municipality:
    province = None if row["province"] == row["region"] else row["province"]
    return Municipality(row["id"], row["name"]["fr"], row["name"]["nl"], province, row["region"])


def _public_holiday(row: dict[str, Any]) -> PublicHoliday:
    rule = row["rule"]
    if rule["type"] == "easter":
        month, day, days_after_easter = None, None, int(rule["daysAfterEaster"])
    elif rule["type"] == "fixed":
        month, day, days_after_easter = int(rule["month"]), int(rule["day"]), None
    else:
        raise ValueError("the rule is neither fixed nor easter")
    return PublicHoliday(row["id"], row["name"]["fr"], row["name"]["nl"], month, day, days_after_easter)


def _basin_outline(row: dict[str, Any]) -> BasinOutline:
    if row["geometry"]["type"] != "Polygon":
        raise ValueError("the outline is no Polygon")
    rings = tuple(
        tuple((float(longitude), float(latitude)) for longitude, latitude in ring)
        for ring in row["geometry"]["coordinates"]
    )
    about = row["properties"]
    return BasinOutline(
        about["nis"], about["name_fr"], about["arr_nis"], about["arr_fr"], int(about["pop_2020"]), rings
    )


def _occupation(row: dict[str, str]) -> Occupation:
    code, parent = row["code_rome"], row["code_rome_parent"]
    return Occupation(
        scheme=OCCUPATION_SCHEME,
        version=OCCUPATION_VERSION,
        code=code,
        label=row["libelle_rome"],
        parent_code=None if parent == code else parent,
        regulated=_YES_NO[row["emploi_reglemente"]],
    )


def _appellation(row: dict[str, str]) -> Appellation:
    return Appellation(
        scheme=OCCUPATION_SCHEME,
        version=OCCUPATION_VERSION,
        code=row["code_ogr"],
        label=row["libelle_appellation_long"],
        short_label=row["libelle_appellation_court"],
        occupation_code=row["code_rome"],
        is_main=row["classification"] == "PRINCIPALE",
        rarely_used=row["peu_usite"] == "O",
    )


def _json_records(
    directory: Path, file: str, within: str, read: Callable[[dict[str, Any]], Record]
) -> Iterator[Record]:
    """The records of a JSON array: the whole file, or the value of its key `within`."""
    try:
        content = json.loads((directory / file).read_text(encoding="utf-8-sig"))
        rows = list(content[within] if within else content)
    except (ValueError, KeyError, TypeError) as problem:
        raise ReferenceDataError(file, 0, repr(problem)) from problem
    for number, row in enumerate(rows, start=1):
        yield _record(file, number, row, read)


def _csv_records(directory: Path, file: str, read: Callable[[dict[str, str]], Record]) -> Iterator[Record]:
    """Records of a CSV file with a header, one line in memory at a time."""
    number = 0
    # utf-8-sig removes the byte order mark that spreadsheets add before the first column name.
    with (directory / file).open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, strict=True)
        while True:
            try:
                row = next(rows, None)
            except (csv.Error, UnicodeDecodeError) as problem:
                raise ReferenceDataError(file, number + 1, repr(problem)) from problem
            if row is None:
                return
            number += 1
            yield _record(file, number, row, read)


def _record(file: str, number: int, row: Row, read: Callable[[Row], Record]) -> Record:
    try:
        return read(row)
    except (KeyError, TypeError, ValueError) as problem:
        raise ReferenceDataError(file, number, repr(problem)) from problem
