"""The board's pages below a plan: one target, one unit, one procedure, the watch list, and a badge."""
