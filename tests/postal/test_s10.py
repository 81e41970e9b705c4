from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.postal.s10 import COUNTRIES, Verdict, check, check_digit, normalise


@pytest.mark.parametrize("code", ["CV497960035VN", "RX473124829VN", "RB123456785GB"])
def test_a_number_with_its_own_digit_is_right(code):
    assert check(code) is Verdict.OK


def test_blanks_and_small_letters_make_no_difference():
    assert normalise(" cv 497 960 035 vn\n") == "CV497960035VN"
    assert check(" cv 497 960 035 vn\n") is Verdict.OK


@settings(deadline=None)
@given(st.text("0123456789", min_size=8, max_size=8), st.sampled_from(sorted(COUNTRIES)))
def test_of_the_ten_digits_exactly_one_belongs_to_a_serial_number(serial, country):
    verdicts = [check(f"CV{serial}{digit}{country}") for digit in range(10)]
    assert verdicts.count(Verdict.OK) == 1
    assert verdicts.index(Verdict.OK) == check_digit(serial)
    assert verdicts.count(Verdict.BAD_CHECK_DIGIT) == 9


@settings(deadline=None)
@given(st.integers(0, 7), st.integers(1, 9))
def test_one_mistyped_digit_is_found_unless_the_sum_ends_the_same_way(place, by):
    # 0 and 5 each stand for two remainders, the standard's own blind spot.
    serial = "49796003"
    typed = serial[:place] + str((int(serial[place]) + by) % 10) + serial[place + 1 :]
    expected = Verdict.OK if check_digit(typed) == 5 else Verdict.BAD_CHECK_DIGIT
    assert check(f"CV{typed}5VN") is expected


@pytest.mark.parametrize(
    ("serial", "digit"), [("00000000", 5), ("00000005", 9), ("00000008", 0), ("47312482", 9)]
)
def test_the_digit_is_that_of_the_standard(serial, digit):
    assert check_digit(serial) == digit


def test_an_example_in_a_carriers_own_paper_is_wrong():
    assert check("EJ012345678VN") is Verdict.BAD_CHECK_DIGIT


def test_a_right_digit_with_a_country_nobody_has_is_an_unknown_country_only():
    assert check("RB123456785XX") is Verdict.UNKNOWN_COUNTRY
    assert check("RB123456785XX", countries={"XX"}) is Verdict.OK


@pytest.mark.parametrize(
    "code",
    [
        "",
        "CV49796003VN",
        "CV4979600355VN",
        "C1497960035VN",
        "CV497960035V",
        "CV-497960035-VN",
        "CV49796003５VN",
        "ſV497960035VN",
        "CV497960035VN;",
    ],
)
def test_what_is_not_written_as_the_standard_says_has_a_bad_format(code):
    assert check(code) is Verdict.BAD_FORMAT


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_gets_a_verdict(text):
    assert check(text) in Verdict


def test_the_countries_are_those_of_the_time_zone_database():
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line and not line.startswith("#")]
    assert {row.split("\t")[0] for row in rows} == COUNTRIES
