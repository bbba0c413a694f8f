"""API operations of the directory area."""
