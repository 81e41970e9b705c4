"""The side of the stand-in that the portal does not have: what it kept, and the switches of its faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any
from uuid import uuid4

import httpx
from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

from suite.sandbox.faults import Faults
from suite.sandbox.national.handing import hand_over
from suite.sandbox.national.ledger import Filing, KeptDossier, NationalLedger
from suite.sandbox.switches import add_switches

AT = "/sandbox/national"
HAND_OVER_SECONDS = 30.0


class NewFiling(BaseModel):
    """A dossier filed on the portal, in its own words, and the partner to hand it to."""

    partner: Annotated[str, Field(pattern=r"^https?://")]
    dossier: dict[str, Any]
    refId: str | None = None  # noqa: N815 - the portal's own name


def add_watching(app: FastAPI, ledger: NationalLedger, faults: Faults) -> None:
    """Open the ledger and the switches."""
    _add_ledger(app, ledger)
    add_switches(app, AT, faults)
    _add_filings(app, ledger, faults)


def _add_ledger(app: FastAPI, ledger: NationalLedger) -> None:
    @app.get(f"{AT}/dossiers")
    async def dossiers(
        after: str = "", limit: Annotated[int, Query(ge=1, le=1000)] = 200
    ) -> dict[str, Any]:
        codes = sorted(code for code in ledger.dossiers if code > after)[:limit]
        return {"count": len(ledger.dossiers), "items": [_shown(ledger.dossier(c)) for c in codes]}

    @app.get(f"{AT}/dossiers/{{code:path}}")
    async def dossier(code: str) -> dict[str, Any]:
        if not ledger.exists(code):
            raise HTTPException(404, f"The portal has no dossier {code}.")
        return _shown(ledger.dossier(code))

    @app.get(f"{AT}/arrivals")
    async def arrivals(
        after: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=1000)] = 200
    ) -> dict[str, Any]:
        taken = ledger.arrivals[after : after + limit]
        return {"count": len(ledger.arrivals), "items": [asdict(one) for one in taken]}

    @app.get(f"{AT}/refusals")
    async def refusals() -> dict[str, Any]:
        return {"count": len(ledger.refusals), "items": ledger.refusals[-200:]}


async def _client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=HAND_OVER_SECONDS) as client:
        yield client


def _add_filings(app: FastAPI, ledger: NationalLedger, faults: Faults) -> None:
    @app.post(f"{AT}/filings")
    async def file(
        told: NewFiling, client: Annotated[httpx.AsyncClient, Depends(_client)]
    ) -> dict[str, Any]:
        filing = Filing(told.refId or uuid4().hex, told.dossier)
        try:
            words = await hand_over(filing, told.partner, ledger, faults, client)
        except ValueError as wrong:
            raise HTTPException(422, str(wrong)) from wrong
        except httpx.HTTPError as failed:
            raise HTTPException(502, f"The partner did not answer: {failed!r}") from failed
        return {"refId": filing.ref_id, "answers": [asdict(word) for word in words]}

    @app.get(f"{AT}/filings")
    async def filings() -> dict[str, Any]:
        return {"count": len(ledger.filed), "items": [asdict(one) for one in ledger.filed.values()]}


def _shown(dossier: KeptDossier) -> dict[str, Any]:
    return asdict(dossier) | {"content": dossier.content}
