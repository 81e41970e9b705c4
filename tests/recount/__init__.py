"""A naive recount of the figures from a record of API calls, written apart from the engine that counts them.

It reads what was sent and what was answered, keeps one entry a dossier in a dictionary, and counts with plain
loops. It imports the standard library alone; ``docs/introduction/checking-a-figure.md`` tells how to run it.
"""
