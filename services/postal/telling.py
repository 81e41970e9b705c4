"""What operators see of the lines to carriers: metrics, and codes that nobody knows."""

import logging
import re

from prometheus_client import Counter, Gauge

from contracts.vocabulary import Carrier

log = logging.getLogger("motcua.postal")

FEED_AGE = Gauge(
    "motcua_carrier_feed_age_seconds",
    "Since a carrier last let its list be read",
    ["carrier", "account", "feed"],
)
UNKNOWN_CODES = Counter(
    "motcua_carrier_unknown_codes_total",
    "Events told under codes that are not in the carrier's table",
    ["carrier", "code"],
)

MOST_CODES = 20
"""How many unknown codes of one carrier are told apart: they are written by strangers."""

OTHER = "other"
_CODE = re.compile(r"-?[0-9]{1,5}|[A-Za-z]{1,4}[0-9]{0,3}|[a-z_]{5,30}")


class UnknownCodes:
    """The unknown codes this process has met: each is counted, and warned of once."""

    def __init__(self) -> None:
        self._met: dict[Carrier, set[str]] = {}

    def notice(self, carrier: Carrier, code: str) -> None:
        """Count an event under a code that is in no table; it has moved nothing."""
        label = self.label_of(carrier, code)
        UNKNOWN_CODES.labels(carrier, label).inc()
        met = self._met.setdefault(carrier, set())
        if label not in met:
            met.add(label)
            log.warning("unknown code of a carrier", extra={"carrier": carrier, "kind": label})

    def label_of(self, carrier: Carrier, code: str) -> str:
        """The code, where it looks like one and there are few; what may be words of somebody's is not told.

        >>> codes = UnknownCodes()
        >>> codes.label_of(Carrier.EMS, "99"), codes.label_of(Carrier.EMS, "Đã giao cho ông A")
        ('99', 'other')
        """
        met = self._met.get(carrier, set()) - {OTHER}
        fits = code in met or (len(met) < MOST_CODES and _CODE.fullmatch(code) is not None)
        return code if fits else OTHER


UNKNOWN = UnknownCodes()
"""Those of this process."""
