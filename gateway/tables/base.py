"""What every table of the gateway stands on."""

from sqlalchemy.orm import registry

from chassis.tables import Stored


class Base(Stored, registry=registry()):
    """The gateway's tables live in the gateway's own database."""
