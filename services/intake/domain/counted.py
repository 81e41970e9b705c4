"""What national scores count of a dossier, drawn from all that was filed of it. Values only."""

from contracts.intake import CountedFlags, DossierFiling, DossierParticulars
from contracts.vocabulary import PaidThrough

COUNTED_GATEWAYS = frozenset({PaidThrough.NATIONAL, PaidThrough.LOCAL})
"""The gateways whose payments count as online (1 and 2 of `DuocThanhToanTrucTuyen`)."""


def counted_flags(filing: DossierFiling) -> CountedFlags:
    """What national scores count of a dossier: its own flags, and what its particulars show.

    A flag that says no is outweighed by a paper that shows the contrary, except where it was asked for
    and answered: what was told in so many words stands.
    """
    flags, told = filing.flags, filing.particulars or DossierParticulars()
    files = [one for one in told.files if not one.deleted]
    paid = flags.paid_online
    if told.paid_through is not None:
        paid = told.paid_through in COUNTED_GATEWAYS
    owed = any(line.amount != 0 for line in told.fees)
    issued = any(paper.url or paper.code for paper in told.results)
    components = (one.digitised for one in filing.components)
    return CountedFlags(
        digitised=flags.digitised or any(components) or any(one.digitised for one in files),
        reused=any(one.reused or one.from_national_store for one in files),
        verified_identity=flags.verified_identity,
        connected_data=bool(told.databases),
        fee_due=paid or (owed if flags.fee_due is None else flags.fee_due),
        paid_online=paid,
        electronic_result=issued if flags.electronic_result is None else flags.electronic_result,
        certified_copy=bool(flags.certified_copy),
        national_portal=flags.national_portal,
    )
