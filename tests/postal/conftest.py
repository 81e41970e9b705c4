"""A machine that is busy with other things still hears what became of its messages."""

import pytest

from services.postal import folding


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A carrier waits two seconds; a test waits until it is told, else it would see `stored` by chance."""
    monkeypatch.setattr(folding, "ANSWER_WITHIN", 60.0)
