"""What real data says: flows as people download them, and scenarios made of them."""
