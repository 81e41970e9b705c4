"""How the way to the portal is shown."""

from contracts.syncing import SyncAttempt, SyncState, SyncView
from gateway.tables import NationalSync


def sync_view(row: NationalSync) -> SyncView:
    """How far the portal has been told of a dossier."""
    waits = row.state is SyncState.WAITING
    return SyncView(
        code=row.code,
        agency=row.agency,
        state=row.state,
        wanted_revision=row.wanted,
        sent_revision=row.sent,
        waiting_since=row.wanted_since,
        first_sent_at=row.first_sent_at,
        sent_at=row.sent_at,
        next_try_at=row.try_at if waits else None,
        failed_attempts=row.attempts,
        reason=row.reason,
        words=row.words,
        progress_rows_sent=row.rows_sent,
        attempts=[SyncAttempt.model_validate(entry) for entry in row.history],
    )
