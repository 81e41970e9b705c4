"""The operator's page of the post: what waits for a person, drawn panel by panel.

A panel whose data is absent is left out, so a further one is a function and a line in `PANELS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import partial

from starlette.responses import HTMLResponse

from contracts.labels import label
from contracts.post_desk import AccountTruth, DeskItem, DeskPage, PostageMonth, PostOverview
from contracts.postal import ItemCodeLevel
from contracts.vocabulary import DeskState, Verdict
from gateway.web.ages import shown_age
from gateway.web.figures import bar_length
from gateway.web.layout import show
from gateway.web.wording import ENGLISH, shown_count, shown_instant, wording

PATH = "/post"
PRESSING = timedelta(days=3)
"""What waits longer is marked; no rule says how long it may, so this is a choice."""
FRESH = timedelta(days=1)
"""News younger than this is fresh, older than `PRESSING` it is stale; a choice as well."""
SCALE = timedelta(days=7)
"""What the bars of ages reach up to."""
REFUSED = "order-refused-by-carrier"
"""The problem of an order that the carrier does not take as it is; others are ours or the line's."""

SHOWN_LAST = 6
SHOWN_FIRST = 2


@dataclass(frozen=True)
class Desk:
    """What the page is drawn from."""

    overview: PostOverview
    lists: Mapping[DeskState, DeskPage] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """An age as a bar of a hundred, and the text that says the same."""

    length: str
    text: str
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One reason to look at something: a tile at the top, and a table below."""

    id: str
    title: str
    figure: str
    note: str | None
    """Beneath the figure, e.g. how long the first of them waits."""
    verdict: Verdict
    lead: str
    """What to do about it."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | Bar, ...], ...] = ()
    """Cells of each line; the first names it."""
    more: str | None = None


def desk_page(desk: Desk, language: str, agency: str | None = None) -> HTMLResponse:
    """Show what of the post waits for an operator (bàn điều hành bưu chính)."""
    t = wording("desk", language)
    return show(
        "desk.html",
        language,
        path=PATH,
        query={"agency": agency} if agency else None,
        private=True,
        agency=agency or t["everywhere"],
        as_of=t["as_of_shown"].format(instant=shown_instant(desk.overview.as_of)),
        moment=desk.overview.as_of.isoformat(),
        panels=[panel for draw in PANELS if (panel := draw(desk, language)) is not None],
    )


def waiting(state: DeskState, desk: Desk, language: str) -> Panel | None:
    """The items that wait for one reason; none where that is not counted."""
    counted = next((one for one in desk.overview.states if one.state is state), None)
    if counted is None:
        return None
    t = wording("desk", language)
    now = desk.overview.as_of
    page = desk.lists.get(state, DeskPage(items=[]))
    rest = counted.count - len(page.items)
    return Panel(
        id=str(state),
        title=_said(state, language),
        figure=shown_count(counted.count, language),
        note=_longest(counted.count, counted.oldest_at, now, language),
        verdict=_urgency(counted.count, counted.oldest_at, now),
        lead=t[f"lead_{state}"],
        columns=(
            *(t["column_item"], t["column_carrier"], t["column_whose"]),
            *(t["column_why"], t["column_since"]),
        ),
        rows=tuple(_row(one, now, language) for one in page.items),
        more=t["more"].format(count=shown_count(rest, language)) if rest > 0 else None,
    )


def news(desk: Desk, language: str) -> Panel | None:
    """How long ago each carrier was last heard of; none where there is no account."""
    accounts = desk.overview.accounts
    if not accounts:
        return None
    t = wording("desk", language)
    ages = [_freshness(one, desk.overview, language) for one in accounts]
    worst = max(ages, key=lambda bar: _WORSE.index(bar.verdict))
    return Panel(
        id="news",
        title=t["news_title"],
        figure=worst.text,
        note=t["news_note"],
        verdict=worst.verdict,
        lead=t["lead_news"],
        columns=(t["column_carrier"], t["column_heard"], t["column_age"]),
        rows=tuple(
            (
                _account(one, language),
                shown_instant(one.heard_at) if one.heard_at else age.text,
                age,
            )
            for one, age in zip(accounts, ages, strict=True)
        ),
    )


