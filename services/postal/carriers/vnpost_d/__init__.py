"""The current MyVNPost (interface D, since 2022) of Vietnam Post: signed messages, history, orders.

The facts are those of integrators' programs; the carrier's own paper has not been seen. A message
``{data: [...], sendDate, signature}`` signs its date and the first record's number and status, nothing
else, so it is a hint: the end it claims is provisional until the item's history says the same.

The carrier's paper speaks of RSA-SHA256, its sample program encrypts the same text with the public key
instead, for receivers to decrypt with a private key they are handed. Which of the two is in use is not
known, so an account may have either key or both. Of the second kind anybody who has the published key can
make one: such a message is `unproven`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import httpx

from contracts.vocabulary import Carrier, MoneyPurpose, MoneyStep
from services.postal.carriers import rsa_keys
from services.postal.carriers.base import (
    MAX_BODY,
    MAX_RECORDS,
    Account,
    BadRecord,
    Batch,
    CancelsOrders,
    CarrierAccountIncomplete,
    CarrierMessageTooLarge,
    CarrierSignatureInvalid,
    CarrierUnavailable,
    CreatedOrder,
    Order,
    OrderRefusedByCarrier,
    Party,
    Record,
    SendsMessages,
    TakesOrders,
    TellsHistory,
    TellsPrice,
    UnreadableCarrierMessage,
)
from services.postal.carriers.distrust import (
    Written,
    amount_of,
    ask,
    item_code_of,
    json_answer,
    read_json,
    text_of,
    token_in,
    written_instant,
)
from services.postal.carriers.vnpost_d import desk
from services.postal.carriers.vnpost_d.codes import CODE_BY_WORDING, CODES, folded
from services.postal.domain import Strength, TimeQuality
from services.postal.tracks import Sum

_SIGNED_PREFIX = "MYVNP"
_DISTRICT = "VNPOST"
"""What stands for the district since there are only provinces and wards (chính quyền hai cấp)."""
_CODE_ROOM = 20
_TEXT_ROOM = 200
_NEEDED = ("base_url", "username", "password", "customer_code")
_ACCESS_REFUSED = frozenset({401, 403})
_ORDER_REFUSED = frozenset({400, 404, 409, 422})
_ALREADY = "101"
"""How the post's interfaces answer an order whose number they have already."""


