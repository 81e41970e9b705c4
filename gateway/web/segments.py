"""What may stand as one part of an address behind the gateway."""

import re
from typing import Final

SEGMENT: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}", re.ASCII)
"""No plan, agency or link looks otherwise."""
