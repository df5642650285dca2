"""A headless Chromium that reads a page with controls as a reader does, and moves it by keyboard alone.

Controls of marimo are web components: what can be focused lies in their shadow roots. A page is read as the text that
is seen outside of them, with the descriptions of its pictures, so that a control's own value is no answer to its move.
"""

import contextlib
import json
import signal
import subprocess
import sys
import time
from shutil import which
from urllib.parse import urlsplit

import pytest

PATIENCE = 40.0
START = "from multivector_sim.cli.group import main; main()"
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
READ = """
const parts = [document.body.innerText];
document.querySelectorAll("svg[role=img]").forEach((it) => parts.push(it.getAttribute("aria-label")));
return parts.join("\\n");
"""
INSIDE = """
const found = [];
document.querySelectorAll(arguments[0]).forEach((it) => {
  const inner = it.shadowRoot && it.shadowRoot.querySelector(arguments[1]);
  if (inner && inner.checkVisibility()) found.push(inner);
});
return found;
"""
FOLDS = "return Array.from(document.querySelectorAll('details:not([open]) > summary'));"
COPIED = "return Array.from(document.querySelectorAll('pre.mv-text'), (it) => it.textContent);"
FOCUSED = """
let at = document.activeElement;
while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
return at;
"""


@contextlib.contextmanager
def served(*words):
    """Serve pages by the command line while the block runs, yield the address, and end it by Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, *words, "--no-browser", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield _announced(process.stdout)["address"]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) in {0, 130}
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _announced(lines):
    """Read one JSON document from the beginning of a stream that stays open."""
    text = ""
    for line in lines:
        text += line
        with contextlib.suppress(json.JSONDecodeError):
            return json.loads(text)
    raise AssertionError(text)


@contextlib.contextmanager
def chromium(width=1280, height=1600):
    """Yield a reader; skip the test where there is no Chromium or no driver of it."""
    selenium = pytest.importorskip("selenium.webdriver")
    program, driver = which("chromium") or which("chromium-browser"), which("chromedriver")
    if program is None or driver is None:
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = selenium.ChromeOptions()
    options.binary_location = program
    for switch in (*SWITCHES, f"--window-size={width},{height}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    browser = selenium.Chrome(options=options, service=selenium.ChromeService(driver))
    try:
        yield Reader(browser)
    finally:
        browser.quit()


class Reader:
    """Somebody who reads a page and moves its controls by keyboard."""

    def __init__(self, browser):
        self.browser = browser

    def open(self, address, words):
        """Open a page and wait until it shows some words, and then until it is still."""
        self.browser.get(address)
        self.until(lambda: words in self.text(), f"no {words!r} on {address}")
        return self.settled()

    def text(self):
        return self.browser.execute_script(READ)

    def until(self, true, otherwise):
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, otherwise
            time.sleep(0.05)

    def settled(self):
        """Return the text when it has not changed for a while."""
        text, since = self.text(), time.monotonic()
        while time.monotonic() - since < 0.4:
            time.sleep(0.05)
            now = self.text()
            if now != text:
                text, since = now, time.monotonic()
        return text

    def inside(self, component, inner):
        """Return what can be focused in each visible component."""
        return self.browser.execute_script(INSIDE, component, inner)

    def sliders(self):
        return self.inside("marimo-slider", "[role=slider]")

    def fields(self):
        return self.inside("marimo-text", "input")

    def press(self, inner, *keys):
        """Focus an element and press keys."""
        from selenium.webdriver import ActionChains

        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].focus()", inner)
        ActionChains(self.browser).send_keys(*keys).perform()

    def moves(self, inner, *keys, shows=""):
        """Press keys on a control, and return the text that follows; it must be another one, with some words.

        A page changes in steps, and on a busy machine it may look still between two of them.
        """
        before = self.settled()
        self.press(inner, *keys)
        self.until(lambda: self.text() != before, f"{keys!r} changed nothing")
        self.until(lambda: shows in self.text(), f"no {shows!r} after {keys!r}")
        return self.settled()

    def writes(self, field, words):
        """Write into a field in place of what is there, and return the text that follows."""
        from selenium.webdriver import ActionChains, Keys

        before = self.settled()
        self.press(field)
        chain = ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL)
        chain.send_keys(words, Keys.ENTER).perform()
        self.until(lambda: self.text() != before, f"{words!r} changed nothing")
        return self.settled()

    def unfold(self):
        """Open every fold of the page by keyboard."""
        for fold in self.browser.execute_script(FOLDS):
            self.press(fold, "\ue007")
        time.sleep(0.3)

    def reached_by_tab(self, most=120):
        """Return the roles and names of what Tab reaches, in order."""
        from selenium.webdriver import ActionChains, Keys

        self.browser.execute_script("document.activeElement && document.activeElement.blur()")
        found, seen = [], set()
        for _ in range(most):
            ActionChains(self.browser).send_keys(Keys.TAB).perform()
            at = self.browser.execute_script(FOCUSED)
            if at is None or at.id in seen:
                break
            seen.add(at.id)
            found.append(at)
        return found

    def copied(self):
        """Return the texts that can be copied."""
        return self.browser.execute_script(COPIED)

    def outside(self, address):
        """Return the addresses that the page has asked for and that are not those of its own server."""
        own, found = urlsplit(address).netloc, []
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] in {"Network.requestWillBeSent", "Network.webSocketCreated"}:
                params = message["params"]
                url = params["request"]["url"] if "request" in params else params["url"]
                if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).netloc != own:
                    found.append(url)
        return found
