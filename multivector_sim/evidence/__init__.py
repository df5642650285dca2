"""What real data says: flows as people download them, scenarios made of them, and what real ruptures were like."""
