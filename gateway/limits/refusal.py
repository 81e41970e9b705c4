"""How the door says "not now": always with the time to come back, which differs from caller to caller."""

from __future__ import annotations

import json
import random
from math import ceil

from starlette.responses import Response

from chassis.refusing import problem_response
from contracts.problems import TooMany, Unavailable
from gateway.dialect.answers import PortalVerdict, Verdict, answered

LONGEST_SPREAD = 30.0


class QuotaExceeded(TooMany):
    """The caller has asked as much as it may for now."""

    title_vi = "Đã vượt hạn mức yêu cầu"


class TemporaryReducedCapacity(Unavailable):
    """More work has come in than can be done just now; nothing of this request was done."""

    title_vi = "Hệ thống đang quá tải, yêu cầu này chưa được xử lý"


def seconds_to_wait(wait: float) -> int:
    """Whole seconds to come back after: never sooner than it helps, and not all at the same moment.

    >>> all(3 <= seconds_to_wait(2.1) <= 5 for _ in range(100))
    True
    """
    least = max(ceil(wait), 1)
    spread = min(max(wait * 0.25, 1.0), LONGEST_SPREAD)
    return least + round(random.uniform(0, spread))  # noqa: S311 - spreads load, keeps no secret


def quota_refused(violated: list[str], wait: float, *, english: bool) -> Response:
    """429 as a problem that names the quotas it is about, as the RateLimit draft has it."""
    after = seconds_to_wait(wait)
    problem = QuotaExceeded(
        f"Send it again after {after} seconds, and less often.", retry_after=after
    )
    answer = problem_response(problem, english=english)
    told = json.loads(bytes(answer.body)) | {"violated-policies": violated}
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return Response(json.dumps(told, ensure_ascii=False), answer.status_code, headers)


def capacity_refused(*, english: bool) -> Response:
    """503 as a problem; the same request may be sent again."""
    after = seconds_to_wait(1.0)
    problem = TemporaryReducedCapacity(
        f"Send the same request again after {after} seconds.", retry_after=after
    )
    return problem_response(problem, english=english)


def dialect_refused(path: str, wait: float | None = None) -> Response:
    """A "not just now" of the national dialect: HTTP 200 with a code, because nothing else is read there.

    `wait` is the time until a quota gives again what was asked; None where there is no room for the work.
    """
    after = seconds_to_wait(1.0 if wait is None else wait)
    why = "Hệ thống đang quá tải" if wait is None else "Đã vượt hạn mức yêu cầu"
    portal = path.endswith("/nhanhsdvcqg")
    answer = answered(
        PortalVerdict.REFUSED if portal else Verdict.AWAY,
        f"{why}, chưa có gì được ghi nhận; hãy gửi lại sau {after} giây.",
        **({"session": ""} if path.endswith("/login") else {}),
    )
    answer.headers["Retry-After"] = str(after)
    return answer
