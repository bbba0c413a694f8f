"""Personal data: what is stored about whom, copies of it, and its deletion."""
