"""How long a reader waits after moving a control: lessons and the explorer, beside a marimo cell that computes nothing.

A move is a press of an arrow key in headless Chromium; the wait ends with the last change of the page's text. Both
pages of a pair are open at the same time and are moved in turns, so that a ratio is one of the same moment.
"""

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from selenium.webdriver import Keys

from multivector_sim.interactive.serve import free_socket
from tests.interactive.browser import chromium, served

MOVES, STILL = 9, 0.8
ANSWER = """
const told = document.querySelectorAll("[aria-live=polite].mv, svg[role=img], .markdown p, .markdown .paragraph");
return Array.from(told, (it) => it.getAttribute("aria-label") || it.innerText).join("|");
"""
BARE = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo

    slider = mo.ui.slider(0, 100, 1, value=0, label="x")
    slider
    return mo, slider


@app.cell
def _(mo, slider):
    mo.md(f"The value is {slider.value}.")
    return


if __name__ == "__main__":
    app.run()
"""


@contextlib.contextmanager
def bare():
    """Serve a page with a slider and nothing to compute."""
    with free_socket() as it:
        port = it.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bare.py"
        file.write_text(BARE)
        words = ["-m", "marimo", "-q", "run", str(file), "--headless", "--no-token", "--port", str(port)]
        process = subprocess.Popen(  # noqa: S603  our own page
            [sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            time.sleep(4.0)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()
            process.wait()


def wait_after(reader, slider):
    """Return the seconds from a press to the last change of the answer; what a control shows of itself is none."""
    reader.settled()
    answer = reader.browser.execute_script(ANSWER)
    begun = last = time.perf_counter()
    reader.press(slider, Keys.ARROW_RIGHT)
    while last == begun or time.perf_counter() - last < STILL:
        now = reader.browser.execute_script(ANSWER)
        if now != answer:
            answer, last = now, time.perf_counter()
        assert time.perf_counter() - begun < 30
    return last - begun


def pair(name, words, shown, number=0):
    """Print the median wait of a page, that of the bare one, and their ratio."""
    with bare() as plain, served(*words) as address, chromium() as first, chromium() as second:
        first.open(address, shown)
        second.open(plain, "The value is")
        waits = [
            (wait_after(first, first.sliders()[number]), wait_after(second, second.sliders()[0])) for _ in range(MOVES)
        ]
    page, empty = (statistics.median(it) for it in zip(*waits[1:], strict=True))
    print(f"{name}: {page:.2f} s a move, bare {empty:.2f} s, ratio {page / empty:.1f}")


if __name__ == "__main__":
    for number in ("1", "2", "4", "7"):
        pair(f"lesson {number}", ("learn", number), "Remember.")
    pair("explorer, two-buyers", ("explore", "two-buyers"), "Shown:", 2)
    pair("explorer, kazakhstan", ("explore", "kazakhstan"), "Shown:", 2)
