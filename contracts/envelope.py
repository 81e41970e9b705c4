"""Events, and the CloudEvents 1.0 envelope they travel in."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from contracts.wire import Wire

TYPE_PREFIX = "vn.motcua."
"""CloudEvents ``type`` is this prefix and the event's topic."""

EVERYBODY = "*"
"""The agency of a change that concerns every agency, as one of the catalogue does."""


class Event(Wire):
    """A fact, in the past tense. Its `topic` is its name on the bus, and never changes meaning."""

    model_config = ConfigDict(extra="ignore")

    topic: ClassVar[str]
    publisher: ClassVar[str]
    """The one service that announces it."""
    followed: ClassVar[bool] = True
    """Whether partners may follow it: it enters the journal of changes when it names an agency."""
    catalogue: ClassVar[dict[str, type[Event]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Enter the event in the catalogue; two events of one name are a mistake."""
        if Event.catalogue.setdefault(cls.topic, cls) is not cls:
            raise TypeError(f"Two events are called {cls.topic!r}.")


class Heading(BaseModel):
    """What an envelope says of the event inside it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    specversion: str = "1.0"
    id: str
    """The same on every attempt to deliver it, so that a repeat is recognised."""
    source: str
    """``motcua/<service>``."""
    type: str
    """``vn.motcua.`` and the topic."""
    subject: str
    """The code of the dossier, shipment, agency... the event is about."""
    time: datetime
    """When it was recorded."""
    datacontenttype: str = "application/json"
    traceparent: str | None = None
    """W3C trace context of the request that caused it."""
    agency: str | None = None
    """Whose change it is, ``*`` for everybody's; None for what nobody may follow."""
    revision: int | None = None
    """The revision of the subject that it led to, where there is one."""
    client: str | None = None
    """Who caused it: a client, ``public`` for anybody, ``motcua`` for the suite itself."""

    @property
    def topic(self) -> str:
        """The event's name without the prefix."""
        return self.type.removeprefix(TYPE_PREFIX)


class Envelope(Heading):
    """One event on its way: who says it, of what, when. `id` is what consumers deduplicate on."""

    data: dict[str, Any]

    @classmethod
    def around(
        cls,
        event: Event,
        *,
        id: str,
        subject: str,
        time: datetime,
        traceparent: str | None = None,
        agency: str | None = None,
        client: str | None = None,
    ) -> Self:
        """Put an event in its envelope."""
        return cls(
            id=id,
            source=f"motcua/{event.publisher}",
            type=TYPE_PREFIX + event.topic,
            subject=subject,
            time=time,
            traceparent=traceparent,
            agency=agency,
            revision=getattr(event, "revision", None),
            client=client,
            data=event.model_dump(mode="json"),
        )

    @staticmethod
    def text(
        event: Event,
        *,
        id: str,
        subject: str,
        time: datetime,
        traceparent: str | None = None,
        agency: str | None = None,
        client: str | None = None,
    ) -> str:
        """An event in its envelope as JSON text, written straight from the event."""
        told = {
            "traceparent": traceparent,
            "agency": agency,
            "revision": getattr(event, "revision", None),
            "client": client,
        }
        extensions = "".join(
            f'"{name}":{json.dumps(value, ensure_ascii=False)},'
            for name, value in told.items()
            if value is not None
        )
        return (
            f'{{"specversion":"1.0","id":"{id}","source":"motcua/{event.publisher}",'
            f'"type":"{TYPE_PREFIX}{event.topic}","subject":{json.dumps(subject, ensure_ascii=False)},'
            f'"time":"{time.isoformat()}","datacontenttype":"application/json",{extensions}'
            f'"data":{event.model_dump_json()}}}'
        )

    def open(self) -> Event:
        """The event inside. Raises `LookupError` on an unknown topic, `ValidationError` on a bad body."""
        return Event.catalogue[self.topic].model_validate(self.data)

    @staticmethod
    def read(text: str, topic: str) -> tuple[Heading, Event]:
        """What an envelope's text says, and the event inside, where it came as one of this topic.

        Raises `LookupError` on an unknown topic, `ValidationError` on what cannot be read.
        """
        kind = Event.catalogue.get(topic)
        if kind is not None:
            try:
                letter: Any = _letter(kind).model_validate_json(text)
            except ValidationError:
                pass  # What is wrong with it is told below.
            else:
                if letter.topic == topic:
                    return letter, letter.data
        envelope = Envelope.model_validate_json(text)
        return envelope, envelope.open()


@cache
def _letter(kind: type[Event]) -> type[Heading]:
    """An envelope that is read together with the event inside, in one pass over the text."""
    return create_model(f"{kind.__name__}Letter", __base__=Heading, data=(kind, ...))
