"""Scenarios: the assumptions of a run, as people write them."""
