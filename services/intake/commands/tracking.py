"""Tracking a dossier by the PIN of its receipt (tra cứu hồ sơ), and replacing that PIN."""

from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import TrackQuestion
from contracts.problems import NotFound
from services.intake.commands.reach import reachable_dossier
from services.intake.domain import DONE, RETURNED
from services.intake.tables import Agency, Dossier, TrackingPin
from services.intake.tracking import Tracking


class TrackingRefused(NotFound):
    """There is no dossier of this code, or the PIN is another."""

    title_vi = "Không tìm thấy hồ sơ, hoặc mã tra cứu chưa đúng"


@dataclass(frozen=True)
class Tracked:
    """A dossier somebody holds the receipt of, and the agency it is with."""

    dossier: Dossier
    unit: str


async def track(question: TrackQuestion, uow: UnitOfWork) -> Tracked:
    """Where a dossier stands, for whoever holds its receipt. Raises `TrackingRefused`.

    A code nobody has and a wrong PIN cost the same reads and the same arithmetic.
    """
    codes = dict.fromkeys((question.code, question.code.upper()))
    keys = [(code,) for code in codes]
    dossiers = await uow.get_many(Dossier, keys)
    pins = await uow.get_many(TrackingPin, keys)
    key = next((key for key in keys if key in dossiers), keys[0])
    epoch = pins[key].epoch if key in pins else 0
    genuine = running_of(uow).own(Tracking).accepts(question.pin, key[0], epoch)
    dossier = dossiers.get(key)
    if dossier is None or not genuine:
        raise TrackingRefused("Copy the code and the PIN from the receipt.")
    over = dossier.status in {DONE, RETURNED}
    where = dossier.returning_agency if over else dossier.competent_agency
    agency = await uow.get(Agency, where)
    return Tracked(dossier, agency.name if agency else where)


async def replace_pin(code: str, caller: Principal, uow: UnitOfWork) -> TrackingPin:
    """Give a dossier another PIN (cấp lại mã tra cứu); the earlier ones open nothing any more.

    Raises `UnknownDossier`.
    """
    await reachable_dossier(code, caller, uow)
    replaced = await uow.get(TrackingPin, code)
    if replaced is None:
        replaced = TrackingPin.of(dossier=code, epoch=1, issued_at=uow.now, issued_by=caller.client)
        uow.add(replaced)
    else:
        replaced.epoch += 1
        replaced.issued_at = uow.now
        replaced.issued_by = caller.client
    return replaced
