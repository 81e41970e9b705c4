"""What the national portal tells of agencies, taken over answer by answer and set beside our own figures."""
