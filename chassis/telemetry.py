"""What operators see: structured logs without personal data, and metrics."""

from __future__ import annotations

import gc
import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)

REQUESTS = Counter("motcua_requests_total", "Requests answered", ["service", "route", "status"])
DURATION = Histogram(
    "motcua_request_seconds",
    "Time to answer",
    ["service", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
RELAYED = Counter("motcua_events_relayed_total", "Events safe on the bus", ["service"])
RELAY_FAILURES = Counter("motcua_relay_failures_total", "Rounds the bus refused", ["service"])
OUTBOX = Gauge("motcua_outbox_waiting", "Events that wait to be relayed", ["service"])
HEARD = Counter("motcua_events_heard_total", "Events whose effect is committed", ["service"])
REPEATED = Counter("motcua_events_repeated_total", "Events heard before", ["service"])
RETRIED = Counter(
    "motcua_events_retried_total", "Events whose effect failed and waits", ["service"]
)
PARKED = Counter("motcua_events_parked_total", "Events given up and put aside", ["service"])
CARRIER_ORDERS = Counter(
    "motcua_carrier_orders_total", "Orders sent, by what became of them", ["carrier", "outcome"]
)
CARRIER_WAITING = Gauge(
    "motcua_carrier_messages_waiting", "Kept messages of carriers that are not worked out yet"
)
CARRIER_PUT_OFF = Counter(
    "motcua_carrier_messages_put_off_total", "Kept messages of carriers that wait after an error"
)
ITEM_CODES = Gauge(
    "motcua_item_codes_free", "Numbers of items left in a pool", ["carrier", "account"]
)
SHIPMENTS_STALLED = Counter(
    "motcua_shipments_stalled_total", "Items of which nothing was heard for too long", ["carrier"]
)
RATING_ALERTS = Counter("motcua_rating_alerts_total", "Alerts raised about ratings", ["rule"])
KIOSK_ITEMS = Counter(
    "motcua_kiosk_items_total", "Items of kiosks, by what became of them", ["outcome"]
)
KIOSKS_SILENT = Counter("motcua_kiosks_silent_total", "Kiosks that fell silent in office hours")
FIGURES_DIFFERING = Gauge(
    "motcua_figures_differing",
    "Cells that the last check found to differ from their count from the facts",
)
LIMITED = Counter("motcua_limited_total", "Requests over a quota of their caller", ["quota"])
SHED = Counter(
    "motcua_shed_total", "Requests that found no room, by whose work they were", ["service", "rank"]
)
STRANGERS = Counter(
    "motcua_unregistered_origin_total",
    "Requests for rating forms from web sites that are not registered",
    ["surface"],
)
UPSTREAM_RETRIES = Counter(
    "motcua_upstream_retries_total", "Requests sent to a service a second time", ["service"]
)

OURS = "motcua"
"""What the names of our own loggers begin with."""

ALLOWED = frozenset(
    {"service", "route", "method", "status", "ms", "topic", "event_id", "reason", "problem", "kind"}
    | {"attempts", "count", "address", "carrier", "outcome", "job"}
)
"""What a log line may hold besides its message; anything else is left out, whoever passes it."""


NET = (
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|\bwhsec_\S+|\bBearer \S+"), "[key]"),
    (re.compile(r"[^\s@<>\"'=(]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE), "[mail]"),
    (re.compile(r"(?<![\w.])(?:\+84|0)[ .-]?\d{2,3}(?:[ .-]?\d{3}){2}(?!\w)"), "[number]"),
    (re.compile(r"(?<!\d)\d{9}(?:\d{3})?(?!\d)"), "[number]"),
)
"""What personal data and keys look like, where one of them got into a message of a library's."""


class JsonLines(logging.Formatter):
    """One JSON object for each line; only fields of `ALLOWED`, never a request's content."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbed(_message(record)),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= {
            k: scrubbed(v) if isinstance(v, str) else v
            for k, v in record.__dict__.items()
            if k in ALLOWED
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def scrubbed(text: str) -> str:
    """A text without what looks like a number, an address or a key of somebody: the net behind `ALLOWED`.

    >>> scrubbed("079201234123 called from +84 912 345 678 or a@b.vn")
    '[number] called from [number] or [mail]'
    """
    for pattern, shown in NET:
        text = pattern.sub(shown, text)
    return text


def _message(record: logging.LogRecord) -> str:
    """The message; of a library's only the first line: further ones repeat what went wrong, with values."""
    told = record.getMessage()
    return told if record.name.startswith(OURS) else told.split("\n", 1)[0]


def _where(trace: Any) -> list[str]:
    """The frames of a traceback, without the values an exception's text may hold."""
    frames: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-12:]


def configure_logs(level: str) -> None:
    """Send every log line of the process through `JsonLines` to standard error."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[stream], force=True)
    # What libraries say at length holds statements with their values, and addresses with their tokens.
    root = logging.getLogger()
    logging.getLogger(OURS).setLevel(root.level)
    root.setLevel(max(root.level, logging.INFO))
    for chatty in (
        *("aiormq", "aio_pika", "uvicorn.access", "httpx", "httpcore", "aiohttp"),
        # Of a new installation it would tell every step there ever was; we tell of one that was moved on.
        "alembic",
    ):
        logging.getLogger(chatty).setLevel("ERROR")


def settle_memory() -> None:
    """Keep full collections from walking what start-up made: they cost tens of milliseconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
