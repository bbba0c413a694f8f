"""API operations of the protection area."""
