# noqa: INP001 -- a script of the house, not part of a package
"""Writes the scripts that pages elsewhere load: `python .ci/widget.py [--keep]`.

From `gateway/widget/source` into `gateway/widget/served`, under names that carry the digest of what is in
them. `--keep` keeps what was served before beside it: use it once that was released, so that portals which
pinned it by its hash still find it.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway.widget.building import build

if __name__ == "__main__":
    for name in build(keep="--keep" in sys.argv[1:]):
        sys.stdout.write(f"{name}\n")
