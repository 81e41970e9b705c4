"""Settings for a small suite on either engine."""

import pytest

from chassis.settings import Settings
from tests.chassis.small import ledger, shop


@pytest.fixture
def settings(engine, tmp_path, request):
    url = ""
    if engine == "postgres":
        databases = request.getfixturevalue("databases")
        databases.make(shop(), migrated=False)
        databases.make(ledger(), migrated=False)
        url = databases.url
    return Settings(data=tmp_path, database_url=url)
