"""What a record of calls tells: agencies, procedures, and of each dossier the moments that count."""

import json
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import datetime, timedelta, timezone
from pathlib import Path

VIETNAM = timezone(timedelta(hours=7))

TAKEN = {200, 201}
IN_THE_POSTS_HANDS = {7, 10, 11, 12, 13, 15, 17, 18, 24}
"""Codes of MyVNPost for an item that the post has, from its acceptance (7) to its way back (24)."""

FETCHED = 6
"""The postman has fetched it: in the post's hands where a citizen handed it over, not where an office did."""

ENDS = {14, 19}
"""Delivered, or back with the sender: a message that says so is asked back before it counts."""

HEARD = {"applied", "late", "duplicate", "stored"}
"""What is only stored is kept for good and worked out after the answer, as on a busy machine."""

LEVELS = {
    "ministry": "ministry",
    "city": "province",
    "province": "province",
    "department": "province",
    "district": "district",
    "ward": "commune",
}
"""At which level an agency of a kind handles procedures; kinds that are not here may at any."""


@dataclass
class Dossier:
    code: str
    agency: str
    procedure: str
    field: str
    channel: str
    received_at: datetime | None = None
    due_at: datetime | None = None
    due_in_hours: bool = False
    done_at: datetime | None = None
    returned_at: datetime | None = None
    accepted_in_at: datetime | None = None
    """When the post first had it, on its way to the office."""
    accepted_out_at: datetime | None = None
    """When the post first had its result."""
    option: str | None = None
    """What its citizen answered to the overall question, after the result."""
    flags: dict = kept(default_factory=dict)
    """What was told of it for national scores when it was filed."""

    @property
    def handed_over_at(self):
        return self.accepted_out_at or self.returned_at

    @property
    def ratable_at(self):
        return self.handed_over_at or (self.done_at if self.channel == "online" else None)

    @property
    def on_time(self):
        if self.received_at and day(self.done_at) < day(self.received_at):
            return False
        if self.due_at is None:
            return True
        if self.due_in_hours:
            return self.done_at <= self.due_at
        return day(self.done_at) <= day(self.due_at)


@dataclass
class Record:
    parents: dict[str, str | None]
    kinds: dict[str, str]
    procedures: dict[str, dict[str, dict]]
    """By code and by the day from which it stands: what was published."""
    dossiers: list[Dossier]
    reports: list[tuple[str, dict]]
    """What was reported and approved: the series, and what the report says."""

    def below(self, agency):
        """An agency and all below it."""
        found = {agency}
        while True:
            more = {code for code, parent in self.parents.items() if parent in found} - found
            if not more:
                return found
            found |= more

    def catalogue(self, on, agencies):
        """What some agencies handle, each procedure as it was on a day, by its code."""
        levels = {LEVELS[self.kinds[one]] for one in agencies if self.kinds[one] in LEVELS}
        found = {}
        for code, versions in self.procedures.items():
            begun = [since for since in versions if since <= on.isoformat()]
            if not begun:
                continue
            one = versions[max(begun)]
            named, told = set(one.get("agencies") or ()), set(one.get("levels") or ())
            if named and not named & agencies:
                continue
            if not named and told and levels and not told & levels:
                continue
            found[code] = one
        return found


def day(moment):
    return moment.astimezone(VIETNAM).date()


def lines_of(path):
    """The calls of a record; a line that was cut short says nothing."""
    with Path(path).open(encoding="utf-8") as file:
        for line in file:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict):
                yield told


def read(calls):
    """What calls tell, in the order they were made. Raises `ValueError` when a promise is not among it."""
    told = _Told()
    for call in calls:
        told.hear(call)
    dossiers = [told.dossier(code) for code in told.filed]
    reports = [told.reports[one] for one in told.approved]
    record = Record(told.parents, told.kinds, told.procedures, dossiers, reports)
    by_code = {one.code: one for one in record.dossiers}
    for item, (code, leg) in told.items.items():
        taken = told.taken(item, leg)
        if taken is not None:
            _travelled(by_code[code], leg, taken)
    for token, option in told.answers.items():
        code, occasion = told.invited[token]
        if occasion == "returned":
            by_code[code].option = option
    return record


