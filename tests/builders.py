"""Bodies that work, with what a test cares about changed by name."""

from typing import Any

AGENCY = "000.00.19.H29"
PROCEDURE = "1.001612"


def filing(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A dossier handed over at the counter on Monday 16 March 2020."""
    return {
        "code": f"000.00.19.H29-200316-{number:04d}",
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "channel": "counter",
        "return_mode": "counter",
        "received_at": "2020-03-16T09:00:00+07:00",
        "applicant": {"kind": "citizen", "name": "Nguyễn Văn A"},
    } | changes


def procedure(**changes: Any) -> dict[str, Any]:
    """A procedure of three working days."""
    return {
        "name": "Thành lập hộ kinh doanh",
        "field": "ho-kinh-doanh",
        "time_limit": {"amount": 3, "unit": "working_day"},
        "online_level": 3,
    } | changes


def step(status: str, at: str = "2020-03-18T10:00:00+07:00", **changes: Any) -> dict[str, Any]:
    """One row of progress."""
    return {"status": status, "occurred_at": at} | changes