class VnpostD(SendsMessages, TakesOrders, CancelsOrders, TellsPrice, TellsHistory):
    """The current MyVNPost. Its messages are `partial`, `unproven` if encrypted; their time is the sending's.

    Which field names the actual receiver is not documented, so none is read unless `receiver_field` is
    given: the addressee's name, which the carrier also sends, is no proof of delivery.
    """

    name = Carrier.VNPOST_D
    meanings = CODES

    def __init__(self, receiver_field: str | None = None) -> None:
        self._receiver_field = receiver_field
        self._tokens: dict[Account, str] = {}

    def read(self, raw: bytes, headers: Mapping[str, str], account: Account) -> Batch:  # noqa: ARG002 - all of it is in the body
        """The records of a message; its mark is over ``MYVNP``, date, first number and first status.

        The mark is tried as a signature first (RSA-SHA256, PKCS #1 v1.5), then as an encrypted text, each
        if the account has the key for it.
        """
        if len(raw) > MAX_BODY:
            raise CarrierMessageTooLarge(f"At most {MAX_BODY} bytes are taken at once.")
        if not self._has_a_key(account):
            raise CarrierSignatureInvalid("Our account has no key to check the message with.")
        try:
            message = read_json(raw)
        except ValueError as broken:
            raise UnreadableCarrierMessage("The body is not JSON in UTF-8.") from broken
        told = message.get("data") if isinstance(message, dict) else None
        if not isinstance(told, list) or not told:
            raise UnreadableCarrierMessage("The body has no list of records under data.")
        if len(told) > MAX_RECORDS:
            raise CarrierMessageTooLarge(f"At most {MAX_RECORDS} records are taken at once.")
        strength = _verified(message, told[0], account)
        sent = written_instant(message["sendDate"])
        sent_at = sent.instant if sent else None
        records = tuple(self._record(record, sent_at) for record in told)
        return Batch(strength, sent_at, records)

    def missing_for_messages(self, account: Account) -> tuple[str, ...]:
        """Either key, or both."""
        return () if self._has_a_key(account) else ("public_key_pem or private_key_pem",)

    @staticmethod
    def _has_a_key(account: Account) -> bool:
        return bool(account.public_key_pem or account.private_key_pem)

    async def pull(self, item_code: str, account: Account, http: httpx.AsyncClient) -> list[Record]:
        """The item's history (hành trình bưu gửi), with the events' own times."""
        asked = item_code_of(item_code)
        if asked is None:
            return []
        path = "/GetStatusHistoryOrder"
        status, body = await self._call(
            "GET", path, account, http, params={"type": "1", "code": asked}
        )
        answer = json_answer(status, body)
        entries = list(_history(answer, asked))
        if len(entries) > MAX_RECORDS:
            raise CarrierUnavailable("The carrier's history of the item is too long.")
        read = (self._entry(entry, asked) for entry in entries)
        return [record for record in read if record is not None]

    def missing_for_orders(self, account: Account) -> tuple[str, ...]:
        """Where the carrier is asked, and who asks."""
        return tuple(name for name in _NEEDED if not getattr(account, name))

    def missing_for_history(self, account: Account) -> tuple[str, ...]:
        """The same as for orders."""
        return self.missing_for_orders(account)

    async def create_order(
        self, order: Order, account: Account, http: httpx.AsyncClient
    ) -> CreatedOrder:
        """An order that is carried out at once, not kept as a draft."""
        content = _order_content(order, account)
        status, body = await self._call("POST", "/CreateOrder", account, http, content=content)
        refused = status in _ORDER_REFUSED
        made = _one_of(_json_or_none(body) if refused else json_answer(status, body))
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

    async def cancel_order(
        self,
        number: str,  # noqa: ARG002 - the carrier cancels by its own number alone
        item_code: str | None,  # noqa: ARG002 - as above
        account: Account,
        http: httpx.AsyncClient,
        *,
        reference: str | None = None,
    ) -> None:
        """Cancel an order that was not collected yet, by the carrier's own number of it."""
        content = desk.cancel_content(reference)
        status, body = await self._call("POST", desk.CANCEL, account, http, content=content)
        if status in _ORDER_REFUSED:
            raise OrderRefusedByCarrier(_refusal(_one_of(_json_or_none(body)), "cancel"))
        json_answer(status, body)

    async def price(self, order: Order, account: Account, http: httpx.AsyncClient) -> int:
        """What a service would cost, with VAT, as far as the carrier can tell beforehand."""
        sides = _party_content("sender", order.sender) | _party_content("receiver", order.receiver)
        content = desk.price_content(order, account.customer_code, sides)
        status, body = await self._call("POST", desk.PRICE, account, http, content=content)
        if status in _ORDER_REFUSED:
            raise OrderRefusedByCarrier(_refusal(_one_of(_json_or_none(body)), "price"))
        return desk.price_in(json_answer(status, body), order.service_code)

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
            sums=_sums(told) + meaning.sums,
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
            sums=meaning.sums,
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


def _verified(message: Mapping[str, object], first: object, account: Account) -> Strength:
    record = first if isinstance(first, dict) else {}
    number, status = _signed_text(record.get("itemCode")), _signed_text(record.get("status"))
    sent, mark = message.get("sendDate"), rsa_keys.mark_of(message.get("signature"))
    if not (isinstance(sent, str) and mark and number and status):
        raise CarrierSignatureInvalid("The signature, or something it covers, is missing.")
    try:
        text = f"{_SIGNED_PREFIX}{sent}{number}{status}".encode()
    except UnicodeEncodeError as strange:
        raise CarrierSignatureInvalid("The signature covers what is no text.") from strange
    if _shows(rsa_keys.signs, account.public_key_pem, mark, text):
        return Strength.PARTIAL
    if _shows(rsa_keys.hides, account.private_key_pem, mark, text):
        return Strength.UNPROVEN
    raise CarrierSignatureInvalid("The signature does not fit the message, or our key is broken.")


def _shows(
    test: Callable[[str, bytes, bytes], bool], key: str | None, mark: bytes, text: bytes
) -> bool:
    if not key:
        return False
    try:
        return test(key, mark, text)
    except ValueError:
        return False


def _signed_text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


def _sums(told: Mapping[str, object]) -> tuple[Sum, ...]:
    # Neither is signed, and the fee is provisional: nothing here shows that anything was paid.
    found = (
        (MoneyPurpose.COD, MoneyStep.DUE, amount_of(told.get("codAmount"))),
        (MoneyPurpose.POSTAGE, MoneyStep.ESTIMATED, amount_of(told.get("totalFee"))),
    )
    return tuple(Sum(purpose, step, amount) for purpose, step, amount in found if amount)


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


def _refusal(made: Mapping[str, object] | None, verb: str = "take") -> str:
    told = _first(made or {}, "message", "Message", "detail")
    words = text_of(told, _TEXT_ROOM)
    refuses = f"The carrier does not {verb} the order"
    return f"{refuses}: {words}" if words else f"{refuses}, and does not say why."


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
    answer = json_answer(status, body)
    return token_in(answer, "token")


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
