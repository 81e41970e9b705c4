"""The operator's desk (bàn điều hành bưu chính): what waits for a person, and how fresh the news is."""
