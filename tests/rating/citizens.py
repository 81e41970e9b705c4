"""Citizens who have their results and rate them, by the dozen."""

from datetime import timedelta

from contracts.vocabulary import Provenance
from services.rating.commands import Told, take_rating
from services.rating.tables import Invitation
from tests.builders import AGENCY, PROCEDURE
from tests.rating.builders import RETURNED, filed, returned


class Citizens:
    """Those of one service, told apart by running numbers."""

    def __init__(self, rating):
        self.rating = rating
        self.number = 0

    async def invited(
        self, count, agency=AGENCY, procedure=PROCEDURE, at=RETURNED, days=0
    ) -> list[str]:
        """So many citizens who can rate from then on: the codes of their dossiers."""
        codes = []
        for _ in range(count):
            self.number += 1
            codes.append(f"000.00.19.H29-200316-{self.number:04}")
        place = {"agency": agency, "procedure": procedure}
        await self.rating.hear(*(filed(code, **place) for code in codes))
        at += timedelta(days=days)
        await self.rating.hear(*(returned(code, **place, returned_at=at) for code in codes))
        return codes

    async def rate(self, options, provenance=Provenance.SELF_LINK, **where) -> list[str]:
        """As many citizens as there are options choose them: the codes of their dossiers."""
        codes = await self.invited(len(options), **where)
        await self.rate_these(codes, options, provenance)
        return codes

    async def rate_these(self, codes, options, provenance=Provenance.SELF_LINK) -> None:
        """Those of these dossiers choose an option each."""
        table = Invitation.__table__
        rows = await self.rating.running.database.select(
            table.select().where(table.c.dossier.in_(codes))
        )
        ids = {row.dossier: row.id for row in rows}

        async def rate_all(uow):
            found = await uow.get_many(Invitation, [(one,) for one in ids.values()])
            for code, option in zip(codes, options, strict=True):
                told = Told(
                    answers={"overall": option},
                    language="vi",
                    provenance=provenance,
                    submitted_at=uow.now,
                )
                await take_rating(found[ids[code],], told, uow)

        await self.rating.running.do(rate_all)
