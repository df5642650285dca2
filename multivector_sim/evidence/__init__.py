"""What real data says: ruptures found in trade statistics, their laws, and the model held against them."""
