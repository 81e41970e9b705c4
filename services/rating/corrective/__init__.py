"""Corrective actions (biện pháp khắc phục): what agencies do about weak criteria, kept with its history."""
