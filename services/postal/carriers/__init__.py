"""The carriers' interfaces we speak (giao diện kết nối của bưu điện): one file and one line each."""

from collections.abc import Mapping

from contracts.problems import NotFound
from contracts.vocabulary import Carrier
from services.postal.carriers.base import CarrierInterface, SendsMessages, TellsHistory
from services.postal.carriers.ems import Ems
from services.postal.carriers.ghn import Ghn
from services.postal.carriers.ghtk import Ghtk
from services.postal.carriers.native import Native
from services.postal.carriers.upu import Upu
from services.postal.carriers.viettelpost import ViettelPost
from services.postal.carriers.vnpost_a import VnpostA
from services.postal.carriers.vnpost_b import VnpostB
from services.postal.carriers.vnpost_c import VnpostC
from services.postal.carriers.vnpost_d import VnpostD


class UnknownCarrierInterface(NotFound):
    """No such carrier's interface is spoken here."""

    title_vi = "Chưa kết nối với giao diện này của bưu điện"


INTERFACES: Mapping[Carrier, CarrierInterface] = {
    Carrier.VNPOST_A: VnpostA(),
    Carrier.VNPOST_B: VnpostB(),
    Carrier.VNPOST_C: VnpostC(),
    Carrier.VNPOST_D: VnpostD(),
    Carrier.EMS: Ems(),
    Carrier.VIETTELPOST: ViettelPost(),
    Carrier.GHN: Ghn(),
    Carrier.GHTK: Ghtk(),
    Carrier.UPU: Upu(),
    Carrier.NATIVE: Native(),
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


def messages_through(name: str) -> SendsMessages:
    """The interface with this name, if its carrier sends messages here; raises `UnknownCarrierInterface`.

    >>> messages_through("vnpost-d") is interface_of("vnpost-d")
    True
    """
    interface = interface_of(name)
    if not isinstance(interface, SendsMessages):
        raise UnknownCarrierInterface("This carrier sends no messages: it is asked from here.")
    return interface


def knows_not(carrier: Carrier, code: str) -> bool:
    """Whether a carrier's interface has a table of codes, and this one is not in it.

    >>> knows_not(Carrier.VNPOST_D, "14"), knows_not(Carrier.VNPOST_D, "77")
    (False, True)
    """
    interface = INTERFACES.get(carrier)
    return interface is not None and bool(interface.meanings) and code not in interface.meanings


def tells_history(carrier: Carrier) -> bool:
    """Whether a carrier can be asked what became of an item.

    >>> tells_history(Carrier.VNPOST_D), tells_history(Carrier.VNPOST_C)
    (True, False)
    """
    return isinstance(INTERFACES.get(carrier), TellsHistory)
