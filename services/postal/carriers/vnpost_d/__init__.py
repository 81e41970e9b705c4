"""The current MyVNPost (interface D, since 2022) of Vietnam Post: signed messages, history, orders.

The facts are those of integrators' programs; the carrier's own paper has not been seen. A message
``{data: [...], sendDate, signature}`` signs its date and the first record's number and status, nothing
else, so it is a hint: the end it claims is provisional until the item's history says the same.
"""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import httpx
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from contracts.vocabulary import Carrier
from services.postal.carriers.base import (
    MAX_BODY,
    MAX_RECORDS,
    Account,
    BadRecord,
    Batch,
    CarrierAccountIncomplete,
    CarrierInterface,
    CarrierMessageTooLarge,
    CarrierSignatureInvalid,
    CarrierUnavailable,
    CreatedOrder,
    Order,
    OrderRefusedByCarrier,
    Party,
    Record,
    UnreadableCarrierMessage,
)
from services.postal.carriers.distrust import (
    Written,
    ask,
    item_code_of,
    read_json,
    text_of,
    written_instant,
)
from services.postal.carriers.vnpost_d.codes import CODE_BY_WORDING, CODES, folded
from services.postal.domain import Strength, TimeQuality

_SIGNED_PREFIX = "MYVNP"
_DISTRICT = "VNPOST"
"""What stands for the district since there are only provinces and wards (chính quyền hai cấp)."""
_CODE_ROOM = 20
_TEXT_ROOM = 200
_TOKEN_ROOM = 4096
_NEEDED = ("base_url", "username", "password", "customer_code")
_OK = frozenset({200, 201})
_ACCESS_REFUSED = frozenset({401, 403})
_ORDER_REFUSED = frozenset({400, 404, 409, 422})
_NO_WORDS = "The carrier does not take the order, and does not say why."
_ALREADY = "101"
"""How the post's interfaces answer an order whose number they have already."""


