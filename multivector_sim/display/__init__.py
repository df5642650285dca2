"""Presentation: words, money, colours, scales, and the register of renderers."""
