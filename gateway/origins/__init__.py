"""Which web sites may show the rating widget: a register, and the CORS answers that follow from it."""
