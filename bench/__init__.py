"""Measurements of Tatiana on one machine, in one run, as ratios."""
