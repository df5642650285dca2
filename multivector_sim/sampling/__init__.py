"""Random streams, distributions and copulas."""
