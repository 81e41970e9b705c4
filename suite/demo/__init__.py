"""The demonstration: a year of a city, made up from real catalogue rows, played through the public API."""
