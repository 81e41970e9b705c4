"""The yardstick: every path beside its physical limit in the same run, as a ratio, with its CPU time."""
