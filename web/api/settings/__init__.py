"""API operations of the settings area."""
