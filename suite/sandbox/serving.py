"""The stand-in of the post as a process of its own (`motcua sandbox`)."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from suite.sandbox.post import PostAccount, create_post_in
from suite.sandbox.signing import PUBLIC, post_key


def serve_sandbox(host: str, port: int, folder: Path) -> None:
    """Serve until told to stop, after saying where it listens and how to connect the suite to it."""
    post_key(folder)
    account = PostAccount()
    print(f"Bưu điện giả lập (stand-in of the post): http://{host}:{port}")
    print(f"  public key: {folder / PUBLIC}")
    print(f"  account: {account.username}, password {account.password}, {account.customer_code}")
    uvicorn.run(create_post_in(folder, account), host=host, port=port, log_level="warning")
