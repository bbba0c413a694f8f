"""The process itself: settings, doors, worker and command line; nothing imports it."""
