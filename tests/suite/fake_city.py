"""A gateway of a few lines that remembers what it was sent, for tests of those who call it."""

import json
from collections import Counter
from random import Random

import httpx

BOARD = {
    "plan": "hcmc-2020",
    "title": "Kế hoạch cải cách hành chính năm 2020",
    "agency": "H29",
    "agency_name": "Thành phố Hồ Chí Minh",
    "period_from": "2020-01-01",
    "period_to": "2021-01-01",
    "met": 1,
    "due": 2,
    "shown": "1/2",
}


class FakeCity(httpx.AsyncBaseTransport):
    """Answers as the API promises; `luck` below 1 loses some requests or their answers on the way."""

    def __init__(self, *, luck=1.0, uninvited=(), token_calls=10_000):
        self.dossiers = {}
        self.rows = {}
        self.order = []
        self.items = {}
        self.used = {}
        self.tokens = {}
        self.calls = Counter()
        self.catalogue = {}
        self.uninvited = set(uninvited)
        self._luck = luck
        self._random = Random(11)
        self._token_calls = token_calls

    async def handle_async_request(self, request):
        raw = await request.aread()
        unlucky = self._random.random() >= self._luck
        if unlucky and self._random.random() < 0.5:
            raise httpx.ConnectError("nobody listens")
        status, body = self.answer(request, raw)
        if unlucky:
            raise httpx.ReadError("cut off")
        return httpx.Response(status, json=body)

    def answer(self, request, raw):
        path, method = request.url.path, request.method
        if path == "/oauth/token":
            token = f"t{len(self.tokens)}"
            self.tokens[token] = self._token_calls
            return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 600}
        body = json.loads(raw) if raw else None
        parts = path.strip("/").split("/")
        self.calls[method, parts[1]] += 1
        if parts[1] == "carriers":
            return 200, {"items": [{"outcome": "applied"} for _ in body["data"]]}
        if path == "/v1/ratings":
            return self._rate(body)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) <= 0:
            return 401, {"code": "unauthorised"}
        self.tokens[token] -= 1
        return getattr(self, f"_{method.lower()}_{parts[1]}")(parts, body)

    def _put_agencies(self, parts, body):
        if body.get("parent") and body["parent"] not in self.catalogue:
            return 422, {"code": "unknown-agency"}
        self.catalogue[parts[2]] = body
        return 200, body

    def _put_procedures(self, parts, body):
        self.catalogue[parts[2]] = body
        return 200, body

    def _post_dossiers(self, parts, body):
        if len(parts) == 2:
            known = self.dossiers.setdefault(body["code"], body)
            self.order.append(("file", body["code"]))
            return (200 if known is not body else 201), body
        if parts[2] not in self.dossiers:
            return 404, {"code": "dossier-not-found"}
        for row in body["items"]:
            self.rows.setdefault(parts[2], {})[row["status"], row["occurred_at"]] = row
            self.order.append((row["status"], parts[2]))
        return 200, {"items": [{"outcome": "applied"} for _ in body["items"]]}

    def _get_dossiers(self, parts, _body):
        code = parts[2]
        if parts[3] == "shipments":
            return 200, {"items": [{"provisional": False}]}
        ended = any(status == "returned" for status, _ in self.rows.get(code, {}))
        if not ended or code in self.uninvited:
            return 200, {"items": []}
        occasion = "returned"
        used = f"token-{code}" in self.used
        return 200, {"items": [{"occasion": occasion, "token": f"token-{code}", "used": used}]}

    def _post_shipments(self, _parts, body):
        fresh = body["item_code"] not in self.items
        self.items[body["item_code"]] = body
        return (201 if fresh else 200), body

    def _rate(self, body):
        if body["token"] in self.used:
            return 409, {"code": "rating-already-given"}
        self.used[body["token"]] = body
        return 201, {}

    def _get_indicators(self, _parts, _body):
        return 200, {"among": len(self.used), "state": "ok"}

    def _get_plans(self, parts, _body):
        targets = [
            {
                "id": "k04",
                "title": "Đơn vị đúng hạn trên 90 % trong từng lĩnh vực",
                "kind": "ratio",
                "count": len(self.dossiers) - 1,
                "among": len(self.dossiers),
                "value": "0.89996",
                "operator": "eq",
                "target": "1",
                "shown": "= 100 %",
                "provisional": False,
                "verdict": "not_met",
                "source": "100% đơn vị đạt tỷ lệ hồ sơ giải quyết đúng hạn " * 4,
            },
            {
                "id": "k17",
                "title": "Cơ quan có cơ cấu theo đề án",
                "kind": "ratio",
                "count": None,
                "among": None,
                "value": None,
                "operator": "eq",
                "target": "1",
                "verdict": "no_data",
                "source": "100% cơ quan hành chính",
            },
        ]
        return 200, BOARD | {"plan": parts[2], "as_of": str(self.calls.total()), "targets": targets}