class _Told:
    """The calls, sorted by what they are about."""

    def __init__(self):
        self.parents, self.kinds, self.procedures = {}, {}, defaultdict(dict)
        self.filed, self.rows, self.views = {}, defaultdict(list), {}
        self.items, self.truths, self.scans, self.ended = {}, {}, defaultdict(list), set()
        self.invited, self.answers = {}, {}
        self.reports, self.approved = {}, set()

    def hear(self, call):
        parts = call["path"].split("?")[0].strip("/").split("/")
        match call["method"], *parts:
            case "POST", "sandbox", "items":
                self.truths.update({item["itemCode"]: item["events"] for item in call["body"]})
            case "POST", "v1", "ratings":
                self._rating(call)
            case "POST", "v1", "shipments" if call["status"] in TAKEN | {409}:
                self.items[call["body"]["item_code"]] = call["body"]["dossier"], call["body"]["leg"]
            case _ if call["status"] in TAKEN:
                self._taken(call["method"], parts[1:], call["body"], call["answer"])

    def _taken(self, method, parts, body, answer):
        match method, *parts:
            case "PUT", "agencies", code:
                self.parents[code], self.kinds[code] = body.get("parent"), body["kind"]
            case "PUT", "procedures", code:
                self.procedures[code][answer["valid_from"]] = body
            case "POST", "dossiers":
                self.filed[body["code"]] = body
            case "POST", "dossiers", code, "progress":
                self.rows[code] += body["items"]
            case "GET", "dossiers", code:
                self.views[code] = answer
            case "GET", "dossiers", code, "rating-invitations":
                for one in answer["items"]:
                    self.invited[one["token"]] = code, one["occasion"]
            case "POST", "carriers", *_:
                self._scanned(body, answer)
            case "POST", *rest, last if last in {"reports", "approve"}:
                self._reported(rest[-1], body, answer)

    def _reported(self, name, body, answer):
        if body is None:
            self.approved.add(name)
        else:
            self.reports[answer["id"]] = name, body

    def _rating(self, call):
        given = (call["answer"] or {}).get("code") == "rating-already-given"
        if given or call["status"] in TAKEN:
            self.answers.setdefault(call["body"]["token"], call["body"]["answers"]["overall"])

    def _scanned(self, body, answer):
        sent = datetime.strptime(body["sendDate"], "%d/%m/%Y %H:%M:%S").replace(tzinfo=VIETNAM)
        for told, heard in zip(body["data"], answer["items"], strict=True):
            if heard["outcome"] in HEARD:
                self.scans[told["itemCode"]].append((sent, told["status"]))
                if told["status"] in ENDS:
                    self.ended.add(told["itemCode"])

    def dossier(self, code):
        body = self.filed[code]
        if code not in self.views:
            raise ValueError(f"The record ends before {code} was read with what it was promised.")
        view, versions = self.views[code], self.procedures[body["procedure"]]
        one = Dossier(
            code=code,
            agency=body["agency"],
            procedure=body["procedure"],
            field=versions[max(versions)]["field"],
            channel=body["channel"],
            flags=body.get("flags") or {},
            due_at=_instant(view["due_at"]),
            due_in_hours=(view["clock"]["limit"] or {}).get("unit") == "working_hour",
        )
        _moments(one, body, self.rows[code])
        return one

    def taken(self, item, leg):
        """When the post first had an item: by its messages' own time, or by the history behind an end."""
        codes = IN_THE_POSTS_HANDS | ({FETCHED} if leg == "inbound_dossier" else set())
        moments = [sent for sent, code in self.scans[item] if code in codes]
        if item in self.ended:
            seen = [one for one in self.truths[item] if one["code"] in codes | ENDS]
            moments += [_instant(one["at"]) for one in seen]
        return min(moments, default=None)


def _travelled(one, leg, taken):
    if leg == "inbound_dossier":
        one.accepted_in_at = min(filter(None, (one.accepted_in_at, taken)))
    elif leg == "outbound_result":
        one.accepted_out_at = min(filter(None, (one.accepted_out_at, taken)))
        # The agency's time ends with the custody of the post, if it had not ended before.
        one.done_at = min(filter(None, (one.done_at, taken)))


def _moments(one, body, rows):
    moments = defaultdict(list)
    for row in rows:
        moments[row["status"]].append(_instant(row["occurred_at"]))
    stated = _instant(body.get("received_at"))
    one.received_at = stated or min(moments["accepted"], default=None)
    one.returned_at = min(moments["returned"], default=None)
    one.done_at = min(moments["done"], default=one.returned_at)


def _instant(told):
    return datetime.fromisoformat(told) if told else None


def today():
    return datetime.now(VIETNAM).date()
