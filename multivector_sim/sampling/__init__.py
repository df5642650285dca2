"""Streams, laws and copulas: where randomness comes from."""
