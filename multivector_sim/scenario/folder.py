"""The folder of a scenario: what a scenario file names must lie in it.

A scenario may come from a stranger, so the files that it names (a base to extend, a CSV) are only looked for in the
folder of the file that the user named, and below. Absolute paths, ``..`` out of the folder and symbolic links out of it
are refused before anything is opened.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from multivector_sim.errors import Mistake, ScenarioError

__all__ = ["Folder"]


class Folder:
    """The folder of one scenario.

    Parameters
    ----------
    named
        The scenario file, as the user named it.
    """

    def __init__(self, named: str) -> None:
        self.top = Path(named).parent
        self.real = self.top.resolve()

    def inside(self, name: str, beside: str) -> tuple[str, Path]:
        """Find a file that a scenario names.

        Parameters
        ----------
        name
            The name as written: relative, with slashes.
        beside
            The file in which it is written, as shown.

        Returns
        -------
        tuple of str and Path
            How to show the file, and where it is.

        Raises
        ------
        ScenarioError
            If it lies outside the folder or cannot be a file name.
        """
        if not name.strip() or PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or "\\" in name:
            raise ScenarioError((Mistake("", f"'{name}' must be a path inside the scenario's folder, with slashes"),))
        shown = Path(beside).parent / name
        try:
            real = shown.resolve()
        except (OSError, ValueError, RuntimeError):
            raise ScenarioError((Mistake("", f"'{name}' cannot be a file"),)) from None
        if not real.is_relative_to(self.real):
            raise ScenarioError((Mistake("", f"'{name}' lies outside the scenario's folder; copy the file into it"),))
        return str(shown), real
