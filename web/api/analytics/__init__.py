"""API operations of the analytics area."""
