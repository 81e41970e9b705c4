"""The kiosk's page: a shell that starts without a network, under a policy that lets in nothing foreign."""

import hashlib
import json
from functools import cache, partial
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response

from chassis.auth import public_access
from chassis.pages import PAGE_HEADERS
from contracts.problems import NotFound

SHELL: Final = Path(__file__).parent / "web" / "kiosk"
TEXTS: Final = Path(__file__).parent / "web" / "texts" / "kiosk.json"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
WORKER: Final = "sw.js"

POLICY: Final = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'"),
        *("connect-src 'self'", "manifest-src 'self'", "worker-src 'self'"),
        *("form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"),
        *("require-trusted-types-for 'script'", "trusted-types kiosk"),
    )
)
"""Our own files alone, nothing written into the page, and no text that becomes script."""

HEADERS: Final = PAGE_HEADERS | {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "X-Robots-Tag": "noindex",
}

router = APIRouter(
    dependencies=[public_access("the page is for everybody; a kiosk proves itself by its key")],
    include_in_schema=False,
)
page = partial(router.api_route, methods=["GET", "HEAD"])


class NoSuchPart(NotFound):
    """The kiosk's page has no such part."""

    title_vi = "Không có tệp này"


@page("/kiosk")
async def kiosk_page() -> Response:
    """The page itself."""
    return _answer(".html", shell()["index.html"])


@page("/kiosk/{file}")
async def kiosk_part(file: str) -> Response:
    """A part of the page, by its name. Raises `NoSuchPart`."""
    parts = shell()
    if file not in parts or file == "index.html":
        raise NoSuchPart("Open /kiosk.")
    answer = _answer(Path(file).suffix, parts[file])
    if file == WORKER:
        answer.headers["Service-Worker-Allowed"] = "/kiosk"
    return answer


@cache
def shell() -> dict[str, bytes]:
    """Everything a kiosk needs to start, by file name; its worker names the version of all of it."""
    parts = {path.name: path.read_bytes() for path in sorted(SHELL.iterdir()) if path.is_file()}
    texts = json.loads(TEXTS.read_text("utf-8"))
    parts["texts.json"] = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()
    names = sorted(f"/kiosk/{name}" for name in parts if name not in {"index.html", WORKER})
    digest = hashlib.sha256(b"\0".join(parts[name] for name in sorted(parts))).hexdigest()[:12]
    worker = parts[WORKER].decode().replace("VERSION", digest)
    parts[WORKER] = worker.replace("...FILE_NAMES", f"...{json.dumps(names)}").encode()
    return parts


def _answer(suffix: str, content: bytes) -> Response:
    return Response(content, media_type=TYPES[suffix], headers=HEADERS)
