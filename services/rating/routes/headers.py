"""Headers that answers of rating share."""

UNCACHED = {"Cache-Control": "no-store"}
