"""Sealing and opening personal data: what was filed of a person, the words of the steps."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from pydantic_core import PydanticSerializationError

from chassis.database import UnitOfWork, Unstorable
from chassis.running import running_of
from chassis.sealing import place_of
from contracts.intake import DossierFiling, DossierParticulars
from contracts.vocabulary import DossierStatus
from contracts.wire import Wire
from services.intake import domain
from services.intake.domain.personal import normalised_id_number, normalised_phone
from services.intake.keyring import Key, Keyring
from services.intake.tables import Dossier, Step

INDEXED = {"id_number": normalised_id_number, "phone": normalised_phone}
"""What a person's dossiers are found by, and how it is brought into the form that is compared."""

NOTHING_TOLD = DossierParticulars()

WORDS = ("actor", "title", "note")
"""What a step says about people: the officer who acted, their title, and free text."""


@dataclass(kw_only=True)
class LegibleStep:
    """A step with its words opened."""

    key: str
    status: DossierStatus
    occurred_at: datetime
    recorded_at: datetime
    due_at: datetime | None
    agency: str | None
    stage: str | None
    unit: str | None
    begun_at: datetime | None
    expected_by: datetime | None
    recorded_by: str
    withdraws: str | None
    actor: str | None
    title: str | None
    note: str | None


_PLAIN = tuple(field.name for field in fields(LegibleStep) if field.name not in WORDS)


async def sealed_filing(
    filing: DossierFiling, uow: UnitOfWork, standing: Dossier | None = None
) -> dict[str, str | None]:
    """What a filing tells of a person as columns of a dossier: sealed, and found by digests.

    A dossier that is there keeps its data key, so that its steps' words go on opening. Raises
    `PersonalDataKeyMissing`.
    """
    keyring = running_of(uow).own(Keyring)
    key = await (_key_for(standing, uow) if standing else keyring.sealing(filing.agency, uow.now))
    applicant, particulars = filing.applicant, filing.particulars
    told: dict[str, str | None] = {
        "applicant_kind": applicant.kind,
        "data_key": key.id,
        "sealed": _sealed("sealed", applicant, filing, key),
        "particulars": None,
        "id_number_digest": None,
        "phone_digest": None,
    }
    if particulars is not None and particulars != NOTHING_TOLD:
        told["particulars"] = _sealed("particulars", particulars, filing, key)
    if applicant.id_number or applicant.phone:
        index = await keyring.indexing(filing.agency)
        told |= _digests({"id_number": applicant.id_number, "phone": applicant.phone}, index)
    return told


async def applicant_of(dossier: Dossier, uow: UnitOfWork) -> dict[str, Any] | None:
    """The applicant of a dossier, opened, without the fields that were not given; None once purged.

    Whoever shows it leaves a trace (`commands.audit`). Raises `PersonalDataKeyMissing`,
    `SealedValueBroken`.
    """
    if dossier.sealed is None or dossier.data_key is None:
        return dossier.applicant
    key = await running_of(uow).own(Keyring).named(dossier.data_key)
    place = place_of("dossier", "sealed", dossier.code, dossier.agency)
    applicant: dict[str, Any] = json.loads(key.open(dossier.sealed, place))
    return applicant


async def particulars_of(dossier: Dossier, uow: UnitOfWork) -> DossierParticulars | None:
    """What is kept of a dossier for the national portal, opened; None where nothing is.

    Raises `PersonalDataKeyMissing`, `SealedValueBroken`.
    """
    if dossier.particulars is None or dossier.data_key is None:
        return None
    key = await running_of(uow).own(Keyring).named(dossier.data_key)
    place = place_of("dossier", "particulars", dossier.code, dossier.agency)
    return DossierParticulars.model_validate_json(key.open(dossier.particulars, place))


async def content_mark(agency: str, digest: str, uow: UnitOfWork) -> str:
    """A digest of content in which persons stand, under a key of the agency's, 16 hexadecimal digits."""
    return (await running_of(uow).own(Keyring).indexing(agency)).digest("content", digest)[:16]


async def put_under(key: Key, dossier: Dossier, uow: UnitOfWork) -> None:
    """Seal what was filed of a person under a key, whatever it stood under, and make its digests anew."""
    if dossier.particulars is not None and dossier.data_key is not None:
        earlier = await running_of(uow).own(Keyring).named(dossier.data_key)
        place = place_of("dossier", "particulars", dossier.code, dossier.agency)
        dossier.particulars = key.seal(earlier.open(dossier.particulars, place), place)
    applicant = await applicant_of(dossier, uow)
    if applicant is not None:
        place = place_of("dossier", "sealed", dossier.code, dossier.agency)
        dossier.sealed = key.seal(_told(applicant), place)
        dossier.applicant = None
        dossier.applicant_kind = applicant["kind"]
        index = await running_of(uow).own(Keyring).indexing(dossier.agency)
        for name, digest in _digests(applicant, index).items():
            setattr(dossier, name, digest)
    dossier.data_key = key.id


