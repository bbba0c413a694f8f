"""Pages of the protection area."""
