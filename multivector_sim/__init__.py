"""A country's partners as a portfolio of exposures."""
