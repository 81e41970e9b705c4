"""Pushing a month's aggregates to the provincial bus (LGSP): once for each agency and month, with effect."""
