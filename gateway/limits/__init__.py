"""How much one caller may ask, and how much work is taken at once: counted at the door, in this process."""
