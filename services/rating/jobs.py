"""What rating does by itself: it ends what nobody answered, seals, forgets, says what waits for an answer."""

from chassis.service import Job
from services.rating.alerts.watching import (
    watch_actions,
    watch_anomalies,
    watch_cases,
    watch_shares,
)
from services.rating.comments.keeping import forget_originals, seal_earlier
from services.rating.ending import END_SECONDS, end_invitations
from services.rating.kiosks.jobs import (
    FORGET_SECONDS,
    LOOK_SECONDS,
    forget_proofs,
    notice_silent_kiosks,
)

SOON = 60.0
HOUR = 3600.0

JOBS = (
    Job(name="end", every=lambda _: END_SECONDS, run=end_invitations),
    Job(name="silent-kiosks", every=lambda _: LOOK_SECONDS, run=notice_silent_kiosks),
    Job(name="kiosk-proofs", every=lambda _: FORGET_SECONDS, run=forget_proofs),
    Job(name="rating-seal", every=lambda _: SOON, run=seal_earlier),
    Job(name="rating-forget", every=lambda _: HOUR, run=forget_originals),
    Job(name="rating-cases", every=lambda settings: settings.rating_alert_seconds, run=watch_cases),
    Job(name="rating-actions", every=lambda _: HOUR, run=watch_actions),
    Job(name="rating-shares", every=lambda _: HOUR, run=watch_shares),
    Job(name="rating-anomalies", every=lambda _: 6 * HOUR, run=watch_anomalies),
)
