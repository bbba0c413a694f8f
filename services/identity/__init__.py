"""Who is signed in, by which session, token or key, and what they may do."""
