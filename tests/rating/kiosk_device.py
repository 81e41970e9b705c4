"""A kiosk as its browser is: it holds a key, counts its requests, and chains what citizens tap."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from services.rating.kiosks import domain


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


class Key:
    """A P-256 key and what it signs."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        x, y = (encoded(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
        self.public = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        self.id = domain.thumbprint(self.public)

    def sign(self, typ: str, claims: dict, **header: object) -> str:
        head = {"alg": "ES256", "typ": typ, "kid": self.id} | header
        signed = ".".join(encoded(json.dumps(part).encode()) for part in (head, claims))
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def held(self, word: str) -> str:
        return self.sign("kiosk-key+jwt", {"code": word})


class Kiosk:
    """A device that was enrolled; `clock` is how many seconds its clock is ahead."""

    def __init__(self, client, now, key: Key, told: dict) -> None:
        self.client, self.now, self.key, self.told = client, now, key, told
        self.id = told["id"]
        self.clock = 0.0
        self.seq = 0
        self.items = 0
        self.last = ""

    @classmethod
    async def enrolled(cls, operator, client, now, agency="000.00.19.H29", counter="Quầy số 3"):
        made = await operator.post(
            "/v1/kiosks/enrolments", json={"agency": agency, "counter": counter}
        )
        assert made.status_code == 201, made.text
        key = Key()
        code = made.json()["code"]
        plain = domain.plain_code(code)
        wanted = {"code": code, "public_key": key.public, "proof": key.held(plain)}
        answer = await client.post("/v1/kiosks", json=wanted)
        assert answer.status_code == 201, answer.text
        return cls(client, now, key, answer.json())

    def device_ms(self) -> int:
        return round((self.now().timestamp() + self.clock) * 1000)

    def device_time(self) -> str:
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self.device_ms() / 1000, UTC).isoformat()

    def proof(self, method: str, path: str, body: bytes = b"", **changes) -> str:
        self.seq += 1
        claims = {"htm": method, "htu": path, "iat": self.device_ms() // 1000}
        claims |= {"jti": uuid4().hex, "seq": self.seq, "bh": encoded(sha256(body).digest())}
        return self.key.sign("kiosk-proof+jwt", claims | changes)

    async def call(self, method: str, path: str, sent=None, *, proof=None, **changes):
        body = json.dumps(sent).encode() if sent is not None else b""
        shown = proof or self.proof(method, path.partition("?")[0], body, **changes)
        headers = {"Motcua-Proof": shown, "Motcua-Device": self.id}
        if sent is not None:
            headers["Content-Type"] = "application/json"
        return await self.client.request(method, path, content=body, headers=headers)

    def tapped(self, answer="5", ticket=None, **changes) -> str:
        """What a citizen does now, signed."""
        self.items += 1
        claims = {"seq": self.items, "prev": self.last, "at": self.device_ms(), "ticket": ticket}
        claims |= {"answers": {"overall": answer}, "language": "vi", "declined": False} | changes
        signed = self.key.sign("kiosk-item+jwt", claims)
        self.last = domain.digest(signed)
        return signed

    async def hand_over(self, *items: str):
        sent = {"items": list(items), "device_time": self.device_time()}
        answer = await self.call("POST", "/v1/kiosks/self/ratings", sent)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def screen(self, query=""):
        answer = await self.call("GET", f"/v1/kiosks/self/ticket{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def beat(self, waiting=0):
        told = {"waiting": waiting, "device_time": self.device_time()}
        return await self.call("POST", "/v1/kiosks/self/heartbeat", told)
