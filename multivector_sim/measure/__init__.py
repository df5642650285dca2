"""Measures of losses: pure functions on arrays."""
