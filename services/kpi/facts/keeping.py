"""A fact as the values of its row, and back."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from services.kpi.facts.fact import Fact
from services.kpi.post import parcel_of

FIELDS = tuple(field.name for field in fields(Fact))

DERIVED = ("unrated_since", "left_at")
"""Kept beside them, so that an index finds them."""


def fact_of(values: Mapping[str, Any]) -> Fact:
    """A fact from the values of its row, which may hold more."""
    told = {name: values[name] for name in FIELDS}
    told["post"] = tuple(map(parcel_of, told["post"]))
    return Fact.holding(told)


def columns_of(changed: Collection[str]) -> tuple[str, ...]:
    """The columns that are written where these fields of facts may have changed; its code never does."""
    return (*(name for name in FIELDS[1:] if name in changed), *DERIVED, "revision")


def values_of(fact: Fact, revision: int) -> dict[str, Any]:
    """The values of a fact's row at a revision."""
    values = fact.__dict__ | {name: getattr(fact, name) for name in DERIVED}
    values["post"] = [one.kept() for one in fact.post]
    values["revision"] = revision
    return values
