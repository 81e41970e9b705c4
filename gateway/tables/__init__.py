"""What the gateway remembers: partners, sessions, sites of the widget, what the outside was told."""

from gateway.tables.base import Base
from gateway.tables.clients import (
    Client,
    ClientChange,
    ClientGrant,
    ClientKey,
    ClientUse,
    SpentAssertion,
)
from gateway.tables.dialect import DialectSession, DialectSighting, PortalMessage
from gateway.tables.lgsp import LgspPush
from gateway.tables.national import (
    CatalogueImport,
    NationalDay,
    NationalDifference,
    NationalSync,
    NationalTally,
)
from gateway.tables.origins import StrangerOrigin, WidgetOrigin
from gateway.tables.webhooks import Webhook, WebhookDelivery, WebhookProgress, WebhookWorker

__all__ = [
    "Base",
    "CatalogueImport",
    "Client",
    "ClientChange",
    "ClientGrant",
    "ClientKey",
    "ClientUse",
    "DialectSession",
    "DialectSighting",
    "LgspPush",
    "NationalDay",
    "NationalDifference",
    "NationalSync",
    "NationalTally",
    "PortalMessage",
    "SpentAssertion",
    "StrangerOrigin",
    "Webhook",
    "WebhookDelivery",
    "WebhookProgress",
    "WebhookWorker",
    "WidgetOrigin",
]
