"""Children that are forked, work, and are killed or waited for."""

import os
import signal


def begin(work, *words):
    """Fork a child that works and leaves without a word, and give its number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work(*words)
            code = 0
        finally:
            os._exit(code)
    return child


def end(child):
    """Wait for a child, and give how it ended."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill(child):
    """Kill a child, and give how it ended."""
    os.kill(child, signal.SIGKILL)
    return end(child)
