import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import holidays
import pytest

from clais import reference_data
from clais.reference_data import (
    PublicHoliday,
    ReferenceDataError,
    appellations,
    basin_outlines,
    easter,
    municipalities,
    occupations,
    postal_codes,
    provinces,
    public_holidays,
    regions,
)

REFERENCE = Path(__file__).resolve().parents[2] / "config" / "reference"
READERS: list[Callable[[Path], Iterator[object]]] = [
    appellations,
    basin_outlines,
    municipalities,
    occupations,
    postal_codes,
    provinces,
    public_holidays,
    regions,
]


def test_every_file_is_complete() -> None:
    counts = {reader.__name__: sum(1 for _ in reader(REFERENCE)) for reader in READERS}
    assert counts == {
        "appellations": 13_120,
        "basin_outlines": 32,
        "municipalities": 565,
        "occupations": 1_584,
        "postal_codes": 1_152,
        "provinces": 10,
        "public_holidays": 10,
        "regions": 3,
    }


def test_places_hang_together() -> None:
    region_codes = {region.nis_code for region in regions(REFERENCE)}
    region_of_province = {province.nis_code: province.region_nis_code for province in provinces(REFERENCE)}
    assert set(region_of_province.values()) < region_codes
    for municipality in municipalities(REFERENCE):
        assert municipality.region_nis_code in region_codes
        if municipality.province_nis_code is None:
            assert municipality.region_nis_code == "04000"
        else:
            assert region_of_province[municipality.province_nis_code] == municipality.region_nis_code


def test_nis_codes_are_unique_and_five_digits() -> None:
    codes = [municipality.nis_code for municipality in municipalities(REFERENCE)]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 5 and code.isdecimal() for code in codes)


def test_every_postal_code_lies_in_municipalities_that_exist_and_each_has_one() -> None:
    pairs = list(postal_codes(REFERENCE))
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair.postal_code) == 4 and pair.postal_code.isdecimal() for pair in pairs)
    assert {pair.nis_code for pair in pairs} == {found.nis_code for found in municipalities(REFERENCE)}


def test_the_neighbourhoods_of_charleroi_are_known_by_their_postal_codes() -> None:
    found = {pair.postal_code for pair in postal_codes(REFERENCE) if pair.nis_code == "52011"}
    assert {"6000", "6001", "6010", "6020", "6030", "6031", "6032", "6040", "6041", "6042", "6043", "6044"} <= found
    assert {"6060", "6061"} <= found


def test_names_keep_their_accents() -> None:
    names = {municipality.nis_code: municipality.name_fr for municipality in municipalities(REFERENCE)}
    assert names["52012"] == "Châtelet"
    assert names["21004"] == "Bruxelles"
    assert {"A1201": "Bûcheron / Bûcheronne"}.items() <= {o.code: o.label for o in occupations(REFERENCE)}.items()


def test_every_appellation_names_an_occupation_and_each_has_one_main_name() -> None:
    codes = {occupation.code for occupation in occupations(REFERENCE)}
    assert len(codes) == 1_584
    main = Counter(found.occupation_code for found in appellations(REFERENCE) if found.is_main)
    assert main == Counter(codes)
    assert {found.occupation_code for found in appellations(REFERENCE)} == codes
    assert len({found.code for found in appellations(REFERENCE)}) == 13_120


def test_occupations_carry_their_scheme_and_known_parents() -> None:
    found = list(occupations(REFERENCE))
    assert {(occupation.scheme, occupation.version) for occupation in found} == {("ROME", "4.60")}
    codes = {occupation.code for occupation in found}
    assert {occupation.parent_code for occupation in found} - {None} <= codes
    assert Counter(occupation.regulated for occupation in found) == {False: 1109, True: 241, None: 234}


def test_outlines_are_closed_rings_around_the_basin_of_municipalities_that_exist() -> None:
    known = {municipality.nis_code for municipality in municipalities(REFERENCE)}
    for outline in basin_outlines(REFERENCE):
        assert outline.nis_code in known
        assert outline.population_2020 > 0
        for ring in outline.rings:
            assert len(ring) >= 4
            assert ring[0] == ring[-1]
            assert all(3.9 < longitude < 5.1 and 49.8 < latitude < 50.7 for longitude, latitude in ring)


