"""The response of partners, routes and stocks, month by month."""
