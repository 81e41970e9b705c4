"""What the board's pages ask of kpi: for anybody in the gateway's name, else in the name of who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Final, TypeVar

import httpx
from fastapi import Depends, Query, Request
from pydantic import BaseModel

from chassis.auth import ScopeMissing, bearer
from chassis.running import Running
from chassis.web import Here
from contracts.board import BoardTarget, BoardUnit, ClosedFigure, EditionNote
from contracts.exploring import (
    BreakdownView,
    DistributionView,
    FigureCoverage,
    ProcedureStanding,
    TrendView,
    WatchListView,
)
from contracts.kpi import (
    FigureView,
    IndicatorList,
    IndicatorView,
    PeriodView,
    PlanList,
    PlanView,
    Scoreboard,
    ScoreboardTarget,
)
from contracts.plan_tasks import PlanTasks
from contracts.problems import NotFound
from contracts.vocabulary import BreakdownBy, Scope, Structure
from gateway.keys import GATEWAY, SigningKey
from gateway.upstream import ServiceAway, ask
from gateway.web.segments import SEGMENT

SECONDS: Final = 5.0
"""How long somebody who looks at a page waits for the figures on it."""

OF_TASKS: Final = {"agency", "public"}
"""What tasks can be asked by: they are of the plan's own period, and of no structure."""

V = TypeVar("V", bound=BaseModel)


class NoSuchPlan(NotFound):
    """There is no such plan."""

    title_vi = "Không có kế hoạch này"


class NoSuchBoard(NotFound):
    """The plan has no such page for this agency and period."""

    title_vi = "Không có trang này trên bảng chỉ tiêu"


@dataclass(frozen=True)
class BoardAsked:
    """What an address says beside its path: kept in every link of the page."""

    agency: str | None = None
    structure: str | None = None
    first: str | None = None
    end: str | None = None

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        told = {
            "agency": self.agency,
            "structure": self.structure,
            "from": self.first,
            "to": self.end,
        }
        return {name: value for name, value in told.items() if value}

    @property
    def sound(self) -> bool:
        """Whether it can be asked at all."""
        try:
            for day in (self.first, self.end):
                if day is not None:
                    date.fromisoformat(day)
        except ValueError:
            return False
        known = self.structure is None or self.structure in set(Structure)
        return known and (self.agency is None or SEGMENT.fullmatch(self.agency) is not None)


async def _asked(
    agency: str | None = None,
    structure: str | None = None,
    first: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
) -> BoardAsked:
    return BoardAsked(agency or None, structure or None, first or None, end or None)


Asked = Annotated[BoardAsked, Depends(_asked)]


