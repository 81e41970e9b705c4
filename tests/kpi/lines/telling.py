"""What a world is told as: agencies, dossiers, procedures, reports; and what is expected of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from contracts.directory import AgencyRegistered
from contracts.intake import ProcedurePublished
from contracts.vocabulary import VIETNAM, AgencyKind, Channel, Leg
from tests.kpi.reporting import EVIDENCE, YEAR
from tests.kpi.worlds import NOON, accepted, filed, progressed, rated

PLAN_2018 = {"period_from": "2018-01-01", "period_to": "2018-10-01"}
PLAN_2017 = {"period_from": "2017-08-21", "period_to": "2018-01-01"}
QUARTERS_2020 = [
    {"period_from": f"2020-{first:02}-01", "period_to": end}
    for first, end in ((1, "2020-04-01"), (4, "2020-07-01"), (7, "2020-10-01"), (10, "2021-01-01"))
]
CITY = AgencyRegistered(code="H29", name="Thành phố", kind=AgencyKind.CITY)


@dataclass
class World:
    """One agency of a row, with everything below it, and the figure counted by hand."""

    row: str
    stands: str
    """At the line, below it, above it; or another word where nothing can be above."""
    verdict: str
    count: int | None = None
    among: int | None = None
    value: str | None = None
    """Where a figure is no ratio and no count."""
    unknown: int = 0
    unplaced: int = 0
    """Of how many beside them it is not told whether they are counted among."""
    missing: list[str] = field(default_factory=list)
    """The agencies whose reports are missing, by the end of their code."""
    of: str | None = None
    state: str = "ok"
    period: dict = field(default_factory=lambda: YEAR)
    kind: AgencyKind = AgencyKind.CITY
    events: list = field(default_factory=list)
    reports: list = field(default_factory=list)

    @property
    def agency(self):
        return f"{self.row}.{self.stands}"

    @property
    def asked(self):
        told = self.period
        return f"agency={self.agency}&from={told['period_from']}&to={told['period_to']}"

    def has(self, *events):
        """The same with more events."""
        self.events += events
        return self

    def below(self, name, kind, **told):
        """An agency below the world's own, by its code."""
        code = f"{self.agency}.{name}"
        parent = told.pop("parent", self.agency)
        self.events.append(AgencyRegistered(code=code, name=code, kind=kind, parent=parent, **told))
        return code

    def settled(self, many, mark="d", agency=None, **told):
        """So many dossiers with a result, the same in everything; and their codes."""
        codes = [f"{agency or self.agency}-{mark}{n}" for n in range(many)]
        for code in codes:
            self.events += life(code, agency or self.agency, **told)
        return self

    def procedures(self, many, mark="p", *, first=0, **told):
        """So many procedures that the world's agency handles, and no other."""
        for n in range(first, first + many):
            self.events.append(published(f"{self.agency}-{mark}{n}", self.agency, **told))
        return self

    def told(self, series, agency=None, **said):
        """A report that is approved."""
        body = {"agency": agency or self.agency, "evidence": EVIDENCE}
        if "occurred_on" not in said:
            body |= self.period
        self.reports.append((series, body | said))
        return self

    def inspected(self, series, *units, day="2020-05-04", manner="planned"):
        """An inspection of each unit."""
        for unit in units:
            self.told(series, occurred_on=day, about=unit, manner=manner)
        return self


def life(  # a dossier from its receipt to what was said of it
    code,
    agency,
    *,
    channel=Channel.COUNTER,
    field="f",
    procedure="p",
    late=False,
    score=None,
    at=NOON,
    returned=True,
    taken=False,
    sent=False,
    **rest,
):
    """A dossier with a result: `taken` and `sent` by the post, `score` of its rating."""
    done = at + timedelta(days=4 if late else 3)
    due = at + timedelta(days=3)
    found = [
        filed(code, agency, field, procedure, channel, at, due_at=due),
        progressed(code, 2, done, done if returned else None, received_at=at, due_at=due),
    ]
    if taken:
        found.append(accepted(code, Leg.INBOUND_DOSSIER, at))
    if sent:
        found.append(accepted(code, Leg.OUTBOUND_RESULT, done, attempt=2))
    if score is not None:
        found.append(rated(code, score, done, **rest))
    return found


def published(code, agency, *, level=2, by_post=False, portal=False, **told):
    """A procedure of one agency."""
    values = {"field": "f", "online_level": level, "by_post": by_post, "on_national_portal": portal}
    return ProcedurePublished(code=code, name=code, agencies=[agency], **(values | told))


def day(*told):
    """A morning in Vietnam."""
    return datetime(*told, 9, tzinfo=VIETNAM)


def iso(when: date):
    return when.isoformat()
