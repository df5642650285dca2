"""run and report: the answer on a screen, as JSON, in a folder, as a page."""

import io
import json
import re

import pytest

import multivector_sim as mv
from multivector_sim.cli import run_command as run_summary
from multivector_sim.cli.screen import Screen
from multivector_sim.display.money import counted_in
from multivector_sim.engine.concentration import concentration
from tests.cli.running import run, run_json

DRAWS = ("--draws", 4096)


def test_the_answer_comes_first_in_a_sentence():
    outcome = run("run", "kazakhstan", *DRAWS)
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("If Russia's channels are shocked, Kazakhstan loses ")
    for heading in (
        "Loss, % of the baseline",
        "Concentration",
        "Loss in total, by cause",
        "4,096 draws, seed 1",
    ):
        assert heading in outcome.stdout


def printed(monkeypatch, width, name="kazakhstan", draws=1024):
    """Print a summary on a screen of so many columns, and give its lines."""
    screen = Screen(file=io.StringIO(), width=width, highlight=False)
    monkeypatch.setattr(run_summary, "open_screen", lambda: screen)
    run_summary.print_summary(mv.simulate(mv.load(name), draws=draws, seed=1))
    return screen.file.getvalue().splitlines()


def test_partners_have_their_titles_and_money_its_currency():
    result = mv.simulate(mv.load("kazakhstan"), draws=4096, seed=1)
    part = result.document()["attribution"]["russia"]
    amounts = [counted_in(amount, part["es"]["0.95"]) for amount in (part["mean"], part["es"]["0.95"])]
    row = rf"^ Russia +USD {amounts[0]} +USD {amounts[1]}$"
    told = run("run", "kazakhstan", *DRAWS).stdout
    assert re.search(row, told, re.MULTILINE)
    assert "e+" not in told


def test_a_total_that_is_trade_alone_is_not_shown_twice():
    told = run("run", "one-or-many", *DRAWS).stdout
    assert [line.split()[0] for line in told.splitlines() if line.startswith((" trade ", " total "))] == ["trade"] * 2
    both = run("run", "kazakhstan", *DRAWS).stdout
    names = [line.split()[0] for line in both.splitlines() if line.startswith((" trade ", " total "))]
    assert names == ["total", "trade", "trade", "total"]


def test_what_is_printed_into_a_file_has_no_spaces_at_the_ends_of_lines():
    told = run("run", "kazakhstan", *DRAWS).stdout
    assert [line for line in told.splitlines() if line != line.rstrip()] == []


def test_both_bounds_of_the_effective_partners_are_shown():
    entry = mv.simulate(mv.load("kazakhstan"), draws=1024, seed=1).document()["concentration"]["energy"]
    low, high = entry["effective_partners_low"], entry["effective_partners"]
    assert low < high
    assert f"{low:.1f}-{high:.1f}" in run("run", "kazakhstan", *DRAWS).stdout


def test_whom_a_channel_depends_on_is_shown_with_its_share(monkeypatch):
    rows = {line.split()[0]: line.split() for line in printed(monkeypatch, 100) if "%" in line and line[:1] == " "}
    found = concentration(mv.load("kazakhstan"))
    for name in ("exports", "energy"):
        first, share = next(iter(found[name]["dependence"].items()))
        assert first == "russia"
        assert rows[name][1:4] == ["Russia", f"{100 * share:.0f}", "%"]


@pytest.mark.parametrize("name", ["kazakhstan", "kazakhstan/by-hazard"])
@pytest.mark.parametrize("width", [20, 40, 60, 79, 100, 200])
def test_names_are_never_lost_on_a_narrow_screen(monkeypatch, width, name):
    lines = printed(monkeypatch, width, name)
    firsts = [line.split()[0] for line in lines if line.startswith(" ") and line.strip()]
    for column in ("total", "trade", "investment", "exports", "energy", "imports"):
        assert firsts.count(column) == 2, column
    assert "Russia" in firsts
    assert max(map(len, lines)) <= max(width, 40)


def test_intervals_are_shown_where_they_fit(monkeypatch):
    wide, narrow = ("\n".join(printed(monkeypatch, width)) for width in (100, 30))
    assert "[" in wide
    assert "in brackets: 95 % Monte Carlo intervals" in wide
    assert "[" not in narrow
    assert "brackets" not in narrow


