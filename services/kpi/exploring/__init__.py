"""Figures told apart: by agency, field, procedure and half-month, with what stays hidden from whom."""
