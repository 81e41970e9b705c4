"""A story for each row K01 to K47: small worlds at its line, just below it and just above it."""
