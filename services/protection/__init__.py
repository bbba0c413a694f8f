"""The audit log in words, and the channel that staff read it in."""
