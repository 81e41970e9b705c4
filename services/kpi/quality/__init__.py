"""The nine criteria of TT 01/2018 by unit and quarter: as scored, as verified, as dossiers give them."""
