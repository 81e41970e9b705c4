"""The base of rating's tables."""

from sqlalchemy.orm import registry

from chassis.tables import Stored


class Base(Stored, registry=registry()):
    """Rating's tables live in rating's own database."""
