"""News of dossiers, a batch at a time: whose each is, how it stands, and what that means for invitations."""

from collections.abc import Mapping, Sequence

from chassis.database import UnitOfWork
from contracts.envelope import Event
from contracts.intake import DossierAmended, DossierFiled, DossierReturned
from contracts.vocabulary import Occasion
from services.rating import queries
from services.rating.counting import moving_cells
from services.rating.delivering import remember, settle
from services.rating.tables import Invitation, KnownDossier, PostedResult, Rating


async def hear(events: Sequence[Event], uow: UnitOfWork) -> None:
    """Remember what is told of dossiers, and settle the invitations of each once, whatever the order.

    The row of how a dossier stands is written on every news of it: of two who hear of one dossier at the
    same time one is run again, and sees what the other did.
    """
    about: dict[str, list[Event]] = {}
    for event in events:
        about.setdefault(_dossier(event), []).append(event)
    keys = [(code,) for code in about]
    rows = await uow.get_many(PostedResult, keys)
    known = await uow.get_many(KnownDossier, keys)
    invitations = await queries.invitations_about(about, uow)
    for code, theirs in about.items():
        row = rows.get((code,))
        if row is None:
            row = PostedResult.of(dossier=code)
            uow.add(row)
        for event in theirs:
            remember(row, event)
        row.revision += 1
        dossier = _newest(known.get((code,)), theirs, uow)
        mine = invitations.get(code, {})
        await _place(mine, dossier, uow)
        await settle(row, mine, dossier, uow)


def _newest(
    known: KnownDossier | None, events: Sequence[Event], uow: UnitOfWork
) -> KnownDossier | None:
    """The dossier as it was filed or last amended; its return alone tells no revision, so it counts least."""
    newest = known
    for event in events:
        if isinstance(event, DossierFiled | DossierAmended | DossierReturned):
            revision = 0 if isinstance(event, DossierReturned) else event.revision
            if newest is None or revision > newest.revision:
                newest = _known(event, revision)
    if newest is not None and newest is not known:
        uow.put(newest)
    return newest


async def _place(
    invitations: Mapping[Occasion, Invitation], dossier: KnownDossier | None, uow: UnitOfWork
) -> None:
    """Count invitations where their dossier is counted now."""
    if dossier is None:
        return
    for one in invitations.values():
        if (one.agency, one.procedure) != (dossier.agency, dossier.procedure):
            rating = await uow.get(Rating, one.id) if one.used_at else None
            with moving_cells(one, rating, uow):
                one.agency, one.procedure = dossier.agency, dossier.procedure
                one.revision += 1


def _known(event: DossierFiled | DossierAmended | DossierReturned, revision: int) -> KnownDossier:
    return KnownDossier.of(
        code=event.code,
        agency=event.agency,
        procedure=event.procedure,
        channel=event.channel,
        return_mode=event.return_mode,
        revision=revision,
    )


def _dossier(event: Event) -> str:
    return str(getattr(event, "dossier", None) or getattr(event, "code", ""))
