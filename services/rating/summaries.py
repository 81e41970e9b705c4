"""Summaries of ratings: which cells are summed, and which rows may be shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from chassis.database import UnitOfWork
from chassis.running import Running, running_of
from contracts.periods import Span, bucket_of
from contracts.problems import Invalid
from contracts.rating.summary import SummaryBy
from contracts.vocabulary import VIETNAM, Occasion, Provenance
from services.rating import queries_of_summaries as queries
from services.rating.domain import suppression
from services.rating.domain.counting import ASKED
from services.rating.domain.satisfaction import Definition
from services.rating.domain.suppression import Rule
from services.rating.queries_of_summaries import CellsAsked, Sums

WITHOUT_INVITATIONS = frozenset({SummaryBy.PROVENANCE, SummaryBy.QUESTION})
"""What invitations cannot be told apart by: they become ratings of a provenance when they are used."""


class PeriodInvalid(Invalid):
    """A period ends after it begins."""

    title_vi = "Kỳ số liệu phải kết thúc sau khi bắt đầu"


class PeriodNotWhole(Invalid):
    """Such figures are told of whole half-months."""

    title_vi = "Số liệu này chỉ có theo nửa tháng trọn vẹn"


class AnswersNotByProcedure(Invalid):
    """Answers to single questions are not kept by procedure."""

    title_vi = "Câu trả lời từng câu hỏi không được tổng hợp theo thủ tục"


@dataclass(frozen=True, kw_only=True)
class SummaryAsked:
    """What a summary is asked of."""

    agency: str
    period: Span
    by: SummaryBy
    definition: Definition
    procedure: str | None = None
    occasion: Occasion | None = None
    public: bool = False
    """Whether anybody may see it."""


@dataclass
class Row:
    """What was counted in a row."""

    own: Counter[str] = field(default_factory=Counter)
    """Ratings that citizens gave themselves."""
    asked: Counter[str] = field(default_factory=Counter)
    assisted: int = 0
    young: int = 0
    """Invitations that have no answer yet, and have not had their time."""

    @property
    def size(self) -> tuple[int, int]:
        """Ratings, and positive ones."""
        return self.own["rated"], self.own["positive"]


@dataclass(frozen=True)
class Counted:
    """A summary as it was counted, and which of it stays hidden."""

    total: Row
    rows: Mapping[str, Row]
    answers: Mapping[tuple[str, str], Counter[str]]
    total_hidden: bool
    hidden: frozenset[str]
    agency_names: Mapping[str, str]
    procedure_names: Mapping[str, str]
    at: datetime


async def summed(asked: SummaryAsked, uow: UnitOfWork) -> Counted:
    """Count what is asked. Raises `PeriodInvalid`, `PeriodNotWhole` or `AnswersNotByProcedure`."""
    here = running_of(uow)
    _expect_countable(asked)
    cells = CellsAsked(
        agencies=await here.tree.reach(asked.agency),
        period=asked.period,
        procedure=asked.procedure,
        occasion=asked.occasion,
    )
    by = SummaryBy.NONE if asked.by is SummaryBy.QUESTION else asked.by
    rows = _rows(await queries.sums(cells, by, uow), by)
    if asked.by not in WITHOUT_INVITATIONS:
        await _add_young(rows, cells, by, uow)
    total = _total(rows.values())
    rule = _rule(asked, here)
    above = await _hidden_beside(asked, cells, rows, rule, uow)
    if asked.by in {SummaryBy.NONE, SummaryBy.QUESTION}:
        rows = {}
    total_hidden = not rule.shows(*total.size) or bool(above & {asked.agency, asked.procedure})
    sizes = {key: row.size for key, row in rows.items()}
    hidden = set(suppression.hidden(sizes, rule, already=above))
    if total_hidden:
        hidden |= {key for key, (rated, _) in sizes.items() if rated}
    # What officers entered is no part of the total, so only its own size speaks against it.
    entered = rows.get(Provenance.ASSISTED)
    if by is SummaryBy.PROVENANCE and entered is not None and 0 < entered.assisted < rule.minimum:
        hidden.add(Provenance.ASSISTED)
    codes = frozenset(rows) if by is SummaryBy.AGENCY else frozenset[str]()
    named = frozenset(rows) if by is SummaryBy.PROCEDURE else frozenset[str]()
    return Counted(
        total=total,
        rows=rows,
        answers=await queries.answers(cells, uow) if asked.by is SummaryBy.QUESTION else {},
        total_hidden=total_hidden,
        hidden=frozenset(hidden),
        agency_names=await queries.agency_names(codes | {asked.agency}, uow),
        procedure_names=await queries.procedure_names(named, uow) if named else {},
        at=uow.now,
    )


def _expect_countable(asked: SummaryAsked) -> None:
    period = asked.period
    if period.first >= period.end:
        raise PeriodInvalid("`to` is the day after the last, so it is later than `from`.")
    whole = bucket_of(period.first) == period.first and bucket_of(period.end) == period.end
    if (asked.public or asked.by is SummaryBy.QUESTION) and not whole:
        raise PeriodNotWhole("Begin and end on the 1st or the 15th of a month.")
    if asked.by is SummaryBy.QUESTION and asked.procedure is not None:
        raise AnswersNotByProcedure("Leave `procedure` out.")


def _rule(asked: SummaryAsked, here: Running) -> Rule:
    rest = here.settings.rating_rest_minimum if asked.public else 0
    return Rule(here.settings.rating_publish_minimum, rest)


def _rows(sums: Sums, by: SummaryBy) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for (key, source), amounts in sums.items():
        if by is SummaryBy.PROVENANCE and source == ASKED:
            continue
        row = rows.setdefault(key, Row())
        if source == ASKED:
            row.asked.update(amounts)
        elif source == Provenance.ASSISTED:
            row.assisted += amounts["rated"]
        else:
            row.own.update(amounts)
    return rows


async def _add_young(
    rows: dict[str, Row], cells: CellsAsked, by: SummaryBy, uow: UnitOfWork
) -> None:
    """Leave out of the denominator who was asked lately and did not answer: the day cells tell."""
    today = uow.now.astimezone(VIETNAM).date()
    days = running_of(uow).settings.rating_maturity_days
    first = max(cells.period.first, today - timedelta(days=days - 1))
    lately = replace(cells, period=Span(first, cells.period.end))
    for key, row in _rows(await queries.sums_of_days(lately, by, uow), by).items():
        answered = row.own["rated"] + row.assisted + row.asked["declined"] + row.asked["ignored"]
        if key in rows:
            rows[key].young = max(row.asked["invited"] - answered, 0)


def _total(rows: Iterable[Row]) -> Row:
    total = Row()
    for row in rows:
        total.own.update(row.own)
        total.asked.update(row.asked)
        total.assisted += row.assisted
        total.young += row.young
    return total


async def _hidden_beside(
    asked: SummaryAsked, cells: CellsAsked, counted: Mapping[str, Row], rule: Rule, uow: UnitOfWork
) -> frozenset[str]:
    """Agencies and procedures whose totals stay hidden because they would give away one beside them.

    Among all that stand below one agency, and among all procedures of the agency asked for.
    """
    found: set[str] = set()
    tree = running_of(uow).tree
    line = await tree.lineage(asked.agency)
    if len(line) > 1 or asked.by is SummaryBy.AGENCY:
        own = counted
        if len(line) > 1:
            wide = replace(cells, agencies=await tree.reach(line[-1]))
            own = _rows(await queries.sums(wide, SummaryBy.AGENCY, uow), SummaryBy.AGENCY)
        found |= await _hidden_agencies({code: row.size for code, row in own.items()}, rule, uow)
        if set(line) & found:
            found.add(asked.agency)
    if asked.procedure is not None:
        every = replace(cells, procedure=None)
        rows = _rows(await queries.sums(every, SummaryBy.PROCEDURE, uow), SummaryBy.PROCEDURE)
        found |= suppression.hidden({code: row.size for code, row in rows.items()}, rule)
    return frozenset(found)


async def _hidden_agencies(
    own: Mapping[str, tuple[int, int]], rule: Rule, uow: UnitOfWork
) -> set[str]:
    """Agencies that stay hidden with all below them, because of what else stands below the one above."""
    tree = running_of(uow).tree
    sizes: dict[str, tuple[int, int]] = {}
    children: dict[str, set[str]] = {}
    for code, (rated, positive) in own.items():
        line = await tree.lineage(code)
        for step in line:
            known = sizes.get(step, (0, 0))
            sizes[step] = (known[0] + rated, known[1] + positive)
        for below, above in pairwise(line):
            children.setdefault(above, set()).add(below)
    found: set[str] = set()
    for above, those in children.items():
        table = {code: sizes[code] for code in those}
        if above in own:
            table[f"{above} itself"] = own[above]
        found |= suppression.hidden(table, rule)
    return found
