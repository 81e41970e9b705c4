"""What pages elsewhere show of ours: the scripts they load, the frame, the button, the snippets."""
