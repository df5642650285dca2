"""The server answers this machine and pages of its own, and nobody else."""

import asyncio
import builtins

import pytest

from multivector_sim.errors import UsageError
from multivector_sim.interactive import serve


def answer(application, **headers):
    """Send one request and return the status."""
    sent = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/1/",
        "raw_path": b"/1/",
        "root_path": "",
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    return sent[0]["status"]


def test_strangers_are_refused():
    async def inner(_, __, send):
        await send({"type": "http.response.start", "status": 200})

    guarded = serve.guard(inner)
    own = {"host": "127.0.0.1:8000"}
    assert answer(guarded, **own) == 200
    assert answer(guarded, host="localhost:1", origin="http://localhost:1") == 200
    assert answer(guarded, host="example.com:8000") == 403
    assert answer(guarded) == 403
    assert answer(guarded, **own, origin="https://example.com") == 403
    assert answer(guarded, **own, origin="http://127.0.0.1:9999") == 403


def test_a_port_in_use_is_told():
    with serve.free_socket() as listening:
        port = listening.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}: cannot be used"):
            serve.free_socket(port)


def test_without_marimo_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name == "marimo":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match=r"learn: marimo is not installed; pip install 'multivector-sim\[lessons\]'"):
        serve.require_marimo("learn")
