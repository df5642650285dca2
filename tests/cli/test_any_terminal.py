"""Names are text on every terminal: no markup, no missing character, no traceback when stdout is closed."""

import json
import os
import subprocess
import sys

import pytest

from multivector_sim.errors import Mistake
from multivector_sim.report.page import with_policy
from multivector_sim.scenario.read import load
from tests.scenario.good import GOOD

ODD = "Ünï [/x] [link=http://x]Ω :smile: $x_1 中"


@pytest.fixture
def odd(tmp_path):
    file = tmp_path / "odd.yaml"
    file.write_text(GOOD.replace("title: Russia", f'title: "{ODD}"'), encoding="utf-8")
    return file


def start(*words, encoding="utf-8", **extra):
    code = "from multivector_sim.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
        **extra,
    )


@pytest.mark.parametrize("encoding", ["cp1251", "cp932", "ascii"])
def test_what_an_encoding_lacks_is_escaped(odd, tmp_path, encoding):
    shown = start("dashboard", odd, encoding=encoding)
    assert (shown.returncode, b"Traceback" in shown.stderr) == (0, False)
    resolved = start("resolve", odd, encoding=encoding)
    assert resolved.returncode == 0
    again = tmp_path / "again.yaml"
    written = "utf-8" if encoding == "ascii" else encoding  # click takes ASCII for a mistake and writes UTF-8
    again.write_text(resolved.stdout.decode(written), encoding="utf-8")
    assert load(again) == load(odd)
    document = json.loads(start("resolve", odd, "--json", encoding=encoding).stdout.decode(written))
    assert document["document"]["partners"]["russia"]["title"] == ODD


def test_markup_in_a_name_is_text(odd):
    shown = start("dashboard", odd).stdout.decode()
    assert "[/x] [link=http://x]Ω :smile:" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="closes a handle as a shell does")
def test_a_closed_stdout_is_one_line():
    code = "from multivector_sim.cli import main; main(['list'])"
    outcome = subprocess.run(
        ["sh", "-c", '"$0" -c "$1" >&-', sys.executable, code], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 2
    assert len(outcome.stderr.splitlines()) == 1
    assert "standard output: is closed" in outcome.stderr


def test_a_name_without_an_end_is_cut_in_a_message():
    line = str(Mistake("exposures." + "x" * 100_000, "y" * 100_000, "a.yaml", 3, 1))
    assert line.startswith("a.yaml:3:1: exposures.xxx")
    assert len(line) < 1500
    told = start("x" * 100_000)
    assert told.returncode == 2
    assert len(told.stderr) < 3000


def test_a_page_allows_its_own_style_only():
    page = with_policy('<meta charset="utf-8"><style>b {}</style>')
    assert "default-src 'none'" in page
    assert "script" not in page
