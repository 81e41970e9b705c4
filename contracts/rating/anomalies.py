"""Ratings that look as if somebody had helped: told, never taken out of a figure."""

from contracts.vocabulary import AnomalyRule
from contracts.wire import ReckonedDay, View


class Proportion(View):
    """So many of so many."""

    count: int
    among: int


class AnomalyView(View):
    """One thing to look into (dấu hiệu bất thường), with the numbers and the threshold it is over."""

    rule: AnomalyRule
    agency: str | None
    device: str | None
    on: ReckonedDay | None
    """The Vietnamese day it was on, where it was on one."""
    found: Proportion
    """What was found: so many of so many ratings."""
    against: Proportion | None = None
    """What it is compared with."""
    interval: tuple[str, str] | None = None
    """Of a difference of two shares: its 95 % interval, as decimals."""
    threshold: str
    """What it is over, e.g. ``more than 3 within 10 s``."""


class AnomalyReport(View):
    """What is to be looked into in a period. No figure is changed by it."""

    agency: str | None
    since: ReckonedDay
    until: ReckonedDay
    """Exclusive."""
    ratings: int
    """How many were looked at."""
    complete: bool
    """False where there were more than are looked at in one report: ask for a shorter period."""
    items: list[AnomalyView]
