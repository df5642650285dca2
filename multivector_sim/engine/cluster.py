"""The workers of a Dask scheduler as an executor."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from multivector_sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

__all__ = ["dask_executor"]

PATIENCE = "10s"


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Connect to a scheduler that is there already.

    Parameters
    ----------
    address
        As in ``tcp://host:8786``.

    Yields
    ------
    Executor
        Runs calls on the scheduler's workers; the connection is closed at the end, the cluster left as it was.

    Raises
    ------
    UsageError
        If Dask is not installed, or nobody answers there.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UsageError("--scheduler needs Dask; pip install multivector-sim[dask]") from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]  # Dask has no types
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"--scheduler: no Dask scheduler answers at {address}: {error}") from error
    with client:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]  # Dask has no types
