"""What the provincial bus (LGSP) is told of an agency and a month."""
