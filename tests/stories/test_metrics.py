"""Every process tells its metrics on a port of its own, and the public door does not."""

import httpx

from suite.services import SERVICES


def test_every_process_tells_its_metrics_and_the_door_none(processes):
    with httpx.Client(timeout=20) as client:
        for name in SERVICES:
            api = f"http://127.0.0.1:{processes.ports[f'serve {name}']}"
            assert client.get(f"{api}/health/ready").status_code == 200
            assert client.get(f"{api}/metrics").status_code == 404
            told = client.get(f"http://127.0.0.1:{processes.metrics[f'serve {name}']}/metrics")
            assert told.headers["content-type"].startswith("text/plain")
            counted = (
                f'motcua_requests_total{{route="/health/ready",service="{name}",status="200"}}'
            )
            assert counted in told.text, name
        for name in SERVICES:
            address = f"http://127.0.0.1:{processes.metrics[f'work {name}']}/metrics"
            assert f'motcua_outbox_waiting{{service="{name}"}}' in client.get(address).text, name
