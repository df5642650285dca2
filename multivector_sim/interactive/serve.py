"""Serving notebooks to the browser of the person at this machine, and to nobody else.

The server listens on the loopback address at a free port. A request with the address of another site as its ``Host`` or
``Origin`` is refused, so that a page from elsewhere in the same browser can neither read nor move anything. Everything
that the page needs comes from this server.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Application: TypeAlias = Callable[..., Awaitable[None]]

__all__ = ["free_socket", "guard", "require_marimo", "serve"]

INTERRUPTED = 130
LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
HEAD = """<script>
addEventListener("DOMContentLoaded", () => {
  const name = () => {
    document.getElementById("root")?.setAttribute("role", "main");
    document.querySelectorAll("button:not([aria-label])").forEach((it) => {
      if (!it.textContent.trim()) it.setAttribute("aria-label", it.getAttribute("data-testid") || "Menu");
    });
  };
  new MutationObserver(name).observe(document.body, {childList: true, subtree: true});
  name();
});
</script>"""
"""What marimo's page lacks for a screen reader: the main landmark, and names of buttons that show only a picture."""


def require_marimo(what: str) -> None:
    """Check that marimo can be imported.

    Raises
    ------
    UsageError
        If it cannot, with what to install.
    """
    try:
        import marimo  # noqa: F401
        import zmq  # noqa: F401  marimo asks for it to serve several notebooks
    except ImportError:
        raise UsageError(f"{what}: marimo is not installed; pip install 'multivector-sim[lessons]'") from None


def asgi_app(notebooks: Mapping[str, Path]) -> Application:
    """Return a web application that runs each notebook under its path, such as ``/1``.

    Parameters
    ----------
    notebooks
        The files by path.
    """
    os.environ.setdefault("MARIMO_SKIP_UPDATE_CHECK", "1")
    import marimo

    builder = marimo.create_asgi_app(quiet=True, html_head=HEAD)
    for path, file in notebooks.items():
        builder = builder.with_app(path=path, root=str(file))
    return guard(_from_the_root(builder.build(), next(iter(notebooks), "")))


def _from_the_root(application: Application, first: str) -> Application:
    """Send whoever asks for the bare address to the first notebook."""

    async def redirected(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI calls it
        if scope["type"] == "http" and scope["path"] == "/":
            headers = [(b"location", f"{first}/".encode())]
            await send({"type": "http.response.start", "status": 307, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        await application(scope, receive, send)

    return redirected


def guard(application: Application) -> Application:
    """Return an application that answers only requests of its own pages."""

    async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI calls it
        if scope["type"] in {"http", "websocket"} and not _is_own(scope):
            await _refuse(scope, receive, send)
            return
        await application(scope, receive, send)

    return guarded


def _is_own(scope: Mapping[str, Any]) -> bool:
    """Whether a request comes from a page of this server.

    Examples
    --------
    >>> _is_own({"headers": [(b"host", b"127.0.0.1:8000")]})
    True
    >>> _is_own({"headers": [(b"host", b"127.0.0.1:8000"), (b"origin", b"https://example.com")]})
    False
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "")
    if host.rpartition(":")[0] not in NAMES:
        return False
    origin = headers.get("origin")
    return origin is None or origin in {f"http://{host}", f"https://{host}"}


async def _refuse(scope: Mapping[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI calls it
    """Answer 403, or close a websocket before it opens."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"This server answers only pages of its own."})


def free_socket(port: int | None = None) -> socket.socket:
    """Return a socket that listens on the loopback address, at a free port unless one is named.

    Raises
    ------
    UsageError
        If the port is in use.

    Examples
    --------
    >>> with free_socket() as listening:
    ...     listening.getsockname()[0]
    '127.0.0.1'
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port or 0))
        listening.listen()
    except OSError as error:
        listening.close()
        raise UsageError(f"port {port}: cannot be used: {error.strerror}; leave it out for a free one") from None
    return listening


def serve(
    notebooks: Mapping[str, Path], first: str, say: Callable[[str], None], *, port: int | None, browser: bool
) -> None:
    """Serve notebooks until Ctrl-C.

    Parameters
    ----------
    notebooks
        The files by path, such as ``{"/1": Path("01_one_or_many.py")}``.
    first
        The path to open.
    say
        Prints the address.
    port
        The port; None for a free one.
    browser
        Whether to open it in the browser.

    Notes
    -----
    Ctrl-C ends the process, with 130 as its exit code.
    """
    import uvicorn

    application = asgi_app(notebooks)
    with free_socket(port) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}{first}/"
        say(address)
        config = uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1)
        if browser:
            threading.Timer(1.0, webbrowser.open, (address,)).start()
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            pass
        finally:
            _leave()


def _leave() -> None:
    """End the process: the threads in which marimo runs notebooks wait for readers who are gone, and never end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)
