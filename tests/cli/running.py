"""Run the command line as a person does, and see what came out where."""

import json
import subprocess
import sys

from click.testing import CliRunner

from multivector_sim.cli import main


def run(*words, **extra):
    """Run a command in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="multivector", **extra)


def run_json(*words):
    """Run a command with ``--json`` and give its document; nothing else may be on stdout, nor NaN in it."""
    outcome = run(*words, "--json")
    assert outcome.exit_code == 0, outcome.output

    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    return json.loads(outcome.stdout, parse_constant=refuse)


def start(*words, **extra):
    """Start a command in a process of its own."""
    command = [sys.executable, "-c", "from multivector_sim.cli import main; main()", *map(str, words)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, **extra
    )
