"""Periods that were closed (chốt số liệu): editions in one chain, and restatements beside them."""
