"""`motcua partner check`: a partner's credentials on a walk through the calls of the guide."""
