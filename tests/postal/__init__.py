"""Tests of the public post."""
