"""Pages the gateway renders itself: no script, no foreign address, Vietnamese first."""
