"""Flows between countries, read from the files that people download, into one tidy table."""
