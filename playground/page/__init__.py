"""The page that people click in."""
