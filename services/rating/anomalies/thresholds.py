"""From when on an anomaly is told, as data. Values only."""

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import Field

from contracts.wire import Wire

FILE = "thresholds.yaml"

Count = Annotated[int, Field(ge=1)]


class Window(Wire):
    """More than `most` within so many seconds."""

    most: Count
    seconds: Count


class Bursts(Wire):
    """Bursts from one device, and of one agency."""

    device: Window
    agency: Window


class Run(Wire):
    """So many alike one after another."""

    length: Count


class Times(Wire):
    """So many times the share of others, over at least so many."""

    times: Decimal
    least: Count


class Gap(Wire):
    """So far apart, each over at least so many."""

    gap: Decimal
    least: Count


class TooSoon(Wire):
    """At least so many within so many seconds of the hand-over."""

    seconds: Count
    count: Count


class OutsideHours(Wire):
    """At least so many, more than so many minutes before opening or after closing."""

    minutes: Annotated[int, Field(ge=0)]
    count: Count


class OnlyPositive(Wire):
    """Over at least so many."""

    least: Count


class NegativeShare(Wire):
    """Of the last so many ratings of so many days, from this share on."""

    last: Count
    share: Decimal
    days: Count


class Thresholds(Wire):
    """From when on each rule tells."""

    burst: Bursts
    run: Run
    assisted_share: Times
    kiosk_against_link: Gap
    too_soon: TooSoon
    outside_hours: OutsideHours
    only_positive: OnlyPositive
    negative_share: NegativeShare


@cache
def thresholds() -> Thresholds:
    """The thresholds that come with the suite.

    >>> thresholds().burst.device.most
    3
    """
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return Thresholds.model_validate(yaml.safe_load(text))
