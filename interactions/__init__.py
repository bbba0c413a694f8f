"""Discord calls us: a signed webhook in, one JSON answer out."""
