"""The stand-in of the national portal (Cổng Dịch vụ công quốc gia) behind its adapter.

What it answers was inferred from public one-stop systems that call the portal; ``docs/operations/sandbox.md``
says what is unverified.
"""

from suite.sandbox.national.app import create_national, create_national_in
from suite.sandbox.national.ledger import NationalLedger
from suite.sandbox.national.sessions import NationalAccount

__all__ = ["NationalAccount", "NationalLedger", "create_national", "create_national_in"]