def test_months_that_never_end_are_explained(monkeypatch):
    told = " ".join(" ".join(printed(monkeypatch, 100)).split())
    assert "months below: mean number of months below 95 % of the baseline" in told
    assert "have recovered by the end" in told
    assert "for good" not in told


def test_the_document_has_every_promised_key():
    document = run_json("run", "two-buyers", *DRAWS)
    assert document["schema"] == "multivector/run/1"
    assert (document["scenario"], document["seed"], document["draws"]) == ("two-buyers", 1, 4096)
    assert len(document["fingerprint"]) == 64
    assert document["versions"]["multivector_sim"]
    assert set(document["concentration"]["exports"]) >= {"hhi", "effective_partners", "largest", "effective_hosts"}
    measures = document["measures"]
    for measure in (measures["total"], measures["trade"], measures["investment"], measures["channels"]["exports"]):
        shares = measure["loss_share"]
        for estimate in (shares["mean"], shares["sd"], *shares["var"].values(), *shares["es"].values()):
            assert estimate["low"] <= estimate["value"] <= estimate["high"]
        assert {"0.95", "0.99"} <= set(shares["var"]) & set(shares["es"])
        for name in ("loss_money", "trough", "months_to_recover", "unrecovered", "resilience"):
            assert {"value", "low", "high"} <= set(measure[name])
    assert set(document["attribution"]["russia"]) >= {"mean", "es"}


def test_it_is_the_answer_of_the_library():
    result = mv.simulate(mv.load("two-buyers"), draws=4096, seed=7)
    document = run_json("run", "two-buyers", *DRAWS, "--seed", 7)
    command = "multivector run two-buyers --draws 4096 --seed 7"
    assert document == json.loads(json.dumps(result.document() | {"command": command}))


def test_what_made_the_run_is_kept_and_said(tmp_path):
    words = ["run", "two-buyers", "--draws", 1024, "--set", "horizon_months=36", "--sampling", "pseudo-random"]
    page, kept = tmp_path / "a.html", tmp_path / "kept"
    run(*words, "--out", kept, "--report", page)
    command = "multivector run two-buyers --set horizon_months=36 --draws 1024 --seed 1"
    assert command in page.read_text(encoding="utf-8")
    assert mv.Result.open(kept).command == command
    again = run_json(*command.split()[1:])
    assert again["fingerprint"] == mv.Result.open(kept).fingerprint


def test_notes_go_to_stderr_and_json_stays_clean():
    outcome = run("run", "kazakhstan", *DRAWS, "--json")
    json.loads(outcome.stdout)
    assert all(line.startswith("note: ") for line in outcome.stderr.splitlines())


def test_workers_change_nothing():
    one, two = (run_json("run", "two-buyers", *DRAWS, "--workers", count) for count in (1, 2))
    assert one == two


def test_layers_reach_the_run():
    short = run_json("run", "kazakhstan", *DRAWS, "--set", "horizon_months=12")
    bare = run_json("run", "kazakhstan", *DRAWS, "--override", "no-diversion")
    assert short["fingerprint"] != bare["fingerprint"]


def test_a_run_is_kept_and_its_report_is_the_same(tmp_path):
    kept, first, second = tmp_path / "kept", tmp_path / "first.html", tmp_path / "second.html"
    outcome = run("run", "two-buyers", *DRAWS, "--out", kept, "--report", first)
    assert outcome.exit_code == 0
    assert f"Run saved in {kept}" in outcome.stdout
    assert f"Report: {first}" in outcome.stdout
    assert run_json("report", kept, "-o", second)["report"] == str(second)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.html", "kept", "second.html"]


@pytest.mark.parametrize("place", ["none/x.html", ".", "file/x.html"])
def test_a_report_that_cannot_be_written_is_refused_before_the_run(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    outcome = run("run", "two-buyers", "--draws", 10**8, "--report", place)
    assert outcome.exit_code == 2
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    outcome = run("run", "two-buyers", "--draws", 1024, "--out", tmp_path)
    assert outcome.exit_code == 2
    assert "in use" in outcome.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
