"""A service, as the chassis sees it: a name, a schema, routes, subscriptions, jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from sqlalchemy import MetaData

from chassis.inbox import Subscriptions
from chassis.journal import hear_changes
from chassis.tables import declare_directory, declare_journal, declare_messaging
from chassis.tenancy import AgencyTree, hear_agencies, replica_tree
from contracts.envelope import Event

if TYPE_CHECKING:
    from chassis.running import Running


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something a service's worker does again and again; only one process at a time does it."""

    name: str
    every: Callable[[Any], float]
    """Seconds between two runs, told from the settings."""
    run: Callable[[Running], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Something every worker process of a service does all the time; it is started again if it fails."""

    name: str
    run: Callable[[Running], Awaitable[None]]


Opening = Callable[["Running"], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class Service:
    """Everything the chassis needs to migrate, serve and feed one service."""

    name: str
    title: str
    """What it does, in a sentence: the description of its API."""
    metadata: MetaData
    router: APIRouter
    on: Subscriptions = field(default_factory=Subscriptions)
    jobs: tuple[Job, ...] = ()
    duties: tuple[Duty, ...] = ()
    tree: Callable[[Any], AgencyTree] | None = None
    """Its own directory of agencies; a copy kept by events when left out."""
    opens: tuple[Opening, ...] = ()
    """What it makes when it opens (keys, clients); found again by type with `Running.own`."""
    journal: tuple[type[Event], ...] = ()
    """The kinds of events it enters in a journal, which can be followed in one order: `chassis.journal`."""
    package: str = ""
    """Import package that holds its ``migrations``."""

    def __post_init__(self) -> None:
        """Complete the schema with what the chassis keeps in it."""
        declare_messaging(self.metadata)
        if self.journal:
            declare_journal(self.metadata)
            hear_changes(self.on, self.journal)
        if self.tree is None:
            declare_directory(self.metadata)
            hear_agencies(self.on)

    def tree_over(self, database: Any) -> AgencyTree:
        """The directory of agencies as this service knows it."""
        return (self.tree or replica_tree)(database)
