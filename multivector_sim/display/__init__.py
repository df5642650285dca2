"""How a thing is shown: words, money, colours, scales, and who draws what."""
