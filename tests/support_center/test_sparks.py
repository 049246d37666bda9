"""The months of a platform as a small line: a month that is hidden leaves a gap, on one scale for all."""

from hypothesis import given
from hypothesis import strategies as st

from support_center.network.rules.sparks import FEWEST, HEIGHT, WIDTH, spark_of

MONTHS = st.lists(st.none() | st.integers(0, 60), max_size=12)


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in line.split())]


@given(MONTHS, st.integers(1, 30))
def test_each_month_that_is_shown_has_its_place_and_no_other_has_one(months: list[int | None], promised: int) -> None:
    known = {place: days for place, days in enumerate(months) if days is not None}
    highest = max([promised, *known.values()])
    spark = spark_of(months, promised, highest)
    if len(known) < FEWEST:
        assert spark is None
        return
    assert spark is not None
    drawn = dict.fromkeys(point for line in spark.lines for point in points(line))
    step = WIDTH / (len(months) - 1)
    assert [x for x, _y in drawn] == [round(place * step, 1) for place in known]
    assert all(0 <= y <= HEIGHT for _x, y in drawn)
    for (_x, y), days in zip(drawn, known.values(), strict=True):
        assert abs(y - (HEIGHT - days * HEIGHT / highest)) <= 0.1
    runs = sum(months[place] is not None and (not place or months[place - 1] is None) for place in range(len(months)))
    assert len(spark.lines) == runs, "a gap where a month is hidden"
