"""The rules and the writes: plain async functions, the same for every door."""
