"""The carriers' interfaces we speak (giao diện kết nối của bưu điện): one file and one line each."""

from collections.abc import Mapping

from contracts.problems import NotFound
from contracts.vocabulary import Carrier
from services.postal.carriers.base import CarrierInterface
from services.postal.carriers.vnpost_d import VnpostD


class UnknownCarrierInterface(NotFound):
    """No such carrier's interface is spoken here."""

    title_vi = "Chưa kết nối với giao diện này của bưu điện"


INTERFACES: Mapping[Carrier, CarrierInterface] = {
    Carrier.VNPOST_D: VnpostD(),
}
"""The interfaces by name. An item of any other carrier is moved by operators' confirmations alone."""


def interface_of(name: str) -> CarrierInterface:
    """The interface with this name; raises `UnknownCarrierInterface`.

    >>> interface_of("vnpost-d").name.value
    'vnpost-d'
    """
    for carrier, interface in INTERFACES.items():
        if carrier == name:
            return interface
    raise UnknownCarrierInterface("No interface of that name is connected.")
