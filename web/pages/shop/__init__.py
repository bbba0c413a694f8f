"""Pages of the shop area."""
