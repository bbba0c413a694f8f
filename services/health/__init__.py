"""What works in a server right now, and how to fix what does not."""
