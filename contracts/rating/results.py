"""What anybody may read of an agency's ratings, in one document."""

from contracts.rating.summary import DefinitionOfSatisfaction, RatingRow
from contracts.vocabulary import Occasion
from contracts.wire import Day, Instant, View


class RatingResults(View):
    """The public page of an agency's ratings, for programs (kết quả đánh giá)."""

    agency: str
    agency_name: str | None
    occasion: Occasion
    period: str
    """As the address names it: ``2020-03``, ``official-2020-03``, ``2020-q1``, ``2020``."""
    period_from: Day
    period_to: Day
    """Exclusive."""
    definition: DefinitionOfSatisfaction
    total: RatingRow
    agencies: list[RatingRow]
    """Each agency of the subtree that counts something, by itself."""
    procedures: list[RatingRow]
    minimum: int
    """Fewer ratings than this are not shown."""
    mature_days: int
    provisional: bool
    as_of: Instant
