"""What an operator can set about ratings and kiosks; part of `chassis.settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RatingSettings(BaseSettings):
    """How long citizens are asked, what is shown of their answers, and what follows them."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    rating_maturity_days: Annotated[int, Field(ge=0, le=90)] = 15
    """Days a dossier may be without a rating before it counts among those that could have been rated."""
    rating_revision_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    """Minutes in which a rating can be changed by the link it was given with; 0 for never."""
    rating_days: int = 30
    """Days a rating link is good for, from the moment the citizen could first use it."""
    rating_publish_minimum: Annotated[int, Field(ge=1)] = 10
    """Rows of rating summaries over fewer ratings than this are not shown."""
    rating_rest_minimum: Annotated[int, Field(ge=0)] = 0
    """Nor are rows for the public of which fewer ratings than this, but some, were not positive. 0: shown;
    a high share of satisfied citizens would otherwise hide itself."""
    rating_case_score: int = Field(2, ge=0, le=5)
    """A rating of this score or less becomes a case, whatever class its option is of. 0: by class alone."""
    rating_case_days: int = Field(5, ge=1, le=60)
    """Working days within which a case is answered. No decree was found that states a number."""
    rating_rules_file: Path | None = None
    """YAML of your own in place of ``services/rating/cases/rules.yaml``: which ratings become cases, which
    words tell of harassment, how many working days the law gives a petition."""
    rating_holidays_file: Path | None = None
    """Days off besides Saturdays and Sundays when days for an answer are counted, a line each
    (``2026-04-30  # 30/4``). Empty: there are none; intake's calendar is not asked."""
    rating_comment_days: int = Field(180, ge=1)
    """Days for which a comment is kept as it was written, and, after a case has ended, how to reach the
    citizen and the reply. Redacted copies and ratings stay."""
    rating_alerts: bool = True
    """Whether alerts about ratings are raised (``alert.raised``). What waits meanwhile is told once they are
    on again."""
    rating_alert_quiet_minutes: float = Field(5.0, ge=0)
    """An alert about new cases waits until so many minutes have passed without another one..."""
    rating_alert_cap_minutes: float = Field(120.0, ge=0)
    """... but no longer than so many minutes after the first."""
    rating_alert_seconds: float = Field(30.0, gt=0)
    """Pause between two looks for what alerts are raised for."""
    kiosk_key_days: int = Field(90, ge=1)
    """Days after which a kiosk (thiết bị đánh giá) goes on with another key, by itself."""
    kiosk_key_overlap_days: int = Field(14, ge=8)
    """Days that the key before it is still taken: a kiosk may be off, and items may come a week late."""
    kiosk_wait_seconds: float = Field(8.0, ge=0, le=9)
    """How long a kiosk's question for the dossier at its counter is left open when there is no news."""
    kiosk_silent_minutes: int = Field(15, ge=2)
    """Minutes of office hours (Monday to Friday) without a heartbeat, after which a kiosk is silent."""
