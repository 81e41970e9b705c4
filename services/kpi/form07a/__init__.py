"""Forms 07a and 07b: what was received, settled and is in progress, by field, with its equations."""
