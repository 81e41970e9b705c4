"""Cases (việc cần xử lý): what an agency owes a citizen who was unhappy, complains, or asks for a reply."""
