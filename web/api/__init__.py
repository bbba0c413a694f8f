"""The JSON API: one file a feature, one function an operation."""
