"""Tables, plots and one HTML page."""
