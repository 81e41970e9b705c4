"""The stand-ins of outside systems as a process (`motcua sandbox`), or beside a caller."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from suite.sandbox.breaking import Door
from suite.sandbox.faults import Faults
from suite.sandbox.lgsp import AT as LGSP
from suite.sandbox.lgsp import BusAccount, BusLedger, add_lgsp
from suite.sandbox.national.app import GENERAL, LOGIN, create_national_in
from suite.sandbox.national.sessions import NationalAccount
from suite.sandbox.post import PostAccount, create_post_in
from suite.sandbox.signing import PUBLIC, post_key
from suite.serving import leave_signals, listening_at


def create_sandbox(
    folder: Path, faults: Faults | None = None, post_faults: Faults | None = None
) -> FastAPI:
    """All stand-ins at one address, with their memory in a folder; the post has faults of its own."""
    faults = faults or Faults()
    app = create_national_in(folder, faults=faults)
    add_lgsp(app, BusLedger(folder), BusAccount(), faults)
    app.add_middleware(Door, faults=faults, behind=(f"{LGSP}/",))
    app.mount("/", create_post_in(folder, faults=post_faults))
    return app


def serve_sandbox(host: str, port: int, folder: Path, faults: Faults, post_faults: Faults) -> None:
    """Serve until told to stop, after saying where it listens and how to connect the suite to it."""
    post_key(folder)
    post, national, bus = PostAccount(), NationalAccount(), BusAccount()
    at = f"http://{host}:{port}"
    print(f"Bưu điện giả lập (stand-in of the post): {at}")
    print(f"  public key: {folder / PUBLIC}")
    print(f"  account: {post.username}, password {post.password}, {post.customer_code}")
    print(f"Cổng DVCQG giả lập (stand-in of the national portal): {at}{LOGIN}, {at}{GENERAL}")
    print(f"  account: {national.username}, password {national.password}")
    print(f"  dstcode: {national.dstcode}")
    print(f"LGSP giả lập (stand-in of a provincial bus): {at}{LGSP}")
    print(f"  client: {bus.client_id}, secret {bus.client_secret}")
    print(
        f"Lỗi (faults): {faults.plan.total:.0%} of calls to the portal and the bus,"
        f" {post_faults.plan.total:.0%} of calls to the post, seed {faults.plan.seed}",
        flush=True,
    )
    app = create_sandbox(folder, faults, post_faults)
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=1)


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """A stand-in on a free port of this machine, in the caller's own loop; gives its address.

    On a real socket a call that is never answered times out, and a connection that ends is an ended one.
    """
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            # A call that is never answered must not hold up the end.
            timeout_graceful_shutdown=1,
        )
    )
    leave_signals(server)
    with listening_at("127.0.0.1", 0) as listening:
        task = asyncio.create_task(server.serve([listening]))
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn tells no other way
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
