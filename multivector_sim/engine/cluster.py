"""A Dask cluster as an executor: how a run connects to its scheduler, and how it notices that no worker remains.

A run that waits for a batch asks its cluster from time to time whether there still are workers. One that has none, or
whose scheduler does not answer, for a stated time is given up with an error of one line; what was stored by then is
kept.
"""

from __future__ import annotations

import logging
import socket
import struct
import time
from concurrent.futures import CancelledError, wait
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from multivector_sim.errors import ExecutorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor, Future

__all__ = ["ClusterWatch", "count_threads", "dask_executor", "in_a_line"]

T = TypeVar("T")

PATIENCE = 10.0
"""The seconds that a scheduler has to answer."""

GIVEN_UP = 30.0
"""The seconds after which a run stops to wait for a cluster without workers, or for a scheduler that is gone."""

LOOK = 1.0
"""The seconds between two looks at the cluster while a batch is awaited."""

LONGEST_CAUSE = 300
LARGEST_GREETING = 1 << 20
GREETING = struct.Struct("<QQ")
"""What a scheduler says first: the length of its message, and the number of its parts."""


def _client_of(executor: Executor) -> Any:  # noqa: ANN401  Dask has no types
    """Return the client of an executor of Dask; None for any other executor."""
    return getattr(executor, "_client", None)


def count_threads(executor: Executor) -> int:
    """Return the number of calls that an executor runs at once, as far as its kind of executor tells.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(3) as executor:
    ...     count_threads(executor)
    3
    """
    client = _client_of(executor)
    return int(getattr(executor, "_max_workers", 1)) if client is None else sum(_threads(client).values())


def _threads(client: Any) -> dict[str, int]:  # noqa: ANN401  Dask has no types
    """Return the number of threads of each worker; raise OSError or TimeoutError if the scheduler does not answer."""
    found: dict[str, int] = client.sync(client.scheduler.ncores, workers=None, callback_timeout=PATIENCE)
    return found


class ClusterWatch:
    """Waits for what an executor computes, and gives up when no worker remains.

    Parameters
    ----------
    executor
        Any executor; one that is not Dask's is waited for as long as it takes.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(1) as executor:
    ...     ClusterWatch(executor).result(executor.submit(pow, 2, 5))
    32
    """

    def __init__(self, executor: Executor) -> None:
        self.client = _client_of(executor)
        self.since: float | None = None
        self.is_answering = True

    def result(self, future: Future[T]) -> T:
        """Return what a future holds, or raise what it raises.

        Raises
        ------
        ExecutorError
            If the cluster has had no workers, or its scheduler has not answered, for :data:`GIVEN_UP` seconds.
        """
        while self.client is not None and not wait([future], timeout=LOOK).done:
            self._look()
        try:
            return future.result()
        except CancelledError:
            self._look()
            if not self.is_answering:
                raise self._gone() from None
            raise

    def check(self) -> None:
        """Check that the scheduler is there, before anything is sent to it."""
        if self.client is not None and self.client.status not in {"running", "connecting"}:
            raise self._gone()

    def _look(self) -> None:
        """Ask the cluster for its workers, and give up if there have been none for too long."""
        workers: dict[str, int] = {}
        self.is_answering = False
        if self.client.status == "running":
            with suppress(Exception):  # a connection fails in many ways, and each means that nobody answers
                workers = _threads(self.client)
                self.is_answering = True
        now = time.monotonic()
        if workers:
            self.since = None
        elif self.since is None:
            self.since = now
        if self.client.status == "closed" or (self.since is not None and now - self.since >= GIVEN_UP):
            raise self._gone()

    def _gone(self) -> ExecutorError:
        """Return the error of a cluster that is given up."""
        if not self.is_answering or self.client.status != "running":
            return ExecutorError("the Dask scheduler is gone; start it and its workers again, and repeat the command")
        return ExecutorError(
            f"the cluster has had no workers for {GIVEN_UP:.0f} seconds; start some, and repeat the command"
        )


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Connect to a running scheduler.

    Raises
    ------
    UsageError
        If Dask is not installed, or no scheduler answers at the address within :data:`PATIENCE` seconds.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UsageError("--scheduler needs Dask; pip install multivector-sim[dask]") from error
    _greet(address)
    with _without_its_log():
        try:
            client: Any = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
        except Exception as error:  # whatever listens there may answer anything
            raise _nobody(address, error) from error
        try:
            yield client.get_executor(pure=False)
        finally:
            with suppress(Exception):  # a scheduler that is gone needs no farewell
                client.close(timeout=PATIENCE)


@contextmanager
def _without_its_log() -> Iterator[None]:
    """Silence Dask, which prints tracebacks of its own when a connection is lost; what it raises is told in a line."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    loggers = [logging.getLogger(name) for name in names]
    was = [it.disabled for it in loggers]
    for it in loggers:
        it.disabled = True
    try:
        yield
    finally:
        for it, disabled in zip(loggers, was, strict=True):
            it.disabled = disabled


def in_a_line(cause: object) -> str:
    """Return what somebody else's code says as one line that is not too long.

    Examples
    --------
    >>> in_a_line("no   route ")
    'no route'
    """
    return " ".join(str(cause).split())[:LONGEST_CAUSE]


def _nobody(address: str, cause: object) -> UsageError:
    """Return the error of an address at which no scheduler answers."""
    told = in_a_line(cause)
    if address.startswith("tls://"):
        told += "; tls:// needs certificates, which Dask's own configuration names (distributed.comm.tls)"
    return UsageError(f"--scheduler: no Dask scheduler answers at {address}: {told}")


def _greet(address: str) -> None:
    """Check that what listens at a TCP address greets as a scheduler does.

    Dask itself believes whatever comes first, and sets memory aside for as many bytes as that says.
    """
    scheme, _, rest = address.rpartition("://")
    if scheme not in {"", "tcp"}:
        return
    try:
        parts = urlsplit(f"tcp://{rest}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _nobody(address, error) from error
    if host is None or port is None:
        raise _nobody(address, "give a host and a port, such as tcp://host:8786")
    heard = b""
    try:
        with socket.create_connection((host, port), timeout=PATIENCE) as line:
            end = time.monotonic() + PATIENCE
            while len(heard) < GREETING.size:
                line.settimeout(max(end - time.monotonic(), 0.01))
                more = line.recv(GREETING.size - len(heard))
                if not more:
                    raise _nobody(address, "what listens there hangs up")
                heard += more
    except TimeoutError as error:
        silent = f"what listens there says nothing for {PATIENCE:g} seconds"
        raise _nobody(address, silent) from error
    except (OSError, UnicodeError) as error:
        raise _nobody(address, getattr(error, "strerror", None) or error) from error
    length, count = GREETING.unpack(heard)
    if not (length <= LARGEST_GREETING and 1 <= count <= LARGEST_GREETING // GREETING.size):
        raise _nobody(address, "what listens there is not a Dask scheduler")
