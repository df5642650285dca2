"""What goes wrong, when, and how badly."""
