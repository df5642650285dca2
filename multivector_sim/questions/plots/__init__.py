"""The plots of the questions, on matplotlib axes."""
