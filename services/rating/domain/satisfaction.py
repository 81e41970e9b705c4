"""How satisfied citizens are, by which definition, and how sure that is. Integers in, decimals out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from typing import Literal

PLACES = Decimal("0.000001")
"""Shares are told to six decimal places."""

Z = Decimal("1.959963984540054")
"""The normal quantile of 97.5 %: 95 % lie between it and its opposite."""

LEVELS = 5


@dataclass(frozen=True)
class Definition:
    """One way of telling how satisfied citizens are (định nghĩa mức độ hài lòng)."""

    id: str
    """Name and version; what it counts never changes under one version."""
    kind: Literal["share", "mean"]
    title: tuple[str, str]
    """Vietnamese, English."""
    counts: tuple[str, str]


DEFINITIONS: Mapping[str, Definition] = {
    one.id: one
    for one in (
        Definition(
            "satisfaction/1",
            "share",
            ("Tỷ lệ hài lòng", "Share of satisfied citizens"),
            (
                (
                    "Số phiếu ở mức được tính là hài lòng (trên thang năm mức: hai mức cao nhất) "
                    "trên tổng số phiếu có hiệu lực do người dân tự đánh giá"
                ),
                (
                    "Ratings of a level that counts as positive (on a scale of five: the upper two), "
                    "among the valid ratings that citizens gave themselves"
                ),
            ),
        ),
        Definition(
            "satisfaction-mean/1",
            "mean",
            ("Điểm hài lòng trung bình", "Mean satisfaction"),
            (
                (
                    "Tổng số điểm trên mức thấp nhất (0 đến 4 điểm mỗi phiếu) "
                    "trên tổng số điểm có thể đạt (4 điểm mỗi phiếu)"
                ),
                (
                    "Points above the lowest level (0 to 4 for each rating) "
                    "among the points there could be (4 for each rating)"
                ),
            ),
        ),
    )
}
"""Every definition by its id. Two of them give two numbers for the same ratings; neither is the other."""

SATISFACTION = "satisfaction/1"
"""The definition of whoever names none."""


@dataclass(frozen=True)
class Score:
    """A share as two integers and as decimals."""

    count: int
    among: int
    value: str
    low: str | None = None
    high: str | None = None


def score(definition: Definition, levels: Mapping[str, int], positive: int) -> Score | None:
    """What a definition says of ratings; None of none at all.

    >>> opg = {"s1": 23, "s2": 46, "s3": 153, "s4": 419, "s5": 528}
    >>> score(DEFINITIONS["satisfaction/1"], opg, 947).value
    '0.810094'
    >>> score(DEFINITIONS["satisfaction-mean/1"], opg, 947).value
    '0.795765'
    """
    rated = sum(levels[f"s{n}"] for n in range(1, LEVELS + 1))
    if not rated:
        return None
    if definition.kind == "mean":
        points = sum((n - 1) * levels[f"s{n}"] for n in range(1, LEVELS + 1))
        among = (LEVELS - 1) * rated
        return Score(points, among, share(points, among))
    return Score(positive, rated, share(positive, rated), *wilson(positive, rated))


def share(count: int, among: int) -> str:
    """So many of so many as a decimal, rounded down to six places.

    >>> share(2, 3), share(3, 3), share(0, 7)
    ('0.666666', '1.000000', '0.000000')
    """
    return str((Decimal(count) / Decimal(among)).quantize(PLACES, ROUND_FLOOR))


def wilson(count: int, among: int) -> tuple[str, str]:
    """The 95 % interval of a share (khoảng tin cậy Wilson), rounded outwards to six places.

    E. B. Wilson, 1927, without continuity correction: it stays between nothing and all, and has a width
    where all or nobody agreed. Raises `ValueError` where nobody was counted.

    >>> wilson(8, 10)
    ('0.490162', '0.943318')
    >>> wilson(0, 10)
    ('0.000000', '0.277533')
    >>> wilson(10, 10)
    ('0.722467', '1.000000')
    """
    if not 0 <= count <= among or not among:
        raise ValueError("a share is counted among somebody")
    with localcontext() as context:
        context.prec = 60
        n, hits, square = Decimal(among), Decimal(count), Z * Z
        middle = hits + square / 2
        reach = Z * (hits * (n - hits) / n + square / 4).sqrt()
        low = max((middle - reach) / (n + square), Decimal(0))
        high = min((middle + reach) / (n + square), Decimal(1))
        if count == 0:
            low = Decimal(0)
        if count == among:
            high = Decimal(1)
        return str(low.quantize(PLACES, ROUND_FLOOR)), str(high.quantize(PLACES, ROUND_CEILING))
