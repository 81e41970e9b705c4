"""What the routes of papers share: asking in the caller's name, passing refusals on, printing."""

import httpx
from fastapi import Request, Response

from chassis import telemetry
from chassis.running import Running
from contracts.problems import ProblemView
from gateway.papers.printing import Press

UNCACHED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
PASSED_ON = ("content-type", "www-authenticate", "retry-after")
PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}


def refused_with(*codes: str) -> dict[str, object]:
    """Problems by their codes, for a route's OpenAPI."""
    return {"model": ProblemView, "description": "; ".join(f"`{code}`" for code in codes)}


async def printed(page: Response, name: str, here: Running) -> Response:
    """A page as PDF. Raises `PaperNotPrinted`."""
    pdf = await here.own(Press).pdf(bytes(page.body))
    headers = UNCACHED | {"Content-Disposition": f'inline; filename="{filename(name, "pdf")}"'}
    return Response(pdf, headers=headers, media_type="application/pdf")


def filename(name: str, ending: str) -> str:
    """What a browser saves a paper as.

    >>> filename("receipt-H29/1", "pdf")
    'receipt-H29-1.pdf'
    """
    return f"{name.replace('/', '-')}.{ending}"


def callers(request: Request) -> dict[str, str]:
    """The caller's own token: a service decides by it, as if it had been asked directly."""
    told = {"authorization": request.headers.get("authorization", "")}
    told["x-request-id"] = telemetry.REQUEST_ID.get() or ""
    if "accept-language" in request.headers:
        told["accept-language"] = request.headers["accept-language"]
    return told


def following(request: Request, next_cursor: str | None) -> dict[str, str]:
    """Where the next part of a list is (RFC 8288), if there is one."""
    if next_cursor is None:
        return {}
    url = request.url.include_query_params(cursor=next_cursor)
    return {"Link": f'<{url.path}?{url.query}>; rel="next"'}


def passed_on(answer: httpx.Response) -> Response:
    """A service's refusal, as it is."""
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return Response(answer.content, answer.status_code, headers)
