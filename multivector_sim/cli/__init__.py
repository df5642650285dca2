"""The command line: parse, call, print, and nothing else.

One file a command. The heavy parts of the library are imported inside the commands, so that help comes at once.
"""

from multivector_sim.cli.group import main

__all__ = ["main"]