class VnpostD(CarrierInterface):
    """The current MyVNPost. Its messages have the strength `partial`; their time is that of sending.

    Which field names the actual receiver is not documented, so none is read unless `receiver_field` is
    given: the addressee's name, which the carrier also sends, is no proof of delivery.
    """

    name = Carrier.VNPOST_D
    meanings = CODES

    def __init__(self, receiver_field: str | None = None) -> None:
        self._receiver_field = receiver_field
        self._tokens: dict[Account, str] = {}

    def read(self, raw: bytes, headers: Mapping[str, str], account: Account) -> Batch:  # noqa: ARG002 - all of it is in the body
        """The records of a message; RSA-SHA256 (PKCS #1 v1.5) over ``MYVNP``, date, number and status."""
        if len(raw) > MAX_BODY:
            raise CarrierMessageTooLarge(f"At most {MAX_BODY} bytes are taken at once.")
        key = _public_key(account)
        try:
            message = read_json(raw)
        except ValueError as broken:
            raise UnreadableCarrierMessage("The body is not JSON in UTF-8.") from broken
        told = message.get("data") if isinstance(message, dict) else None
        if not isinstance(told, list) or not told:
            raise UnreadableCarrierMessage("The body has no list of records under data.")
        if len(told) > MAX_RECORDS:
            raise CarrierMessageTooLarge(f"At most {MAX_RECORDS} records are taken at once.")
        _verify(message, told[0], key)
        sent = written_instant(message["sendDate"])
        sent_at = sent.instant if sent else None
        records = tuple(self._record(record, sent_at) for record in told)
        return Batch(Strength.PARTIAL, sent_at, records)

    async def pull(self, item_code: str, account: Account, http: httpx.AsyncClient) -> list[Record]:
        """The item's history (hành trình bưu gửi), with the events' own times."""
        asked = item_code_of(item_code)
        if asked is None:
            return []
        path = "/GetStatusHistoryOrder"
        status, body = await self._call(
            "GET", path, account, http, params={"type": "1", "code": asked}
        )
        answer = _json_answer(status, body)
        entries = list(_history(answer, asked))
        if len(entries) > MAX_RECORDS:
            raise CarrierUnavailable("The carrier's history of the item is too long.")
        read = (self._entry(entry, asked) for entry in entries)
        return [record for record in read if record is not None]

    def missing_for_orders(self, account: Account) -> tuple[str, ...]:
        """Where the carrier is asked, and who asks."""
        return tuple(name for name in _NEEDED if not getattr(account, name))

    async def create_order(
        self, order: Order, account: Account, http: httpx.AsyncClient
    ) -> CreatedOrder:
        """An order that is carried out at once, not kept as a draft."""
        content = _order_content(order, account)
        status, body = await self._call("POST", "/CreateOrder", account, http, content=content)
        refused = status in _ORDER_REFUSED
        made = _one_of(_json_or_none(body) if refused else _json_answer(status, body))
        already = made is not None and _answer_code(made) == _ALREADY
        if refused and not already:
            raise OrderRefusedByCarrier(_refusal(made))
        if made is None:
            raise CarrierUnavailable("The carrier's answer to the order cannot be read.")
        item = item_code_of(made.get("itemCode")) or item_code_of(made.get("originalItemCode"))
        names = ("originalID", "originalId", "orderHdrID", "orderHdrId")
        references = [text_of(made.get(name), _TEXT_ROOM) for name in names]
        reference = next((found for found in references if found), None)
        if item is None and reference is None and not already:
            raise OrderRefusedByCarrier(_refusal(made))
        return CreatedOrder(order.number, item, reference)

    def _record(self, told: object, sent_at: datetime | None) -> Record | BadRecord:
        if not isinstance(told, dict):
            return BadRecord("The record is not an object.")
        item = item_code_of(told.get("itemCode")) or item_code_of(told.get("originalItemCode"))
        if item is None:
            return BadRecord("The record has no item number of 4 to 40 letters and digits.")
        code = text_of(told.get("status"), _CODE_ROOM)
        if code is None:
            return BadRecord("The record has no status code.")
        meaning = self.meaning(code)
        return Record(
            item_code=item,
            code=code,
            status=meaning.status,
            text=meaning.text,
            time_quality=TimeQuality.BATCH if sent_at else TimeQuality.RECEIVED,
            occurred_at=sent_at,
            order_number=text_of(told.get("saleOrderCode"), _TEXT_ROOM),
            receiver_name=self._receiver(told),
        )

    def _receiver(self, told: Mapping[str, object]) -> str | None:
        if self._receiver_field is None:
            return None
        name = text_of(told.get(self._receiver_field), _TEXT_ROOM)
        # The carrier may mask a name with "+" until nothing of it is left.
        return name if name and any(letter.isalpha() for letter in name) else None

    def _entry(self, told: object, item_code: str) -> Record | None:
        if not isinstance(told, dict):
            return None
        text = text_of(told.get("statusName"), _TEXT_ROOM)
        code = text_of(_first(told, "statusCode", "status"), _CODE_ROOM)
        if text and not (code and code.isdecimal()):
            code = CODE_BY_WORDING.get(folded(text), text[:_CODE_ROOM])
        if code is None:
            return None
        written = _written_in_parts(told)
        quality = TimeQuality.EVENT if written and written.exact else TimeQuality.BATCH
        meaning = self.meaning(code)
        return Record(
            item_code=item_code,
            code=code,
            status=meaning.status,
            text=text or meaning.text,
            time_quality=quality if written else TimeQuality.RECEIVED,
            occurred_at=written.instant if written else None,
            office=text_of(_first(told, "locateName", "LocateName"), _TEXT_ROOM),
        )

    async def _call(
        self, method: str, path: str, account: Account, http: httpx.AsyncClient, **sent: Any
    ) -> tuple[int, bytes]:
        url = _address(account, path)
        for _ in range(2):
            token = self._tokens.get(account) or await _token(account, http)
            self._tokens[account] = token
            status, body = await ask(http, method, url, headers={"token": token}, **sent)
            if status not in _ACCESS_REFUSED:
                return status, body
            self._tokens.pop(account, None)
        raise CarrierUnavailable("The carrier refuses our account.")


def _public_key(account: Account) -> RSAPublicKey:
    if not account.public_key_pem:
        raise CarrierSignatureInvalid("Our account has no public key to check the message with.")
    try:
        key = load_pem_public_key(account.public_key_pem.encode())
    except (ValueError, UnsupportedAlgorithm) as broken:
        raise CarrierSignatureInvalid("The account's public key cannot be read.") from broken
    if not isinstance(key, RSAPublicKey):
        raise CarrierSignatureInvalid("The account's public key is not one of RSA.")
    return key


