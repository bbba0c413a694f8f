"""Pages of the garden area."""
