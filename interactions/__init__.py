"""Interactions: a signed webhook from Discord in, one JSON response out."""
