"""Pages of the settings area."""
