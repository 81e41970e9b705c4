"""Kiosks: devices at counters by which citizens rate in two taps, with or without a network."""
