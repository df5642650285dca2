"""Pure functions on arrays of losses."""
