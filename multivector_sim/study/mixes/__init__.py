"""Mixes of a scenario: what may be chosen, what each choice loses, and how surely."""
