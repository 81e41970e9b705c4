"""How recorded messages of each interface are made; one module each, found by the interface's name.

Each has `raw_message(message)`, `headers_of(message, raw)` with names in small letters, and
`message_account(message)`.
"""

from importlib import import_module


def recording_of(interface: str):
    """The module that makes an interface's messages."""
    return import_module(f"{__name__}.{interface.replace('-', '_')}")
