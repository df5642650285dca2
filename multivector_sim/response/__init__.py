"""What partners, routes and stocks do, month by month."""
