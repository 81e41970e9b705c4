"""What stands of a rating that was given, for whoever holds the link it was given by."""

from typing import Annotated

from pydantic import Field

from contracts.wire import Instant, Reckoned, View


class RatingStanding(View):
    """That a rating was given and how long it can be changed; nothing of what it says."""

    accepted_at: Instant
    version: Annotated[int, Field(ge=1)]
    revisable: bool
    """Whether this link can change it now."""
    revisable_until: Reckoned | None
    """Until when it can be changed, or could; None where ratings are never changed."""