@dataclass(frozen=True)
class Board:
    """Asks kpi for what a page shows."""

    request: Request
    headers: Mapping[str, str]
    internal: bool
    """Whether a partner asks by a token of its own: nothing but satisfaction is hidden from it."""
    asked: BoardAsked = field(default_factory=BoardAsked)

    async def plan(self, plan: str) -> PlanView:
        """The plan of an address. Raises `NoSuchPlan`."""
        plans = await self._get("/v1/plans", {}, PlanList)
        for one in plans.items:
            if one.id == plan:
                return one
        raise NoSuchPlan("See /v1/plans for the plans there are.")

    async def scoreboard(self, plan: str, agency: str | None = None) -> Scoreboard:
        """How a plan stands, of an agency or the one asked for."""
        if SEGMENT.fullmatch(plan) is None:
            raise NoSuchPlan("See /v1/plans for the plans there are.")
        told = self._query() | ({"agency": agency} if agency else {})
        try:
            return await self._get(f"/v1/plans/{plan}/scoreboard", told, Scoreboard)
        except NoSuchBoard:
            raise NoSuchPlan("See /v1/plans for the plans there are.") from None

    async def target(self, plan: str, target: str) -> BoardTarget:
        """One target with everything told beside it."""
        scoreboard = await self.scoreboard(plan)
        row = next((one for one in scoreboard.targets if one.id == target), None)
        if row is None and target not in {one.id for one in scoreboard.others}:
            raise NoSuchBoard("See the plan's board for its targets.")
        # As it was counted then: a later version may be told apart by something else.
        last = scoreboard.period_to - timedelta(days=1)
        indicators = await self._get("/v1/indicators", {"on": last.isoformat()}, IndicatorList)
        known = next(one for one in indicators.items if one.definition.id == target)
        told = _whole(scoreboard) | self._query()
        at = f"/v1/indicators/{target}"
        figure, tasks = await asyncio.gather(
            self._get(f"{at}/value", told, FigureView), self._tasks(plan, known)
        )
        closed, coverage, trend, levels, *apart = await asyncio.gather(
            self._closed(plan, known, scoreboard),
            self._get("/v1/coverage", told, FigureCoverage),
            self._where(f"{at}/trend", told, TrendView, there=known.by_half_month),
            self._where(f"{at}/distribution", told, DistributionView, there=known.by_level),
            *(self._apart(known, by, told) for by in BreakdownBy),
        )
        return BoardTarget(
            plan=plan,
            plan_title=scoreboard.title,
            target=row or _row_of(figure),
            figure=figure,
            trend=trend,
            distribution=levels,
            coverage=coverage,
            tasks=tasks,
            closed=closed,
            agencies=apart[0],
            fields=apart[1],
            cells=apart[2],
            procedures=apart[3],
        )

    async def row(self, scoreboard: Scoreboard, target: str) -> ScoreboardTarget:
        """A row of a plan, with a target or without. Raises `NoSuchBoard`."""
        for one in scoreboard.targets:
            if one.id == target:
                return one
        return (await self.target(scoreboard.plan, target)).target

    async def unit(self, plan: str, agency: str) -> BoardUnit:
        """An agency in every target of a plan, with its own fields."""
        _expect(agency)
        scoreboard = await self.scoreboard(plan, agency)
        told = _whole(scoreboard) | self._query() | {"agency": agency}
        fields, coverage = await asyncio.gather(
            self._get("/v1/watch-list", told, WatchListView),
            self._get("/v1/coverage", told, FigureCoverage),
        )
        return BoardUnit(scoreboard=scoreboard, fields=fields, coverage=coverage)

    async def procedure(self, plan: str, code: str) -> ProcedureStanding:
        """A procedure in the targets of a plan."""
        _expect(plan)
        _expect(code)
        return await self._get(
            f"/v1/plans/{plan}/procedures/{code}", self._query(), ProcedureStanding
        )

    async def watch_list(self, plan: PlanView) -> WatchListView:
        """Fields to hold a dialogue about."""
        told = {
            "agency": plan.agency,
            "from": plan.period_from.isoformat(),
            "to": plan.period_to.isoformat(),
        }
        return await self._get("/v1/watch-list", told | self._query(), WatchListView)

    async def _closed(
        self, plan: str, known: IndicatorView, scoreboard: Scoreboard
    ) -> ClosedFigure | None:
        """The target as the plan's period was closed; none of other days, and of no satisfaction here.

        Beside today's figure the closed one of satisfaction would tell of the few people between them.
        """
        if self.asked.first or self.asked.end or (known.confidential and not self.internal):
            return None
        told = {"agency": scoreboard.agency, "structure": scoreboard.structure.value}
        period = await self._get(f"/v1/periods/plan/{plan}", told, PeriodView)
        for one in period.figures:
            if one.indicator == known.definition.id and one.closed is not None:
                return ClosedFigure(
                    figure=one.closed,
                    changed=one.changed,
                    corrected=one.corrected,
                    shown_vi=one.shown_vi,
                    shown_en=one.shown_en,
                    editions=[EditionNote.model_validate(each) for each in period.editions],
                )
        return None

    async def _tasks(self, plan: str, known: IndicatorView) -> PlanTasks | None:
        """The plan's tasks as they stand now, of the agency asked for."""
        if plan not in known.tasks_of:
            return None
        told = {name: value for name, value in self._query().items() if name in OF_TASKS}
        return await self._get(f"/v1/plans/{plan}/tasks", told, PlanTasks)

    async def _apart(
        self, known: IndicatorView, by: BreakdownBy, told: Mapping[str, str]
    ) -> BreakdownView | None:
        there = by in known.told_apart_by
        path = f"/v1/indicators/{known.definition.id}/breakdown"
        return await self._where(path, {**told, "by": by.value}, BreakdownView, there=there)

    async def _where(
        self, path: str, told: Mapping[str, str], kind: type[V], *, there: bool
    ) -> V | None:
        return await self._get(path, told, kind) if there else None

    def _query(self) -> dict[str, str]:
        return self.asked.query | ({} if self.internal else {"public": "true"})

    async def _get(self, path: str, told: Mapping[str, str], kind: type[V]) -> V:
        """What kpi answers. Raises `NoSuchBoard` and `ServiceAway`."""
        if not self.asked.sound:
            raise NoSuchBoard("Days are written 2020-01-15; structure is then or today.")
        answer = await ask(
            self.request,
            "kpi",
            "GET",
            path,
            seconds=SECONDS,
            headers=dict(self.headers),
            params=dict(told),
        )
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise ServiceAway("The figures cannot be asked for just now.", retry_after=2)
        if answer.status_code != httpx.codes.OK:
            raise NoSuchBoard("Ask for a plan's agency, and for half-months as from and to.")
        return kind.model_validate_json(answer.content)


async def board_of(request: Request, here: Here, asked: Asked) -> Board:
    """Who asks: anybody, or a partner by a token of its own. Raises `TokenInvalid` or `ScopeMissing`."""
    if request.headers.get("authorization"):
        caller = await bearer(request)
        if Scope.INDICATORS_READ not in caller.scopes:
            raise ScopeMissing(f"This needs the scope {Scope.INDICATORS_READ}.")
        own = {"Authorization": request.headers["authorization"]}
        return Board(request, own, internal=True, asked=asked)
    return Board(request, own_token(here), internal=False, asked=asked)


def own_token(here: Running) -> dict[str, str]:
    """The board is public: the gateway reads figures in its own name, never in a visitor's."""
    token = here.own(SigningKey).token(GATEWAY, None, [Scope.INDICATORS_READ])
    return {"Authorization": f"Bearer {token}"}


def _row_of(figure: FigureView) -> ScoreboardTarget:
    """A row of a plan that sets no target for it, as its figure tells it."""
    told = figure.definition
    same = {
        name: getattr(figure, name)
        for name in ScoreboardTarget.model_fields
        if name in FigureView.model_fields and name not in {"target", "definition"}
    }
    return ScoreboardTarget(
        **same,
        id=told.id,
        title=told.title_vi,
        title_en=told.title_en,
        operator=None,
        target=None,
        shown=None,
        source=told.source.sentence if told.source else "",
        definition=told,
    )


def _whole(scoreboard: Scoreboard) -> dict[str, str]:
    return {
        "agency": scoreboard.agency,
        "from": scoreboard.period_from.isoformat(),
        "to": scoreboard.period_to.isoformat(),
    }


def _expect(segment: str) -> None:
    if SEGMENT.fullmatch(segment) is None:
        raise NoSuchBoard("Nothing is called so.")
