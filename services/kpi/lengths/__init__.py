"""How long dossiers took (thời gian giải quyết): elapsed time and the agency's own, told apart."""
