"""What is assumed, as people write it."""
