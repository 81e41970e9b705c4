"""What can be done with kiosks: enrol, prove, push a ticket, hand over, hold and release, revoke."""

from services.rating.kiosks.commands.enrolling import enrol, make_enrolment, rotate
from services.rating.kiosks.commands.handing import Handled, hand_over
from services.rating.kiosks.commands.proving import Device, Proved, prove
from services.rating.kiosks.commands.releasing import release
from services.rating.kiosks.commands.standing import (
    Listed,
    beat,
    kiosks_within,
    revoke,
    tell_silent,
)
from services.rating.kiosks.commands.tickets import Screen, push_ticket, screen_of, take_ticket_away

__all__ = [
    "Device",
    "Handled",
    "Listed",
    "Proved",
    "Screen",
    "beat",
    "enrol",
    "hand_over",
    "kiosks_within",
    "make_enrolment",
    "prove",
    "push_ticket",
    "release",
    "revoke",
    "rotate",
    "screen_of",
    "take_ticket_away",
    "tell_silent",
]
