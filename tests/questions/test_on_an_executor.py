"""A question gives the same answer on an executor as on this machine, and after an interruption."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import multivector_sim as mv
from multivector_sim.engine.question_checkpoint import KeptWork
from multivector_sim.engine.question_work import use_resources
from multivector_sim.errors import StoreError, UsageError
from multivector_sim.evidence.made_up import make_panel
from multivector_sim.questions.latent_space import latent
from tests.cli.running import run

QUESTIONS = {
    "sensitivity": lambda **given: mv.sensitivity("one-or-many", draws=1100, **given),
    "rank": lambda **given: mv.rank("kazakhstan", draws=100, most_sets=0, **given),
    "contribute": lambda **given: mv.contribute("two-buyers", draws=3000, marginal_draws=2048, **given),
    "frontier": lambda **given: mv.frontier("two-buyers", draws=512, points=2, resamples=2, **given),
    "compare": lambda **given: mv.compare(["two-buyers", "one"], draws=2000, **given),
    "reverse_stress": lambda **given: mv.reverse_stress("two-buyers", loss=0.1, draws=512, **given),
    "claims": lambda **given: mv.claims("two-buyers", draws=2000, **given),
    "atlas": lambda **given: mv.atlas(
        make_panel(countries=12, partners=("AAA", "BBB", "CCC")), year=2014, resamples=5, **given
    ),
}


def answer(question, **given):
    """Return an answer as text."""
    return json.dumps(QUESTIONS[question](**given).document(), sort_keys=True)


@pytest.fixture(scope="module")
def alone():
    found = {}

    def ask(question):
        if question not in found:
            found[question] = answer(question)
        return found[question]

    return ask


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed", reason="Dask is an extra: pip install multivector-sim[dask]")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        yield client


class Counting(ThreadPoolExecutor):
    """Threads that count what they are given."""

    given = 0

    def submit(self, *args, **named):
        self.given += 1
        return super().submit(*args, **named)


@pytest.mark.parametrize("question", ["sensitivity", "rank", "contribute", "frontier", "atlas"])
def test_a_dask_cluster_gives_the_same_answer(question, alone, cluster):
    assert answer(question, executor=cluster.get_executor(pure=False)) == alone(question)


@pytest.mark.parametrize("question", ["contribute", "reverse_stress", "claims", "atlas"])
def test_a_question_gives_its_work_to_the_executor(question, alone):
    with Counting(2) as pool:
        assert answer(question, executor=pool) == alone(question)
    assert pool.given > 0


def test_an_executor_that_is_none_is_refused():
    with pytest.raises(UsageError, match="submit method"):
        QUESTIONS["rank"](executor=3)


@pytest.mark.parametrize("question", ["sensitivity", "rank", "contribute", "frontier"])
def test_an_interrupted_question_goes_on_where_it_was(question, alone, tmp_path):
    folder, asked = tmp_path / "kept", {"question": question}
    calls = []

    def stop(done, total):
        calls.append(done)
        if done * 2 > total:
            raise KeyboardInterrupt

    first = KeptWork(folder, asked, resume=False)
    with pytest.raises(KeyboardInterrupt), use_resources(kept=first):
        QUESTIONS[question](progress=stop)
    first.close()
    with pytest.raises(StoreError, match="unfinished"):
        KeptWork(folder, asked, resume=False)
    before = {it: it.stat().st_mtime_ns for it in folder.rglob("*.arrays")}
    before |= {it: it.stat().st_mtime_ns for it in folder.rglob("batch-*")}
    assert before
    again = KeptWork(folder, asked, resume=True)
    with use_resources(kept=again):
        assert answer(question) == alone(question)
    again.finish()
    again.close()
    assert all(it.stat().st_mtime_ns == when for it, when in before.items())


def test_a_damaged_task_is_computed_again(alone, tmp_path):
    for resume in (False, True):
        kept = KeptWork(tmp_path, {"question": "sensitivity"}, resume=resume)
        with use_resources(kept=kept):
            assert answer("sensitivity") == alone("sensitivity")
        kept.close()
        for number, file in enumerate(sorted(tmp_path.rglob("*.arrays"))[:4]):
            content = bytearray(file.read_bytes())
            content[-1 - 40 * number] ^= 1
            file.write_bytes(content[: -1 - number] if number == 3 else content)


def test_another_question_is_refused(tmp_path):
    KeptWork(tmp_path, {"question": "rank"}, resume=False).close()
    with pytest.raises(StoreError, match="another question"):
        KeptWork(tmp_path, {"question": "compare"}, resume=True)
    (tmp_path / "question.json").write_text((tmp_path / "question.json").read_text().replace("rank", "runk"))
    with pytest.raises(StoreError, match="edited or is damaged"):
        KeptWork(tmp_path, {"question": "rank"}, resume=True)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="in use for something else"):
        KeptWork(tmp_path, {"question": "rank"}, resume=False)
    assert [it.name for it in tmp_path.iterdir()] == ["letter.txt"]


def test_the_commands_keep_their_work(tmp_path):
    words = ("sensitivity", "two-buyers", "--draws", 256, "--json", "--out", tmp_path / "kept")
    first = run(*words)
    assert (first.exit_code, run(*words, "--resume").stdout) == (0, first.stdout)
    other = run(*words, "--resume", "--seed", 2)
    assert other.exit_code == 2
    assert "another question (seed 1, not 2)" in other.stderr
    for resumed in (("--out", tmp_path / "new", "--resume"), ("--resume",)):
        assert run("sensitivity", "two-buyers", *resumed).exit_code == 2
    assert run(*words).stdout == first.stdout


def test_little_memory_is_told_and_not_a_wrong_number():
    found = run("rank", "kazakhstan", "--draws", 4096, "--memory", 0.0001)
    assert found.exit_code == 2
    assert "memory" in found.stderr


def test_kept_parts_do_not_depend_on_the_number_of_workers(tmp_path):
    points = np.random.default_rng(1).standard_normal((1100, latent(mv.load("two-buyers"), "exports").dimensions))
    expected = latent(mv.load("two-buyers"), "exports")(points)
    for workers in (4, 1):
        kept = KeptWork(tmp_path, {"question": "reverse-stress"}, resume=workers == 1)
        with use_resources(kept=kept):
            assert np.array_equal(latent(mv.load("two-buyers"), "exports", workers)(points), expected)
        kept.close()
        (tmp_path / "tasks-0001" / "000001.arrays").unlink()


@pytest.mark.parametrize("question", ["claims", "compare", "rank"])
def test_more_draws_than_memory_holds_are_refused_by_each_question(question, monkeypatch):
    """The other questions keep no draws of a run."""
    monkeypatch.setattr("multivector_sim.engine.simulate.MEMORY", 3e4)
    with pytest.raises(UsageError, match=r"memory: 30000 bytes hold \d+ of [\d,]+ draws.*needs them all"):
        QUESTIONS[question]()


def test_a_run_may_be_summarised_where_no_question_is_asked(monkeypatch):
    monkeypatch.setattr("multivector_sim.engine.simulate.MEMORY", 3e4)
    found = mv.simulate("two-buyers", draws=2000)
    assert found.kept < found.draws == 2000
