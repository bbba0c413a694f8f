"""A garden that members plant."""
