"""Comments: screened as they come, sealed as they were written, hidden or shown by moderation."""