def unknown_codes(desk: Desk, language: str) -> Panel | None:
    """Codes that no table explains; none where nobody counts them for this reader."""
    codes = desk.overview.unknown_codes
    if codes is None:
        return None
    t = wording("desk", language)
    return Panel(
        id="codes",
        title=t["codes_title"],
        figure=shown_count(len(codes), language),
        note=None,
        verdict=Verdict.UNDECIDED if codes else Verdict.MET,
        lead=t["lead_codes"],
        columns=(t["column_code"], t["column_carrier"], t["column_count"], t["column_last"]),
        rows=tuple(
            (
                one.code,
                _said(one.carrier, language),
                shown_count(one.count, language),
                shown_instant(one.last_at),
            )
            for one in codes
        ),
    )


def incidents(desk: Desk, language: str) -> Panel | None:
    """Open incidents by kind; none where nobody counts them."""
    kinds = desk.overview.incidents
    if kinds is None:
        return None
    t = wording("desk", language)
    now = desk.overview.as_of
    count = sum(one.count for one in kinds)
    oldest = min((one.oldest_at for one in kinds), default=None)
    return Panel(
        id="incidents",
        title=t["incidents_title"],
        figure=shown_count(count, language),
        note=_longest(count, oldest, now, language),
        verdict=_urgency(count, oldest, now),
        lead=t["lead_incidents"],
        columns=(t["column_kind"], t["column_open"], t["column_oldest"]),
        rows=tuple(
            (
                _said(one.kind, language),
                shown_count(one.count, language),
                _bar(one.oldest_at, now, language),
            )
            for one in kinds
        ),
    )


def postage(desk: Desk, language: str) -> Panel | None:
    """What carriers were to charge and did; none where the post took nothing."""
    months = desk.overview.postage
    if not months:
        return None
    t = wording("desk", language)
    disputed = sum(one.disputed for one in months)
    unreconciled = sum(one.unreconciled for one in months)
    verdict = Verdict.UNDECIDED if unreconciled else Verdict.MET
    return Panel(
        id="postage",
        title=t["postage_title"],
        figure=shown_count(unreconciled, language),
        note=t["postage_note"].format(count=shown_count(disputed, language)),
        verdict=Verdict.NOT_MET if disputed else verdict,
        lead=t["lead_postage"],
        columns=(
            *(t["column_account"], t["column_month"], t["column_items"], t["column_expected"]),
            *(t["column_charged"], t["column_difference"]),
            *(t["column_disputed"], t["column_unreconciled"]),
        ),
        rows=tuple(_month(one, language) for one in months),
    )


def pools(desk: Desk, language: str) -> Panel | None:
    """How many numbers given in advance are left; none where no carrier gave any."""
    levels = desk.overview.pools
    if not levels:
        return None
    t = wording("desk", language)
    low = any(one.low for one in levels)
    return Panel(
        id="pools",
        title=t["pools_title"],
        figure=shown_count(min(one.free for one in levels), language),
        note=t["pools_note"],
        verdict=Verdict.NOT_MET if low else Verdict.MET,
        lead=t["lead_pools"],
        columns=(
            *(t["column_account"], t["column_free"], t["column_taken"]),
            *(t["column_void"], t["column_level"]),
        ),
        rows=tuple(_pool(one, language) for one in levels),
    )


PANELS: tuple[Callable[[Desk, str], Panel | None], ...] = (
    *(partial(waiting, state) for state in DeskState),
    incidents,
    postage,
    pools,
    news,
    unknown_codes,
)
"""Every panel, in the order of the page."""

_WORSE = (Verdict.MET, Verdict.UNDECIDED, Verdict.NO_DATA, Verdict.NOT_MET)


