"""Papers as people hold them: one page for each, shown as HTML and printed as PDF."""
