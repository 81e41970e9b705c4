"""What a suite that closed leaves behind in its process: nothing."""

import gc
import weakref

from chassis.settings import Settings
from suite.together import together
from tests.conftest import Suite


async def test_a_suite_that_closed_is_given_back(tmp_path, embedded):
    left = []
    for number in range(2):
        settings = Settings(data=tmp_path / str(number), limits=False)
        embedded.fill(settings)
        async with together(settings) as at_work:
            async with Suite(at_work.running, at_work.app).partner() as partner:
                entry = {"name": "Thành phố", "kind": "city"}
                assert (await partner.put("/v1/agencies/H29", json=entry)).is_success
            left += [weakref.ref(one) for one in (at_work.app, *at_work.running.values())]
            del partner
        del at_work
    gc.collect()
    assert [one() for one in left] == [None] * len(left)
