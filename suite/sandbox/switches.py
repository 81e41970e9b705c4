"""The switches of a stand-in's faults: what happened, faults asked for, and hanging up on everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from suite.sandbox.faults import Fault, Faults


class AskedFaults(BaseModel):
    """Faults that the next calls shall meet, in this order."""

    faults: Annotated[list[Fault], Field(max_length=1000)] = []
    service: str | None = None


class Switch(BaseModel):
    """Whether the stand-in hangs up on everybody."""

    down: bool


def add_switches(app: FastAPI, at: str, faults: Faults) -> None:
    """Open the switches of faults under an address."""

    @app.get(f"{at}/faults")
    async def happened() -> dict[str, Any]:
        return {
            "seed": faults.plan.seed,
            "share": faults.plan.total,
            "down": faults.down,
            "happened": dict(faults.happened),
        }

    @app.post(f"{at}/faults")
    async def ask(asked: AskedFaults) -> dict[str, int]:
        faults.ask(*asked.faults, service=asked.service)
        return {"asked": len(asked.faults)}

    @app.post(f"{at}/down")
    async def switch(told: Switch) -> dict[str, bool]:
        faults.down = told.down
        return {"down": faults.down}
