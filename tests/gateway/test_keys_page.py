"""What the page about keys shows works as it stands there."""

import re
from pathlib import Path

from gateway import service
from tests.gateway.jwt.test_tokens import keyed
from tests.gateway.test_partners import door

PAGE = Path(__file__).parents[2] / "docs" / "partners" / "keys.md"


async def test_the_python_of_the_page_obtains_a_token(lone):
    [code] = re.findall(
        r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    shown: dict = {}
    exec(compile(code, str(PAGE), "exec"), shown)
    async with lone(service) as one, door(one) as client:
        client_id, key = await keyed(one)
        told = (await client.get("/.well-known/oauth-authorization-server")).json()
        form = shown["token_form"](client_id, key, key.kid, told["issuer"])
        answer = await client.post("/oauth/token", data=form)
        assert answer.status_code == 200, answer.text
        assert (await client.post("/oauth/token", data=form)).status_code == 401
