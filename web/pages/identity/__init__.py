"""Pages of the identity area."""
