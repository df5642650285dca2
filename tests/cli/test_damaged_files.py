"""Damaged files on the command line: a code that is promised, a line for each mistake, and no traceback.

``MULTIVECTOR_FUZZ`` sets how many are tried in this process: a fiftieth of it.
"""

import os
import re

import pytest

from tests.cli.running import run, start
from tests.scenario.damage import KINDS, damaged_case, write

COUNT = int(os.environ.get("MULTIVECTOR_FUZZ", "2000")) // 50
STARTED = 1
LINE = re.compile(r"\S.*: .+")


def words_of(case, folder):
    """Return the words after ``multivector`` that check a case."""
    asked = [part for name in case.overrides for part in ("--override", name)]
    asked += [part for text in case.settings for part in ("--set", text)]
    return ["validate", str(write(case, folder)), *asked]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.timeout(3600)
def test_a_damaged_file_is_valid_or_told(tmp_path, kind):
    for number in range(COUNT // len(KINDS)):
        case = damaged_case(kind, number)
        outcome = run(*words_of(case, tmp_path))
        assert outcome.exit_code in (0, 2), (number, outcome.output)
        assert outcome.exception is None or isinstance(outcome.exception, SystemExit), (number, outcome.exception)
        if outcome.exit_code == 2:
            assert outcome.stdout == ""
            lines = outcome.stderr.splitlines()
            assert lines, number
            assert all(LINE.fullmatch(line) for line in lines), (number, lines)


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_ends_as_the_command_does(tmp_path, kind):
    for number in range(STARTED):
        words = [it.replace("\0", "0") for it in words_of(damaged_case(kind, number), tmp_path)]
        process = start(*words)
        told = process.communicate(timeout=60)[1]
        assert process.returncode == run(*words).exit_code
        assert "Traceback" not in told
