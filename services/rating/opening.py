"""The packaged questionnaires are read when the service opens, so that a wrong one is not found later."""

import logging

from chassis.running import Running
from services.rating.questionnaires import (
    PortalLevels,
    chosen,
    portal_levels,
    questionnaires,
    remarks_on,
)

log = logging.getLogger("motcua.rating")


async def open_questionnaires(_: Running) -> PortalLevels:
    """Read every packaged file, and tell what is worth knowing of each. Raises `QuestionnaireUnusable`."""
    for told in questionnaires().values():
        for remark in remarks_on(told):
            log.debug("questionnaire %s: %s", told.id, remark)
    chosen()
    return portal_levels()
