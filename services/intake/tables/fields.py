"""Fields of administration."""

from datetime import date

from sqlmodel import Field

from chassis.tables import Json
from services.intake.tables.base import Base


class CatalogueField(Base, table=True):
    """A field of administration (lĩnh vực); procedures may be of fields that nobody has entered."""

    __tablename__ = "catalogue_field"

    code: str = Field(primary_key=True)
    name: str
    name_en: str | None = None
    valid_from: date | None = None
    abolished_on: date | None = None
    """Exclusive."""
    successors: list[str] = Field(default_factory=list, sa_type=Json)
    revision: int = 1
