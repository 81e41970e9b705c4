"""Webhooks: the journal, signed and delivered to whoever subscribes, as long as they may hear of it."""
