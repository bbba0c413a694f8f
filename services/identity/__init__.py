"""Sign-in, sessions, tokens, API keys, and authority in a guild."""
