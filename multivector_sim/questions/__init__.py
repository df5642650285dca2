"""Questions asked of many runs, each with its plot."""
