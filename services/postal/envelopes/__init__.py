"""Sealed envelopes (túi hồ sơ niêm phong): counted at the citizen's door, counted again at the counter."""
