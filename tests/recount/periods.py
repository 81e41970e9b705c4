"""The days figures are asked for: whole periods, calendar months, official ones, and an odd one."""

from datetime import date

CITY = [
    (date(2020, 1, 1), date(2021, 1, 1)),
    (date(2017, 8, 21), date(2018, 1, 1)),
    (date(2019, 12, 15), date(2020, 12, 15)),
    *((date(2020, month, 1), date(2020, month + 1, 1)) for month in (2, 7)),
    *((date(2020, month, 15), date(2020, month + 1, 15)) for month in (4, 10)),
    (date(2020, 3, 9), date(2020, 9, 24)),
    (date(2020, 12, 31), date(2021, 1, 1)),
]
"""The year, the autumn of 2017, the official year, months, and days that cut half-months in two."""

DISTRICT = [
    (date(2018, 1, 1), date(2018, 10, 1)),
    *((date(2018, month, 1), date(2018, month + 1, 1)) for month in (1, 4, 9)),
    *((date(2018, month, 15), date(2018, month + 1, 15)) for month in (2, 8)),
    (date(2018, 1, 20), date(2018, 6, 7)),
]
