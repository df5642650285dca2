"""Running draws."""
