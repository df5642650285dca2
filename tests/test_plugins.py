"""Other packages: found by their entry points, loaded once, named when they fail."""

import json
import os
import subprocess
import sys

import pytest

import multivector_sim as mv
from multivector_sim import plugins
from multivector_sim.measure import registered_measures
from multivector_sim.report import sections
from multivector_sim.report.page import render
from multivector_sim.sampling import laws

GOOD = """
import multivector_sim as mv

def register():
    mv.register_law(
        "squared", ["low", "high"], lambda u, low, high: low + (high - low) * u**2,
        support=lambda low, high: (low, high), mean=lambda low, high: low + (high - low) / 3,
    )
    mv.register_measure("largest_share", lambda losses: float(losses.mean()), title="Mean again")
"""
TASK = """
import json, sys
import multivector_sim as mv
from multivector_sim.scenario.schema import schema
plain = mv.load("two-buyers")
case = plain.with_set({"channels.exports.haircut": {"squared": [0, 0.4]}})
result = mv.simulate(case, draws=1024, seed=1)
inputs = {row.label: row.law for row in mv.sensitivity(case, draws=128).inputs}
law = case.channels["exports"].haircut.law
from multivector_sim.report.page import render
page = render(result)
json.dump({
    "law": str(law), "mean": law.mean, "input": inputs["channels.exports.haircut"],
    "measure": result.document()["measures"]["total"]["largest_share"]["value"], "loss": result.total.mean().value,
    "schema": '"squared"' in json.dumps(schema()), "words": "squared: low 0, high 0.4" in page,
    "title": "Mean again" in page,
}, sys.stdout)
"""


@pytest.fixture
def install(tmp_path):
    """Make a package with an entry point, and run Python with it."""

    def made(code, task, entry="my_package:register"):
        (tmp_path / "my_package.py").write_text(code)
        about = tmp_path / "my_package-1.2.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.2\n")
        (about / "entry_points.txt").write_text(f"[{plugins.GROUP}]\nmine = {entry}\n")
        paths = os.pathsep.join([str(tmp_path), *(path for path in sys.path if path)])
        return subprocess.run(
            [sys.executable, "-c", task],
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": paths},
            check=False,
        )

    return made


def test_a_plug_in_works_everywhere(install):
    done = install(GOOD, TASK)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["law"], found["input"]) == ("squared 0, 0.4", "squared 0, 0.4")
    assert found["mean"] == pytest.approx(0.4 / 3)
    assert found["measure"] == pytest.approx(found["loss"], rel=1e-12)
    assert found["schema"]
    assert found["words"]
    assert found["title"]


COMMAND = "from multivector_sim.cli import main; main()"


@pytest.mark.parametrize(
    ("code", "entry", "told"),
    [
        ("def register():\n    raise ValueError('no such file')\n", "my_package:register", "ValueError: no such file"),
        ("x = 1 +\n", "my_package:register", "SyntaxError"),
        ("x = 1\n", "my_package:register", "AttributeError"),
        ("import nothing_like_it\n", "my_package", "ModuleNotFoundError"),
    ],
)
def test_a_plug_in_that_fails_is_named_in_one_line(install, code, entry, told):
    task = "import sys; sys.argv = ['multivector', 'validate', 'two-buyers']; " + COMMAND
    done = install(code, task, entry)
    assert done.returncode == 2, done.stderr
    assert "plug-in 'mine' of my-package 1.2 failed: " in done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_registered_is_refused():
    def some(u, low, high):
        return low + (high - low) * u

    known = {"support": lambda low, high: (low, high), "mean": lambda low, high: (low + high) / 2}
    for name, names, told in (
        ("pert", ["low"], "has a meaning already"),
        ("my law", ["low"], "cannot be a key"),
        ("mine", [], "names of its parameters"),
        ("mine", ["a", "b", "c", "d", "two words"], "names of its parameters"),
    ):
        with pytest.raises(mv.UsageError, match=told):
            mv.register_law(name, names, some, **known)
    for name, told in (("trough", "of the library"), ("a b", "cannot be a key")):
        with pytest.raises(mv.UsageError, match=told):
            mv.register_measure(name, lambda losses: losses.mean())
    with pytest.raises(mv.UsageError, match="needs a function"):
        mv.register_measure("mine", 3)
    assert "mine" not in laws.known_laws()


def test_a_measure_or_section_that_fails_is_named():
    result = mv.simulate(mv.load("one-or-many"), draws=1024, seed=1)
    try:
        mv.register_measure("broken", lambda losses: losses.no_such_thing)
        with pytest.raises(mv.UsageError, match="measure 'broken' failed: AttributeError"):
            result.document()
        mv.register_measure("broken", lambda _: float("nan"))
        with pytest.raises(mv.UsageError, match="measure 'broken' returned nan"):
            result.document()
    finally:
        registered_measures._registered.pop("broken")
    try:
        sections.register_section("broken", "It breaks", lambda result: result.no_such_thing)
        with pytest.raises(mv.UsageError, match="section 'broken' of the report failed"):
            render(result)
        text = "<script>alert(1)</script>"
        sections.register_section("broken", text, lambda _: sections.Section(text, (text, "b"), ((text, "1"),)))
        page = render(result)
        assert "<script" not in page
        assert page.count("&lt;script&gt;") >= 4
    finally:
        sections._registered.pop("broken")
