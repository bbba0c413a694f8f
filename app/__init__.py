"""The process itself: settings, doors, worker and command line; nothing imports it."""

VERSION = "0.1.0"
