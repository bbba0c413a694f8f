"""Cases, punishments and their timers, and who may act on whom."""
