"""What Tatiana costs, measured."""
