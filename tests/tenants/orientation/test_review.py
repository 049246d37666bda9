from datetime import date

from tenants.orientation.rules.review import SETTING, review_months


def test_the_delay_is_a_dated_setting_with_the_domains_three_months_behind_it() -> None:
    settings = {SETTING: [{"from": "2027-01-01", "months": 2}, {"from": "2026-01-01", "months": 4}]}
    assert review_months({}, date(2026, 5, 1)) == 3
    assert review_months(settings, date(2025, 12, 31)) == 3
    assert review_months(settings, date(2026, 12, 31)) == 4
    assert review_months(settings, date(2027, 1, 1)) == 2
