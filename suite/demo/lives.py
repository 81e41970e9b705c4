"""One dossier's way: filed, accepted, worked on, now and then detoured, done, returned, rated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from contracts.vocabulary import Channel, DossierStatus, Leg, Occasion, ReturnMode
from suite.demo.city import Handled, Procedure
from suite.demo.office import (
    DAY,
    after,
    any_moment,
    closing,
    due_on,
    office_moment,
    soon_after,
    working_days_until,
)
from suite.demo.parcels import ItemCodes, Parcel, to_the_citizen, to_the_office
from suite.demo.people import applicant, comment, opinion
from suite.demo.steps import File, Progress, Rate, Ship, Step

CARRIER = "vnpost-d"
"""The interface of the post the city's agencies use."""

REFUSED, SUPPLEMENT, UNANSWERED = 0.02, 0.04, 0.12
PAYMENT, WITHDRAWN, STOPPED = 0.03, 0.008, 0.008
"""How often a dossier takes each detour, as parts of the dossiers that can."""

CLOSED_AFTER = 15
"""Days without an answer to a request for papers, after which a dossier is closed."""

TOGETHER = timedelta(days=14)
"""What happens within this time is reported in one request, as one-stop systems do in the evening."""

BY_POST = {Channel.COUNTER: 0.06, Channel.ONLINE: 0.22, Channel.POST: 0.8}
"""How often a result is wanted by post where the procedure is open to it."""

ONLINE_RESULT = 0.45
"""How often the result of an online dossier is wanted online, of those not sent by post."""


@dataclass(frozen=True)
class Case:
    """A dossier before anything has happened to it."""

    code: str
    handled: Handled
    procedure: Procedure
    channel: Channel
    at: datetime
    punctual: bool
    """Whether the agency finishes it in time."""