@pytest.mark.parametrize("year", range(1990, 2051))
def test_public_holidays_are_those_that_others_compute_too(year: int) -> None:
    ours = {holiday.date_in(year) for holiday in public_holidays(REFERENCE)}
    # The library counts Easter and Whit Sunday, which are Sundays but no legal holidays.
    legal = {day for day, name in holidays.country_holidays("BE", years=year, language="fr").items()
             if name not in {"Pâques", "Pentecôte"}}  # fmt: skip
    assert ours == legal


def test_easter_falls_when_it_did() -> None:
    assert [easter(year) for year in (1818, 1943, 2000, 2026, 2038)] == [
        date(1818, 3, 22),
        date(1943, 4, 25),
        date(2000, 4, 23),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ]


def test_a_holiday_without_a_rule_has_no_date() -> None:
    with pytest.raises(ValueError, match="month and a day"):
        PublicHoliday("x", "x", "x", 1, None, None).date_in(2026)


@pytest.mark.parametrize("reader", READERS)
def test_records_are_frozen_and_come_one_at_a_time(reader: Callable[[Path], Iterator[object]]) -> None:
    records = reader(REFERENCE)
    first, second = next(records), next(records)
    assert first != second
    with pytest.raises((FrozenInstanceError, TypeError)):
        first.name_fr = "x"  # type: ignore[attr-defined]


def test_a_byte_order_mark_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(REFERENCE, tmp_path, dirs_exist_ok=True)
    for file in (tmp_path / "regions.json", tmp_path / "rome" / "rome_v460_codes.csv"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert list(regions(tmp_path)) == list(regions(REFERENCE))
    assert list(occupations(tmp_path)) == list(occupations(REFERENCE))


@pytest.mark.parametrize(
    ("file", "content", "reader", "says"),
    [
        ("regions.json", "{", regions, "regions.json, record 0"),
        ("regions.json", "7", regions, "regions.json, record 0"),
        ("public-holidays.json", "{}", public_holidays, "public-holidays.json, record 0"),
        ("postal-codes.json", '[{"postalCode": "6000"}]', postal_codes, "postal-codes.json, record 1"),
        ("municipalities.json", "[3]", municipalities, "municipalities.json, record 1"),
        ("rome/rome_v460_codes.csv", '"code_rome"\n"A1101"\n', occupations, "codes.csv, record 1"),
        ("rome/rome_v460_codes.csv", '"code_rome"\n"A1101"x"\n', occupations, "codes.csv, record 1"),
        ("rome/rome_v460_appellations.csv", b'"code_ogr"\n"\xe9"\n', appellations, "appellations.csv, record 1"),
    ],
)
def test_a_broken_file_is_refused_with_where_it_breaks(
    tmp_path: Path, file: str, content: str | bytes, reader: Callable[[Path], Iterator[object]], says: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ReferenceDataError, match=says):
        list(reader(tmp_path))


@pytest.mark.parametrize(
    ("geometry", "says"), [({"type": "Point"}, "no Polygon"), ({"type": "Polygon"}, "coordinates")]
)
def test_an_outline_that_is_none_is_refused(tmp_path: Path, geometry: dict[str, str], says: str) -> None:
    path = tmp_path / "charleroi_basin_communes.geojson"
    path.write_text(json.dumps({"features": [{"geometry": geometry}]}))
    with pytest.raises(ReferenceDataError, match=says):
        list(basin_outlines(tmp_path))


def test_the_readme_names_every_file_and_its_licence() -> None:
    readme = (REFERENCE / "README.md").read_text()
    files = {found.name for found in REFERENCE.rglob("*") if found.is_file()} - {"README.md"}
    assert [name for name in sorted(files) if name not in readme] == []
    assert reference_data.OCCUPATION_VERSION in readme
