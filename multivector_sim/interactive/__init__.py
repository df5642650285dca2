"""What a page with controls is made of: lessons and the explorer are marimo notebooks built from these parts."""
