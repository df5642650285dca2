"""Running the model: from a scenario to draws, results and stored runs."""
