"""How a client stands at this moment: whether it is in force, for whom it speaks, which secrets are its."""

from datetime import datetime

from chassis.database import UnitOfWork
from contracts.vocabulary import VIETNAM
from gateway.queries import grants_of
from gateway.tables import Client


def is_in_force(client: Client, now: datetime) -> bool:
    """Whether a client is neither disabled nor expired."""
    return client.disabled_at is None and (client.expires_at is None or now < client.expires_at)


def secrets_of(client: Client | None, now: datetime) -> tuple[str | None, str | None]:
    """What is kept of the secrets that are a client's now: the present one, and a former one for a while."""
    if client is None:
        return None, None
    until = client.earlier_secret_until
    former = client.earlier_secret_hash if until is not None and now < until else None
    return client.secret_hash or None, former


async def agencies_of(client: Client, uow: UnitOfWork) -> list[str]:
    """The agencies a client may speak for today, in the order of their codes."""
    today = uow.now.astimezone(VIETNAM).date()
    grants = await grants_of(client.id, uow)
    if not grants:
        # Entered by a version that knew of no grants, while both were running.
        return [client.agency]
    return sorted(
        {
            grant.agency
            for grant in grants
            if grant.valid_from <= today and (grant.valid_to is None or today < grant.valid_to)
        }
    )
