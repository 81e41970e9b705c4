"""The base of intake's tables."""

from sqlalchemy.orm import registry

from chassis.tables import Stored


class Base(Stored, registry=registry()):
    """Intake's tables live in intake's own database."""