def _verify(message: Mapping[str, object], first: object, key: RSAPublicKey) -> None:
    record = first if isinstance(first, dict) else {}
    number, status = _signed_text(record.get("itemCode")), _signed_text(record.get("status"))
    sent, signature = message.get("sendDate"), message.get("signature")
    if not (isinstance(sent, str) and isinstance(signature, str) and number and status):
        raise CarrierSignatureInvalid("The signature, or something it covers, is missing.")
    try:
        signed = f"{_SIGNED_PREFIX}{sent}{number}{status}".encode()
        mark = base64.b64decode("".join(signature.split()), validate=True)
        key.verify(mark, signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as forged:
        raise CarrierSignatureInvalid("The signature does not fit the message.") from forged


def _signed_text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


def _history(answer: object, item_code: str) -> Iterator[object]:
    groups = answer.get("data") if isinstance(answer, dict) else answer
    for group in groups if isinstance(groups, list) else [groups]:
        if not isinstance(group, dict):
            continue
        named = {item_code_of(group.get(name)) for name in ("itemCode", "originalItemCode")} - {
            None
        }
        if named and item_code not in named:
            continue
        # The name has been seen with a blank behind it.
        entries = _first(group, "statusHistory", "statusHistory ")
        yield from entries if isinstance(entries, list) else []


def _written_in_parts(entry: Mapping[str, object]) -> Written | None:
    day = text_of(entry.get("createdDate"), _CODE_ROOM * 2) or ""
    hour = text_of(_first(entry, "createHour", "createdHour", "time"), _CODE_ROOM)
    # A day written as an instant at midnight would hide the hour that stands beside it.
    return written_instant(f"{day[:10]} {hour}") or written_instant(day)


def _first(told: Mapping[str, object], *names: str) -> object:
    return next((told[name] for name in names if told.get(name) is not None), None)


def _json_answer(status: int, body: bytes) -> Any:
    if status not in _OK:
        raise CarrierUnavailable(f"The carrier answered with the status {status}.")
    try:
        return read_json(body)
    except ValueError as broken:
        raise CarrierUnavailable("The carrier's answer is not JSON.") from broken


def _json_or_none(body: bytes) -> Any:
    try:
        return read_json(body)
    except ValueError:
        return None


def _one_of(answer: Any) -> dict[str, Any] | None:
    made = answer[0] if isinstance(answer, list) and answer else answer
    return made if isinstance(made, dict) else None


def _answer_code(made: Mapping[str, object]) -> str | None:
    return text_of(_first(made, "Status", "status", "code", "Code"), _CODE_ROOM)


def _refusal(made: Mapping[str, object] | None) -> str:
    told = _first(made or {}, "message", "Message", "detail")
    words = text_of(told, _TEXT_ROOM)
    return f"The carrier does not take the order: {words}" if words else _NO_WORDS


def _address(account: Account, path: str) -> str:
    if not account.base_url:
        raise CarrierAccountIncomplete("The account has no address of the carrier.")
    return account.base_url.rstrip("/") + path


async def _token(account: Account, http: httpx.AsyncClient) -> str:
    if not (account.username and account.password and account.customer_code):
        raise CarrierAccountIncomplete("The account has no user name, password or customer code.")
    login = {
        "username": account.username,
        "password": account.password,
        "customerCode": account.customer_code,
    }
    status, body = await ask(http, "POST", _address(account, "/GetAccessToken"), content=login)
    answer = _json_answer(status, body)
    token = answer.get("token") if isinstance(answer, dict) else None
    # It is sent back in a header, where other characters would not pass.
    if not (isinstance(token, str) and 0 < len(token) <= _TOKEN_ROOM):
        raise CarrierUnavailable("The carrier gave no access token.")
    if not (token.isascii() and token.isprintable()) or token.strip() != token:
        raise CarrierUnavailable("The carrier's access token cannot be sent in a header.")
    return token


def _order_content(order: Order, account: Account) -> dict[str, Any]:
    service = {"serviceCode": order.service_code} if order.service_code else {}
    return {
        "orderCreationStatus": 1,
        "type": "GUI",
        "customerCode": account.customer_code,
        "informationOrder": {
            **_party_content("sender", order.sender),
            **_party_content("receiver", order.receiver),
            **service,
            "saleOrderCode": order.number,
            "contentNote": order.contents,
            "weight": str(order.weight_grams),
            "sendType": "1" if order.collect else "2",
        },
    }


def _party_content(role: str, party: Party) -> dict[str, str]:
    return {
        f"{role}Name": party.name,
        f"{role}Phone": party.phone,
        f"{role}Address": party.address,
        f"{role}ProvinceCode": party.province_code,
        f"{role}DistrictCode": _DISTRICT,
        f"{role}CommuneCode": party.ward_code,
    }
