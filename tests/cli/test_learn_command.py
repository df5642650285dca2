"""``multivector learn`` lists the lessons, and serves one on this machine only."""

import contextlib
import json
import re
import signal
import sys
import urllib.request

import pytest

from multivector_sim.interactive.lessons import lessons
from tests.cli.running import run, run_json, start


def test_the_lessons_are_listed():
    outcome = run("learn")
    assert outcome.exit_code == 0
    assert outcome.stdout.splitlines()[3] == "4  a road in common"
    document = run_json("learn")
    assert [it["number"] for it in document["lessons"]] == list(range(1, 9))
    assert document["schema"] == "multivector/learn/1"


@pytest.mark.parametrize("words", [("0",), ("9",), ("-1",), ("two",), ("1", "2"), ("1", "--port", "0")])
def test_what_is_no_lesson_is_told_in_one_line(words):
    outcome = run("learn", *words)
    assert outcome.exit_code == 2
    assert len(outcome.stderr.splitlines()) == 1


def test_without_marimo_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "marimo", None)
    outcome = run("learn", 1)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == "learn: marimo is not installed; pip install 'multivector-sim[lessons]'\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_lesson_is_served_on_loopback_until_ctrl_c():
    pytest.importorskip("marimo")
    with start("learn", "2", "--no-browser") as process:
        try:
            line = process.stdout.readline()
            address = re.search(r"Lesson 2, what spreading buys: (http://127\.0\.0\.1:\d+/2/)$", line.strip())[1]
            page = urllib.request.urlopen(address, timeout=60).read().decode()  # noqa: S310 - our own address
            assert "Lesson 2: what spreading buys" in page
            bare = re.sub(r"/2/$", "/", address)
            assert urllib.request.urlopen(bare, timeout=60).url == bare + "1/"  # noqa: S310
            other = re.sub(r"/2/$", "/8/", address)
            assert urllib.request.urlopen(other, timeout=60).status == 200  # noqa: S310
            foreign = re.findall(r"(?:src|href)=\"(https?:)?//", page)
            assert foreign == []
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(Exception):
                process.wait(20)
        assert process.returncode in {0, 130}


def test_the_titles_are_those_of_the_pages():
    for it in lessons():
        assert json.dumps(it.title) in it.file.read_text(encoding="utf-8")
