"""What goes wrong, when, and how severely."""
