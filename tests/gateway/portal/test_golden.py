"""What the portal is sent and what its answers mean: a pair for each service and each convention, as files.

Those up to `20` are one rehearsal, played in the order of their numbers against the real worker: `sent` is
the call as it leaves, `answered` what the portal says to it. `$session` and `$password` stand for secrets.
The others are answers alone: `outcome` is what they mean to whoever sent this call. Without `outcome` and
`means` a call is done.
"""

import json
from collections import deque
from pathlib import Path

import pytest

from contracts.intake import DossierParticulars
from contracts.vocabulary import DossierStatus
from gateway.national import fields
from gateway.portal.answers import Outcome, read_answer
from gateway.portal.line import WRITES
from suite.sandbox.national import NationalAccount
from suite.sandbox.national.app import ADAPTER
from suite.sandbox.serving import served
from tests.gateway.portal.offices import filed_on_portal, world

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
CODE = "000.00.19.H29-200316-0001"
FILED_THERE = "000.00.19.H29-200316-0002"
SESSION = "f6d1c0"


def read(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def body_of(answered: dict) -> bytes:
    told = answered["body"]
    return (told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)).encode()


class Rehearsed:
    """A portal that answers what stands in the files, and remembers what it was sent."""

    def __init__(self, pairs) -> None:
        self.pairs = deque(pairs)
        self.sent = []

    async def __call__(self, scope, receive, send) -> None:
        read = b""
        more = True
        while more:
            part = await receive()
            read += part.get("body", b"")
            more = part.get("more_body", False)
        told = read.decode().replace(SESSION, "$session").replace('"sandbox"', '"$password"')
        self.sent.append({"address": scope["path"], "sent": json.loads(told)})
        answered = self.pairs.popleft()["answered"]
        headers = [(k.encode(), v.encode()) for k, v in answered.get("headers", {}).items()]
        status = answered.get("status", 200)
        body = body_of(answered).replace(b"$session", SESSION.encode())
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def whole_filing() -> dict:
    """A filing with something in most of the lists."""
    told = DossierParticulars.model_validate(
        {
            "receipt_number": "BN-1",
            "abstract": "Thành lập hộ kinh doanh cá thể",
            "unit": "Phòng Đăng ký kinh doanh",
            "databases": ["7"],
            "identities": [{"kind": "citizen_id", "number": "079012345678"}],
        }
    )
    return {
        "applicant": {
            "kind": "citizen",
            "name": "Nguyễn Văn A",
            "id_kind": "citizen_id",
            "id_number": "079012345678",
            "phone": "0912345678",
        },
        "flags": {"digitised": True, "verified_identity": False},
        "particulars": told.model_dump(mode="json", exclude_defaults=True),
    }


async def test_every_call_leaves_as_its_file_says(lone, tmp_path):
    rehearsal = [read(path) for path in GOLDEN if "outcome" not in read(path)]
    portal = Rehearsed(rehearsal)
    async with (
        served(portal) as url,
        world(lone, tmp_path, national_adapter_url=url + ADAPTER, national_at_once=1) as w,
    ):
        await w.hear(w.office.file(1, **whole_filing()))
        await w.push()
        await w.hear(w.office.step(CODE, DossierStatus.PROCESSING, 2))
        await w.hear(w.office.step(CODE, DossierStatus.DONE, 5, note="Đã cấp giấy chứng nhận"))
        await w.push()
        # Its acknowledgement is lost, so that the next attempt begins with a question.
        await w.hear(w.office.step(CODE, DossierStatus.RETURNED, 7))
        await w.push()
        w.clock.go(minutes=1)
        await w.push()
        await w.hear(w.office.file(2, **filed_on_portal("G22-260316-000001")))
        await w.hear(w.office.step(FILED_THERE, DossierStatus.REFUSED, 3, note="Thiếu giấy tờ"))
        await w.push()
        assert {row[1] for row in await w.rows()} == {"sent"}
    assert not portal.pairs
    for call, pair in zip(portal.sent, rehearsal, strict=True):
        assert call == {"address": ADAPTER + pair["address"], "sent": pair["sent"]}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_answer_means_what_its_file_says(path):
    pair = read(path)
    answered = pair["answered"]
    headers = answered.get("headers", {})
    answer = read_answer(answered.get("status", 200), headers, body_of(answered), pair["sent"])
    assert answer.outcome == pair.get("outcome", pair.get("means", Outcome.DONE))
    assert answer.alive == pair.get("alive", answer.outcome is not Outcome.TRY_AGAIN)
    assert answer.by_words == pair.get("by_words", answer.outcome in NEVER_BY_CODE)
    assert answer.words == pair.get("words")


NEVER_BY_CODE = set(Outcome) - {Outcome.DONE, Outcome.TRY_AGAIN}


def test_every_service_and_every_outcome_has_its_file():
    pairs = [read(path) for path in GOLDEN]
    assert WRITES | {"TraCuuHoSo"} <= {pair["sent"].get("service") for pair in pairs}
    updating = {pair["sent"].get("isUpdating") for pair in pairs}
    assert {"False", "True"} <= updating
    told = {row.get("TrangThai") for p in pairs for row in p["sent"].get("data", ())}
    assert fields.PORTAL_REFUSAL in told
    ends = {pair.get("outcome", pair.get("means", Outcome.DONE)) for pair in pairs}
    assert ends == set(Outcome)
    done = [p["answered"]["body"] for p in pairs if p.get("outcome", "done") == "done"]
    conventions = {frozenset(body) - {"message", "result", "session"} for body in done if body}
    assert conventions >= {
        frozenset({"error_code"}),
        frozenset({"response_code", "response_data"}),
        frozenset({"Status", "Message"}),
        frozenset(),
    }
    assert NationalAccount().password not in {str(pair["sent"].get("password")) for pair in pairs}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_scalar_that_is_sent_is_a_text(path):
    def scalars(told):
        if isinstance(told, dict | list):
            for value in told.values() if isinstance(told, dict) else told:
                yield from scalars(value)
        else:
            yield told

    assert {type(one) for one in scalars(read(path)["sent"])} == {str}
