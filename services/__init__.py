"""The four services of the suite; none of them imports another."""
