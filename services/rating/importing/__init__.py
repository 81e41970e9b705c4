"""Ratings that were gathered otherwise (phiếu giấy, điện thoại, phần mềm khác), entered from a file."""