def shortened(item_code: str) -> str:
    """An item's number as everybody may see it: enough to know one's own by, too little to trace it.

    >>> shortened("CV497960035VN"), shortened("12345")
    ('CV…0035VN', '…45')
    """
    if len(item_code) > SHOWN_FIRST + SHOWN_LAST + SHOWN_FIRST:
        return f"{item_code[:SHOWN_FIRST]}…{item_code[-SHOWN_LAST:]}"
    return f"…{item_code[-SHOWN_FIRST:]}"


def _row(one: DeskItem, now: datetime, language: str) -> tuple[str | Bar, ...]:
    t = wording("desk", language)
    whose = t["nobodys"]
    if one.agency is not None and one.leg is not None:
        whose = f"{one.agency}, {_said(one.leg, language)}"
    why = _said(one.status, language)
    if one.reason is not None:
        ended = t["order_refused"] if one.reason == REFUSED else t["order_given_up"]
        why = f"{ended} ({one.reason})"
    carrier = _said(one.carrier, language)
    return (
        shortened(one.item_code) if one.item_code else t["no_number"],
        f"{carrier}, {one.account}" if one.account else carrier,
        whose,
        t["unregistered"] if one.state is DeskState.ORPHAN else why,
        _bar(one.since, now, language),
    )


def _bar(since: datetime, now: datetime, language: str) -> Bar:
    age = max(now - since, timedelta(0))
    share = Fraction(int(age.total_seconds()), int(SCALE.total_seconds()))
    verdict = Verdict.NOT_MET if age > PRESSING else Verdict.UNDECIDED
    return Bar(
        length=bar_length(share * 100),
        text=shown_age(since, now, language),
        verdict=verdict,
    )


def _freshness(one: AccountTruth, overview: PostOverview, language: str) -> Bar:
    now = overview.as_of
    if one.heard_at is None:
        t = wording("desk", language)
        # What is forgotten cannot be told from what never came.
        kept = overview.kept_days
        never = t["never"] if kept is None else t["none_kept"].format(days=kept)
        return Bar(length=bar_length(Fraction(0)), text=never, verdict=Verdict.NO_DATA)
    told = _bar(one.heard_at, now, language)
    fresh = now - one.heard_at <= FRESH
    return Bar(length=told.length, text=told.text, verdict=Verdict.MET if fresh else told.verdict)


def _said(word: StrEnum, language: str) -> str:
    return label(word, "en" if language == ENGLISH else "vi")


def _month(one: PostageMonth, language: str) -> tuple[str | Bar, ...]:
    year, month = one.month.split("-")
    none = wording("desk", language)["no_amount"]
    amounts = (one.expected, one.charged, one.difference)
    return (
        _account(one, language),
        f"{month}/{year}",
        shown_count(one.items, language),
        *(none if each is None else shown_count(each, language) for each in amounts),
        shown_count(one.disputed, language),
        shown_count(one.unreconciled, language),
    )


def _pool(one: ItemCodeLevel, language: str) -> tuple[str | Bar, ...]:
    t = wording("desk", language)
    share = Fraction(one.free, max(1, one.free + one.taken + one.void))
    left = t["pool_empty"] if not one.free else t["pool_low"] if one.low else t["pool_enough"]
    bar = Bar(
        length=bar_length(share * 100),
        text=left,
        verdict=Verdict.NOT_MET if one.low else Verdict.MET,
    )
    counts = (one.free, one.taken, one.void)
    return (_account(one, language), *(shown_count(each, language) for each in counts), bar)


def _account(one: AccountTruth | ItemCodeLevel | PostageMonth, language: str) -> str:
    name = _said(one.carrier, language)
    return f"{name}, {one.account}" if one.account else name


def _longest(count: int, oldest: datetime | None, now: datetime, language: str) -> str | None:
    if oldest is None or not count:
        return None
    return wording("desk", language)["oldest"].format(age=shown_age(oldest, now, language))


def _urgency(count: int, oldest: datetime | None, now: datetime) -> Verdict:
    if not count:
        return Verdict.MET
    old = oldest is not None and now - oldest > PRESSING
    return Verdict.NOT_MET if old else Verdict.UNDECIDED
