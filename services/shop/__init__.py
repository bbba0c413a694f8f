"""What a server sells, and what its members own."""
