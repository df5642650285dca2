"""The frontier of mixes: what may be chosen, what each choice loses, and the linear programs behind it."""
