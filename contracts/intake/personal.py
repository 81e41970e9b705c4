"""Personal data: how a dossier is looked up by a person's number, held, and told to be purged."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.envelope import Event
from contracts.intake.dossiers import DossierView
from contracts.vocabulary import ApplicantKind
from contracts.wire import Code, Instant, Line, View, Wire

PhoneNumber = Annotated[str, Field(pattern=r"^[+0-9 ().-]{6,20}$")]


class DossierSearch(Wire):
    """Which person's dossiers are looked for: by identity number or by telephone number, whole.

    It is a body and not an address, because addresses are kept in the logs of whatever they pass.
    """

    id_number: Annotated[
        str, Field(min_length=4, max_length=64, pattern=r"^[A-Za-z0-9 ._/-]+$")
    ] | (None) = None
    phone: PhoneNumber | None = None
    agency: Code | None = None
    """It and everything below it; everything within the caller's reach when left out."""
    cursor: Code | None = None
    """`next_cursor` of the page before."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.id_number is None) is (self.phone is None):
            raise ValueError("give either id_number or phone")
        return self


class MaskedApplicant(View):
    """An applicant as a search shows one: enough to recognise, too little to copy."""

    kind: ApplicantKind
    name: str
    id_number: str | None = None
    """The last three digits, e.g. ``*********123``."""
    phone: str | None = None
    """The last three digits."""


class FoundDossier(DossierView):
    """A dossier that was found, with its applicant masked."""

    applicant_masked: MaskedApplicant


class FoundPage(View):
    """A page of found dossiers in the order of their codes."""

    items: list[FoundDossier]
    next_cursor: str | None = None


class LegalHoldOrder(Wire):
    """A hold on a dossier is set or lifted (giữ lại hồ sơ theo yêu cầu pháp lý)."""

    held: bool
    reason: Line
    """Why, with the number of the paper that asks for it; name nobody."""


class LegalHoldView(View):
    """Whether a dossier is held back from purging, and why."""

    code: str
    held: bool
    reason: str | None = None
    set_at: Instant | None = None


class DossierPurged(Event):
    """A dossier's personal data were removed, their retention being over; its figures stay."""

    topic = "dossier.purged"
    publisher = "intake"

    code: str
    agency: str
    revision: int
    purged_at: Instant
