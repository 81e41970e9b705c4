"""Our accounts with carriers: opened from the command line, handed to the interfaces as values."""

from chassis.database import UnitOfWork
from services.postal.carriers import interface_of
from services.postal.carriers.base import Account
from services.postal.tables import CarrierAccount


async def open_account(
    interface: str,
    name: str,
    *,
    public_key_pem: str | None,
    secret: str | None,
    base_url: str | None,
    username: str | None,
    password: str | None,
    customer_code: str | None,
    uow: UnitOfWork,
    agency: str | None = None,
) -> CarrierAccount:
    """Open an account with a carrier, or complete one: what is left out stays as it was.

    With `agency`, orders are made through it for that agency and those below it alone.
    """
    carrier = interface_of(interface).name
    told = {
        "public_key_pem": public_key_pem,
        "secret": secret,
        "base_url": base_url,
        "username": username,
        "password": password,
        "customer_code": customer_code,
        "agency": agency,
    }
    earlier = await uow.get(CarrierAccount, carrier, name)
    if earlier is not None:
        told = {key: getattr(earlier, key) if new is None else new for key, new in told.items()}
    account = CarrierAccount.of(interface=carrier, name=name, **told)
    uow.put(account)
    return account


def account_of(row: CarrierAccount) -> Account:
    """An account as its interface needs it."""
    names = Account.__dataclass_fields__
    told = {name: getattr(row, name) for name in names if name != "interface"}
    return Account(interface=row.interface, **told)
