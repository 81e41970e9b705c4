"""How long ago something was, as people say it."""

from datetime import datetime, timedelta

from gateway.web.wording import ENGLISH, shown_count

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def shown_age(since: datetime, now: datetime, language: str) -> str:
    """The time since a moment, in whole days or hours.

    >>> now = datetime.fromisoformat("2020-03-20T08:00:00+07:00")
    >>> shown_age(now - timedelta(days=3, hours=20), now, "vi"), shown_age(now - HOUR, now, "en")
    ('3 ngày', '1 hour')
    >>> shown_age(now, now, "vi")
    'dưới 1 giờ'
    """
    age = now - since
    if age < HOUR:
        return "less than an hour" if language == ENGLISH else "dưới 1 giờ"
    count, (vietnamese, english) = (
        (age // DAY, ("ngày", "day")) if age >= DAY else (age // HOUR, ("giờ", "hour"))
    )
    shown = shown_count(count, language)
    if language == ENGLISH:
        return f"{shown} {english}{'' if count == 1 else 's'}"
    return f"{shown} {vietnamese}"
