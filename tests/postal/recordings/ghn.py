"""How recorded messages of ghn are made."""

from functools import partial

from contracts.vocabulary import Carrier
from tests.postal.recordings import shared_word
from tests.postal.recordings.shared_word import headers_of, raw_message

account = partial(shared_word.account, Carrier.GHN)
message_account = partial(shared_word.message_account, Carrier.GHN)

__all__ = ["account", "headers_of", "message_account", "raw_message"]
