"""What the post tells of its items: batches, some of it twice, late or shuffled, some of strangers' items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from suite.demo.parcels import ARRIVED, DELIVERED, ItemCodes, Parcel, Scan
from suite.demo.steps import Callback
from suite.sandbox.signing import signed_callback

LATE, TWICE, SHUFFLED, RESENT, STRANGER = 0.04, 0.05, 0.15, 0.02, 0.006
"""How often a scan is told late, or twice; a batch out of order, or sent again; an item is not ours."""

LONGEST_WAIT = timedelta(hours=36)
"""A batch leaves after this even when it is not full."""

FEE = 26_000
"""Dong; the post's estimate of its charge, which nobody reads."""


@dataclass(frozen=True)
class _News:
    at: datetime
    """When the post gets round to telling it."""
    parcel: Parcel
    scan: Scan


def callbacks(
    parcels: Sequence[Parcel],
    *,
    until: datetime,
    key: RSAPrivateKey,
    codes: ItemCodes,
    random: Random,
) -> list[Callback]:
    """The post's messages about all that is scanned, up to a moment, in the order they are sent."""
    told = [news for parcel in parcels for news in _news_of(parcel, random)]
    told += [_stranger(news, codes) for news in told if random.random() < STRANGER]
    told = sorted((news for news in told if news.at < until), key=_order)
    sent: list[Callback] = []
    for batch in _batches(told, random):
        message = _message(batch, key, random)
        sent.append(message)
        if random.random() < RESENT:
            again = message.at + timedelta(minutes=random.randint(2, 30))
            sent.append(Callback(again, message.raw, (), message.dossiers, message.records))
    return sorted((message for message in sent if message.at < until), key=lambda sent: sent.at)


def _order(news: _News) -> tuple[datetime, str, int]:
    return (news.at, news.parcel.item_code, news.scan.code)


def _news_of(parcel: Parcel, random: Random) -> Iterator[_News]:
    for scan in parcel.scans:
        at = scan.at + timedelta(minutes=random.randint(1, 40))
        if random.random() < LATE:
            at += timedelta(hours=random.randint(8, 60))
        yield _News(at, parcel, scan)
        if random.random() < TWICE:
            yield _News(at + timedelta(hours=random.randint(1, 30)), parcel, scan)


def _stranger(news: _News, codes: ItemCodes) -> _News:
    scan = Scan(ARRIVED if news.scan.code == DELIVERED else news.scan.code, news.at, "")
    return _News(news.at, Parcel(codes.take(), "", (scan,)), scan)


def _batches(told: Sequence[_News], random: Random) -> Iterator[list[_News]]:
    batch: list[_News] = []
    size = random.randint(20, 50)
    for news in told:
        if batch and (len(batch) >= size or news.at - batch[0].at > LONGEST_WAIT):
            yield batch
            batch, size = [], random.randint(20, 50)
        batch.append(news)
    if batch:
        yield batch


def _message(batch: list[_News], key: RSAPrivateKey, random: Random) -> Callback:
    at = batch[-1].at + timedelta(seconds=random.randint(5, 90))
    if random.random() < SHUFFLED:
        random.shuffle(batch)
    records = [_record(news) for news in batch]
    ours = {news.parcel.item_code: news.parcel for news in batch if news.parcel.dossier}
    return Callback(
        at=at,
        raw=signed_callback(records, at, key),
        truth=tuple(_truth(parcel, at) for parcel in ours.values()),
        dossiers=tuple(dict.fromkeys(parcel.dossier for parcel in ours.values())),
        records=len(records),
    )


def _record(news: _News) -> dict[str, Any]:
    parcel = news.parcel
    number = int(parcel.item_code[2:10])
    return {
        "orderHdrId": number,
        "originalId": f"HCC{number}",
        "itemCode": parcel.item_code,
        "saleOrderCode": parcel.dossier or f"DH{number}",
        "status": news.scan.code,
        "serviceCode": "HCC",
        "mainFee": FEE,
        "vasFee": 0,
        "totalFee": FEE,
        "codAmount": 0,
        "weight": 200,
        "priceWeight": 200,
        "contentNote": "Hồ sơ hành chính",
        "orgCodeAccept": "700000",
    }


def _truth(parcel: Parcel, at: datetime) -> dict[str, Any]:
    return {
        "itemCode": parcel.item_code,
        "events": [
            {"code": scan.code, "at": scan.at.isoformat(), "office": scan.office}
            for scan in parcel.scans
            if scan.at <= at
        ],
    }
