"""The cells counted anew from the facts, in SQL, beside those that were added up (kiểm tra số liệu)."""
