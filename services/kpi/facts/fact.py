"""What is known of one dossier. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Self

from contracts.vocabulary import (
    VIETNAM,
    Channel,
    DossierStatus,
    OnlineService,
    OptionClass,
    Provenance,
    ReturnMode,
    TimeUnit,
)
from services.kpi.post import Parcel


@lru_cache(8192)
def day_of(instant: datetime) -> date:
    """The day an instant falls on in Vietnam."""
    return instant.astimezone(VIETNAM).date()


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC: instants of one zone are compared in a tenth of the time."""
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


@dataclass(frozen=True)
class Fact:
    """All that is known of one dossier; anything but its code may still be unheard."""

    code: str
    procedure: str | None = None
    field: str | None = None
    agency: str | None = None
    competent_agency: str | None = None
    channel: Channel | None = None
    return_mode: ReturnMode | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    due_unit: TimeUnit | None = None
    filing_revision: int | None = None
    """The revision at which it was filed or last amended, as far as that was heard."""
    status: DossierStatus | None = None
    progress_revision: int | None = None
    done_at: datetime | None = None
    returned_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was refused, stopped or withdrawn, if that is how it stands."""
    settled_at: datetime | None = None
    """When the agency's time ended, with a result or without."""
    paused_since: datetime | None = None
    """Since when the applicant is waited for."""
    inbound_accepted_at: datetime | None = None
    """When the post first took the dossier from the citizen."""
    outbound_accepted_at: datetime | None = None
    """When the post first took the result from the office."""
    outbound_delivered_at: datetime | None = None
    """When the post delivered the result, while that is confirmed and nobody contradicts it."""
    inbound_ordered_at: datetime | None = None
    """When an item on the way in was first registered and not called off."""
    outbound_ordered_at: datetime | None = None
    """The same on the way out."""
    post: tuple[Parcel, ...] = ()
    """Its items of the post, which the five moments above are taken from."""
    online_service: OnlineService | None = None
    """How far the version of the procedure it was filed under can be done online."""
    digitised: bool | None = None
    """This and the flags below as they were filed (`CountedFlags`); None while unheard."""
    reused: bool | None = None
    verified_identity: bool | None = None
    connected_data: bool | None = None
    fee_due: bool | None = None
    paid_online: bool | None = None
    electronic_result: bool | None = None
    certified_copy: bool | None = None
    national_portal: bool | None = None
    statistical_due_at: datetime | None = None
    """The due moment as statistics count it."""
    supplement_requested_at: datetime | None = None
    """When papers were first asked for since its receipt."""
    supplement_waited_until: datetime | None = None
    supplement_again_at: datetime | None = None
    """When papers were asked for a second time."""
    agency_days: int | None = None
    """Working days the agency took, without those of the applicant and of the post."""
    synchronised_at: datetime | None = None
    """When the national portal last said that it has it."""
    missed_at: datetime | None = None
    """When it was last found that the portal does not have it."""
    rating_option: str | None = None
    rating_score: int | None = None
    rating_class: OptionClass | None = None
    rated_at: datetime | None = None
    rating_provenance: Provenance | None = None
    rating_version: int | None = None
    """Of several versions of its rating the largest is kept, void or not."""
    rating_void: int | None = None
    """The largest version that was said to be void; a later one stands again."""
    answered_contacts: int | None = None
    """This and the three below as the citizen answered the criteria of TT 01/2018; None where not asked."""
    answered_agencies: int | None = None
    answered_publication: int | None = None
    answered_complaint: bool | None = None

    @classmethod
    def holding(cls, told: dict[str, Any]) -> Self:
        """A fact of all these fields, at a tenth of the cost of giving it each by name; it keeps the dict."""
        fact = cls.__new__(cls)
        object.__setattr__(fact, "__dict__", told)
        return fact

    def but(self, told: Mapping[str, Any]) -> Self:
        """The same fact with other values of some fields."""
        return self.holding({**self.__dict__, **told})

    @property
    def synchronised(self) -> bool:
        """Whether the national portal has it, by what was said last."""
        if self.synchronised_at is None:
            return False
        return self.missed_at is None or self.missed_at <= self.synchronised_at

    @property
    def handed_over_at(self) -> datetime | None:
        """When the result left the office's hands: to the post, else to the citizen."""
        return self.outbound_accepted_at or self.returned_at

    @property
    def on_time(self) -> bool:
        """Whether it was settled by its promise (đúng hạn): within the due day, or the due hour.

        A result without a statutory limit broke no promise and counts as on time.
        """
        if self.done_at is None:
            return False
        if self.received_at is not None and day_of(self.done_at) < day_of(self.received_at):
            # A slip of a date: no length of time that could have been kept.
            return False
        if self.due_at is None:
            return True
        if self.due_unit is TimeUnit.WORKING_HOUR:
            return self.done_at <= self.due_at
        return day_of(self.done_at) <= day_of(self.due_at)

    @property
    def time_ended_at(self) -> datetime | None:
        """When the agency's time ended: with the result, else without one."""
        return self.done_at or self.settled_at or self.ended_at

    @property
    def left_at(self) -> datetime | None:
        """When a received dossier left those in progress: with a result, else without one.

        A moment before the receipt is a slip; it left when it came.
        """
        left = self.done_at or self.ended_at
        if left is None or self.received_at is None:
            return None
        return max(left, self.received_at)

    @property
    def statistics_due_at(self) -> datetime | None:
        """The due moment as statistics count it; the promised one where they were told none."""
        return self.statistical_due_at or self.due_at

    @property
    def elapsed_days(self) -> int | None:
        """Days from the receipt to the result, in Vietnam (thời gian từ tiếp nhận đến có kết quả)."""
        if self.done_at is None or self.received_at is None:
            return None
        days = (day_of(self.done_at) - day_of(self.received_at)).days
        return days if days >= 0 else None

    @property
    def ratable_at(self) -> datetime | None:
        """When its citizen could first rate: result handed over, or settled online."""
        online = self.done_at if self.channel is Channel.ONLINE else None
        return self.handed_over_at or online

    @property
    def rated(self) -> bool:
        """Whether it has a rating that stands, whoever entered it."""
        return self.rated_at is not None and (self.rating_version or 1) > (self.rating_void or 0)

    @property
    def unrated_since(self) -> datetime | None:
        """Since when it could be rated, as long as it is not."""
        return None if self.rated else self.ratable_at
