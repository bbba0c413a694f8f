"""Pages of the economy area."""