async def step_key(
    told: Mapping[str, Any], known: Mapping[str, Step], dossier: Dossier, uow: UnitOfWork
) -> str:
    """The key of a reported step, under a key of ours where it holds words about people.

    A plain hash of a name could be guessed from the names there are. Steps of earlier versions keep the
    plain one until they are sealed, so it is looked for first.
    """
    plain = domain.step_key(**told)
    if plain in known or not any(told.get(name) for name in WORDS):
        return plain
    return await _keyed(plain, dossier, uow)


async def seal_words(
    step: Step, told: Mapping[str, Any], dossier: Dossier, uow: UnitOfWork
) -> None:
    """Put what is told of a new step in words under its dossier's data key.

    Raises `PersonalDataKeyMissing`.
    """
    words = {name: told.get(name) for name in WORDS}
    if any(words.values()):
        _seal_words(step, words, await _key_for(dossier, uow), dossier)


async def legible(steps: Iterable[Step], dossier: Dossier, uow: UnitOfWork) -> list[LegibleStep]:
    """A dossier's steps with their words opened; what was purged stays empty.

    Raises `PersonalDataKeyMissing`, `SealedValueBroken`.
    """
    shown: list[LegibleStep] = []
    for step in steps:
        plain: dict[str, Any] = {name: getattr(step, name) for name in _PLAIN}
        shown.append(LegibleStep(**plain | await words_of(step, dossier, uow)))
    return shown


async def words_of(step: Step, dossier: Dossier, uow: UnitOfWork) -> dict[str, str | None]:
    """A step's actor, title and note, opened."""
    if step.words is None or dossier.data_key is None:
        return {"actor": step.actor, "title": None, "note": step.note}
    key = await running_of(uow).own(Keyring).named(dossier.data_key)
    words = json.loads(key.open(step.words, _place(step, dossier)))
    return {name: words.get(name) for name in WORDS}


async def put_words_under(
    key: Key, steps: Iterable[Step], dossier: Dossier, uow: UnitOfWork
) -> None:
    """Seal the words of a dossier's steps under a key; call it before the dossier itself is put under it.

    A step whose words stood in plain text is written anew under a keyed `step_key`.
    """
    for step in steps:
        words = await words_of(step, dossier, uow)
        if not any(words.values()):
            continue
        row = step
        if step.words is None:
            values = {name: getattr(step, name) for name in Step.model_fields}
            row = Step.of(**values | {"key": await _keyed(step.key, dossier, uow)})
            uow.remove(step)
            uow.add(row)
        _seal_words(row, words, key, dossier)


async def _key_for(dossier: Dossier, uow: UnitOfWork) -> Key:
    keyring = running_of(uow).own(Keyring)
    if dossier.data_key is not None:
        return await keyring.named(dossier.data_key)
    key = await keyring.sealing(dossier.agency, uow.now)
    await put_under(key, dossier, uow)
    return key


async def _keyed(plain: str, dossier: Dossier, uow: UnitOfWork) -> str:
    return (await running_of(uow).own(Keyring).indexing(dossier.agency)).digest("step", plain)


def _sealed(column: str, told: Wire, filing: DossierFiling, key: Key) -> str:
    try:
        plain = told.model_dump_json(exclude_defaults=True).encode()
    except PydanticSerializationError as bad:
        raise Unstorable(column) from bad
    return key.seal(plain, place_of("dossier", column, filing.code, filing.agency))


def _digests(applicant: Mapping[str, Any], index: Key) -> dict[str, str | None]:
    told: dict[str, str | None] = {}
    for name, normalised in INDEXED.items():
        value = applicant.get(name)
        told[f"{name}_digest"] = index.digest(name, normalised(value)) if value else None
    return told


def _seal_words(step: Step, words: Mapping[str, str | None], key: Key, dossier: Dossier) -> None:
    given = {name: text for name, text in words.items() if text}
    step.words = key.seal(_told(given), _place(step, dossier))
    step.actor = step.note = None


def _told(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _place(step: Step, dossier: Dossier) -> bytes:
    return place_of("step", "words", f"{dossier.code}/{step.key}", dossier.agency)
