"""What every request passes on its way to a page or an operation: who asks, may they, and in which form."""
