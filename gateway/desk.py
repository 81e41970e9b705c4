"""The operator's page of the post: asked in the gateway's own name, and drawn without anything of anybody."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Annotated

import httpx
from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from chassis.auth import public_access
from chassis.running import Running
from chassis.web import Here
from contracts.post_desk import DeskPage, PostOverview
from contracts.vocabulary import DeskState, Scope
from contracts.wire import Code
from gateway.keys import GATEWAY, SigningKey
from gateway.upstream import ask
from gateway.web.desk import PATH, Desk, desk_page
from gateway.web.refusal import Refusal, refusal_page
from gateway.web.wording import language_of

router = APIRouter(
    dependencies=[public_access("counts and shortened numbers, as the board shows; nobody's data")],
    include_in_schema=False,
)
SECONDS = 5.0
"""How long somebody who looks at the page waits for what is on it."""
KEPT_SECONDS = 5.0
"""How old what is shown may be."""
MOST_KEPT = 100
LINES = 10
"""Items shown of each list; the rest is counted."""
_CODE: TypeAdapter[str] = TypeAdapter(Code)


class Looks:
    """What was found a moment ago: however many look at once, the post is asked once for all of them.

    Anybody may look, and counting what waits among a year of items takes the post half a second.
    """

    def __init__(self) -> None:
        self._kept: dict[str | None, tuple[float, asyncio.Task[Desk | Refusal]]] = {}

    async def at(
        self, agency: str | None, find: Callable[[], Coroutine[None, None, Desk | Refusal]]
    ) -> Desk | Refusal:
        """What is found for an agency, or was within the last `KEPT_SECONDS`."""
        now = time.monotonic()
        made_at, task = self._kept.get(agency, (0.0, None))
        if task is None or now - made_at > KEPT_SECONDS or _failed(task):
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            task = asyncio.create_task(find(), name="desk")
            self._kept[agency] = now, task
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Let go of what is under way."""
        for _, task in self._kept.values():
            task.cancel()


async def open_looks(_: Running) -> Looks:
    """What the page of the post showed lately."""
    return Looks()


def _failed(task: asyncio.Task[Desk | Refusal]) -> bool:
    return task.done() and (
        task.cancelled() or task.exception() is not None or isinstance(task.result(), Refusal)
    )


@router.api_route(PATH, methods=["GET", "HEAD"])
async def desk(
    request: Request,
    here: Here,
    agency: str | None = None,
    lang: Annotated[str | None, Query()] = None,
) -> Response:
    """What of the post waits for an operator (bàn điều hành bưu chính)."""
    language = language_of(lang)
    if agency is not None and not _is_code(agency):
        return refusal_page(Refusal.UNKNOWN_PAGE, language, PATH)
    found = await here.own(Looks).at(agency, lambda: _found(agency, request, here))
    return (
        desk_page(found, language, agency)
        if isinstance(found, Desk)
        else refusal_page(found, language, PATH)
    )


async def _found(agency: str | None, request: Request, here: Running) -> Desk | Refusal:
    asked = {"agency": agency} if agency else {}
    answer = await _asked("/v1/post/overview", asked, request, here)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return Refusal.UNKNOWN_PAGE
    if answer.status_code != httpx.codes.OK:
        return Refusal.UNAVAILABLE
    overview = PostOverview.model_validate_json(answer.content)
    filled = [one.state for one in overview.states if one.count]
    pages = await asyncio.gather(*(_list(state, asked, request, here) for state in filled))
    lists = {state: page for state, page in zip(filled, pages, strict=True) if page is not None}
    return Desk(overview, lists)


async def _list(
    state: DeskState, asked: dict[str, str], request: Request, here: Running
) -> DeskPage | None:
    wanted = asked | {"state": state.value, "limit": str(LINES)}
    answer = await _asked("/v1/post/items", wanted, request, here)
    if answer.status_code != httpx.codes.OK:
        return None
    return DeskPage.model_validate_json(answer.content)


async def _asked(
    path: str, asked: dict[str, str], request: Request, here: Running
) -> httpx.Response:
    token = here.own(SigningKey).token(GATEWAY, None, [Scope.SHIPMENTS_READ])
    own = {"Authorization": f"Bearer {token}"}
    return await ask(request, "postal", "GET", path, seconds=SECONDS, headers=own, params=asked)


def _is_code(text: str) -> bool:
    try:
        _CODE.validate_python(text)
    except ValidationError:
        return False
    return True
