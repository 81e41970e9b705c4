"""The tasks of a plan (nhiệm vụ của kế hoạch): how each stands, by when it is due, and on what that rests."""
