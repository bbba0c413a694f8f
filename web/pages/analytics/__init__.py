"""Pages of the analytics area."""