class Life:
    """What happens to one dossier; `steps` and `parcels` tell it once it is lived."""

    def __init__(self, case: Case, codes: ItemCodes, random: Random) -> None:
        self.steps: list[Step] = []
        self.parcels: list[Parcel] = []
        self._case = case
        self._codes = codes
        self._random = random
        self._rows: list[dict[str, Any]] = []
        self._now = case.at
        self._mode = self._return_mode()

    def live(self) -> None:
        """Live it, from the filing to the rating."""
        self._file()
        if self._accepted() and self._worked_on():
            self._hand_over()
        self._report()

    def _return_mode(self) -> ReturnMode:
        channel = self._case.channel
        by_post = BY_POST[channel] if Channel.POST in self._case.procedure.limits else 0
        if self._random.random() < by_post:
            return ReturnMode.POST
        online = channel is Channel.ONLINE and self._random.random() < ONLINE_RESULT
        return ReturnMode.ONLINE if online else ReturnMode.COUNTER

    def _file(self) -> None:
        case, online = self._case, self._case.channel is Channel.ONLINE
        moment = "received_at" if case.channel is Channel.COUNTER else "submitted_at"
        body: dict[str, Any] = {
            "code": case.code,
            "procedure": case.procedure.code,
            "agency": case.handled.agency,
            "channel": case.channel.value,
            moment: case.at.isoformat(),
            "return_mode": self._mode.value,
            "applicant": applicant(case.handled.field, self._random),
        }
        if online:
            paid = self._random.random() < 0.3  # noqa: PLR2004 - few paid online in those years
            body["flags"] = {"digitised": True, "paid_online": paid}
        self.steps.append(File(case.at, case.code, case.handled.agency, body))

    def _accepted(self) -> bool:
        channel = self._case.channel
        if channel is Channel.COUNTER:
            return True
        if channel is Channel.POST:
            parcel = to_the_office(self._case.code, self._case.at, self._codes, self._random)
            self._ship(parcel, Leg.INBOUND_DOSSIER, self._case.at)
            self._now = parcel.ended_at
        moment = soon_after(self._now, self._random, minutes=240)
        refused = self._random.random() < REFUSED
        self._row(DossierStatus.REFUSED if refused else DossierStatus.ACCEPTED, moment)
        return not refused

    def _worked_on(self) -> bool:
        amount, unit = self._case.procedure.limits[self._case.channel]
        started, due = self._now.date(), due_on(self._now.date(), amount, unit)
        self._row(DossierStatus.PROCESSING, soon_after(self._now, self._random, minutes=200))
        chance = self._random.random()
        if chance < WITHDRAWN + STOPPED:
            ended = DossierStatus.WITHDRAWN if chance < WITHDRAWN else DossierStatus.STOPPED
            self._row(ended, self._moment_of(after(started, 1)))
            return False
        chance -= WITHDRAWN + STOPPED
        if chance < SUPPLEMENT:
            self._row(DossierStatus.WAITING_SUPPLEMENT, self._moment_of(after(started, 1)))
            answered = after(self._now.date(), self._random.randint(1, 8))
            if self._random.random() < UNANSWERED:
                closed = after(self._now.date() + CLOSED_AFTER * DAY, 0)
                self._row(DossierStatus.STOPPED, office_moment(closed, self._random))
                return False
            started, due = answered, due_on(answered, amount, unit)
            moment = office_moment(answered, self._random)
            self._row(DossierStatus.PROCESSING, moment, due_at=closing(due).isoformat())
        elif chance < SUPPLEMENT + PAYMENT:
            self._row(
                DossierStatus.WAITING_PAYMENT, soon_after(self._now, self._random, minutes=60)
            )
            self._row(DossierStatus.PROCESSING, soon_after(self._now, self._random, minutes=90))
        self._row(DossierStatus.DONE, self._finishing(started, due))
        return True

    def _finishing(self, started: date, due: date) -> datetime:
        if not self._case.punctual:
            late = after(due, self._random.choices((1, 2, 3, 5, 8), (5, 4, 3, 2, 1))[0])
            return self._moment_of(late)
        span = working_days_until(started, due)
        day = after(started, round(span * self._random.betavariate(5, 2)))
        moment = self._moment_of(min(day, due))
        # A day's drawing can push past the last hour; a punctual office then just makes it.
        if moment > closing(due) > self._now:
            return self._now + (closing(due) - self._now) / 2
        return moment

    def _hand_over(self) -> None:
        if self._mode is ReturnMode.ONLINE:
            self._row(DossierStatus.RETURNED, soon_after(self._now, self._random, minutes=60))
        elif self._mode is ReturnMode.COUNTER:
            waits = self._random.choices((0, 1, 2, 3, 6), (4, 3, 2, 1, 1))[0]
            self._row(DossierStatus.RETURNED, self._moment_of(after(self._now.date(), waits)))
        else:
            self._report()
            asked = soon_after(self._now, self._random, minutes=240)
            parcel = to_the_citizen(self._case.code, asked, self._codes, self._random)
            self._ship(parcel, Leg.OUTBOUND_RESULT, asked)
            if parcel.delivered_at is None:
                # It came back: the citizen fetches it at the counter, and is asked for no rating.
                fetched = after(parcel.ended_at.date(), self._random.randint(2, 8))
                self._row(DossierStatus.RETURNED, office_moment(fetched, self._random))
                return
            self._now = parcel.delivered_at
            self._row(DossierStatus.RETURNED, soon_after(self._now, self._random, minutes=120))
        self._report()
        self._rate()

    def _rate(self) -> None:
        if self._random.random() >= self._case.handled.rated:
            return
        day = self._now.date() + self._random.choices((0, 1, 2, 5), (6, 3, 2, 1))[0] * DAY
        moment = max(any_moment(day, self._random), self._now + timedelta(minutes=20))
        option = opinion(self._random, punctual=self._case.punctual)
        self.steps.append(
            Rate(
                at=moment,
                dossier=self._case.code,
                agency=self._case.handled.agency,
                occasion=Occasion.RETURNED.value,
                option=option,
                comment=comment(option, self._random),
            )
        )

    def _ship(self, parcel: Parcel, leg: Leg, at: datetime) -> None:
        self.parcels.append(parcel)
        body = {
            "dossier": self._case.code,
            "leg": leg.value,
            "carrier": CARRIER,
            "item_code": parcel.item_code,
        }
        self.steps.append(Ship(at, self._case.code, self._case.handled.agency, body))

    def _moment_of(self, day: date) -> datetime:
        moment = office_moment(max(day, self._now.date()), self._random)
        return moment if moment > self._now else soon_after(self._now, self._random, minutes=90)

    def _row(self, status: DossierStatus, moment: datetime, **more: str) -> None:
        if self._rows and moment - datetime.fromisoformat(self._rows[0]["occurred_at"]) > TOGETHER:
            self._report()
        self._rows.append({"status": status.value, "occurred_at": moment.isoformat(), **more})
        self._now = moment

    def _report(self) -> None:
        if self._rows:
            at = datetime.fromisoformat(self._rows[-1]["occurred_at"])
            agency = self._case.handled.agency
            self.steps.append(Progress(at, self._case.code, agency, tuple(self._rows)))
            self._rows = []
