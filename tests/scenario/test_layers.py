"""Bases, overrides and single settings, laid over each other; every value keeps the place it came from."""

import pytest

from multivector_sim.errors import ScenarioError
from multivector_sim.scenario.paths import NoSuchPathError, laid_over, with_value
from multivector_sim.scenario.place import Node, Place, leaves, plain
from multivector_sim.scenario.read import Assembly
from multivector_sim.scenario.yaml_tree import read_yaml

SET = Place("--set")


def tree(text, file="x.yaml"):
    return read_yaml(text, file).root


def assembled(folder, override=(), settings=(), **files):
    """Write files, assemble ``main``, and give the document, the origins by path, and the mistakes."""
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.write_text(text)
    assembly = Assembly(str(folder / "main.yaml"))
    root = assembly.assemble(override, settings)
    mistakes = [str(mistake).replace(f"{folder}/", "") for mistake in assembly.mistakes]
    if root is None:
        return None, {}, mistakes
    origins = {path: str(place).replace(f"{folder}/", "") for path, place in leaves(root).items()}
    return plain(root), origins, mistakes


@pytest.mark.parametrize(
    ("base", "top", "both"),
    [
        ("{a: 1}", "{b: 2}", {"a": 1, "b": 2}),
        ("{a: {b: 1, c: 2}}", "{a: {c: 3}}", {"a": {"b": 1, "c": 3}}),
        ("{a: [1, 2]}", "{a: [3]}", {"a": [3]}),
        ("{a: {b: 1}}", "{a: 2}", {"a": 2}),
        ("{a: 2}", "{a: {b: 1}}", {"a": {"b": 1}}),
        ("{a: {pert: [1, 2, 3]}}", "{a: {uniform: [1, 2]}}", {"a": {"uniform": [1, 2]}}),
        ("{a: {value: 1, source: s}}", "{a: {uniform: [1, 2]}}", {"a": {"uniform": [1, 2]}}),
        ("{a: {value: 1, source: s}}", "{a: {value: 2}}", {"a": {"value": 2}}),
        ("{t: {value: 1, baseline: 1, beta: 0.5}}", "{t: {beta: 1}}", {"t": {"value": 1, "baseline": 1, "beta": 1}}),
        ("{a: 1, b: 2}", "{a: null}", {"b": 2}),
        ("{b: 2}", "{a: null}", {"b": 2, "a": None}),
    ],
)
def test_the_upper_layer_wins_part_by_part(base, top, both):
    assert plain(laid_over(tree(base), tree(top))) == both


@pytest.mark.parametrize(
    ("path", "value", "after"),
    [
        ("a.b", 9, {"a": {"b": 9, "c.d": [1, {"e": 2}]}}),
        ("a.new", 9, {"a": {"b": 1, "c.d": [1, {"e": 2}], "new": 9}}),
        ("a.c.d.0", 9, {"a": {"b": 1, "c.d": [9, {"e": 2}]}}),
        ("a.c.d.1.e", 9, {"a": {"b": 1, "c.d": [1, {"e": 9}]}}),
        ("a.c.d", None, {"a": {"b": 1}}),
        ("a.gone", None, {"a": {"b": 1, "c.d": [1, {"e": 2}]}}),
        ("top", 1, {"a": {"b": 1, "c.d": [1, {"e": 2}]}, "top": 1}),
    ],
)
def test_a_value_is_set_by_its_path(path, value, after):
    before = tree("a: {b: 1, c.d: [1, {e: 2}]}")
    assert plain(with_value(before, path, Node(value, SET))) == after
    assert plain(before) == {"a": {"b": 1, "c.d": [1, {"e": 2}]}}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("exprts.a", "no 'exprts' in the scenario; did you mean 'exports'?"),
        ("exports.russa.b", "no 'russa' in exports; did you mean 'russia'?"),
        ("exports.russia.value", "exports.russia has no parts; set exports.russia itself"),
        ("items.2", "no item 2 in items; 0 to 1"),
        ("items.-1", "no item -1 in items; 0 to 1"),
        ("none.0.x", "no item 0 in none; it is empty"),
        ("", "not a path; write names with dots between them"),
        ("exports..russia", "not a path; write names with dots between them"),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_stops(path, message):
    root = tree("{exports: {russia: 1}, items: [1, 2], none: []}")
    with pytest.raises(NoSuchPathError) as caught:
        with_value(root, path, Node(1, SET))
    assert str(caught.value) == message


def test_origins_follow_every_layer(tmp_path):
    document, origins, mistakes = assembled(
        tmp_path,
        override=["weak"],
        settings=["b.z={pert: [1, 2, 3]}"],
        main__yaml="extends: base.yaml\na: 1\noverrides:\n  weak: {b.y: 20}\n",
        base__yaml="a: 0\nb:\n  x: 10\n  y: 11\n  z: 12\n",
    )
    assert not mistakes
    assert document == {
        "a": 1,
        "b": {"x": 10, "y": 20, "z": {"pert": [1, 2, 3]}},
        "overrides": {"weak": {"b.y": 20}},
    }
    assert origins["a"] == "main.yaml:2:1"
    assert origins["b.x"] == "base.yaml:3:3"
    assert origins["b.y"] == "override weak (main.yaml:4:10)"
    assert origins["b.z.pert.1"] == "--set"


def test_bases_may_have_bases_and_mix_yaml_with_toml(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "base.toml").write_text('extends = "../deepest.yaml"\nb = 2\n')
    document, origins, mistakes = assembled(
        tmp_path, main__yaml="extends: deep/base.toml\na: 1\n", deepest__yaml="{c: 3, b: 0}\n"
    )
    assert (document, mistakes) == ({"c": 3, "b": 2, "a": 1}, [])
    assert origins["b"] == "deep/base.toml:2:1"


def test_later_settings_win_and_text_is_read_as_yaml(tmp_path):
    settings = ["a=1", "a = no", "b=[1, x]", "c=null", "d.e=1=2"]
    document, _, mistakes = assembled(tmp_path, settings=settings, main__yaml="{a: 0, b: 0, c: 0, d: {e: 0}}")
    assert (document, mistakes) == ({"a": "no", "b": [1, "x"], "d": {"e": "1=2"}}, [])


def test_settings_from_python_are_taken_as_they_are(tmp_path):
    settings = {"a": "1", "b": (1, 2.5), "c": {"pert": [0, 1, 2]}, "d": True}
    document, origins, mistakes = assembled(tmp_path, settings=settings, main__yaml="{a: 0}")
    assert (document, mistakes) == ({"a": "1", "b": [1, 2.5], "c": {"pert": [0, 1, 2]}, "d": True}, [])
    assert set(origins.values()) == {"--set"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["a"], "--set: 'a' is not a setting; write path=value"),
        (["=1"], "--set: not a path; write names with dots between them"),
        (["a=.nan"], "--set: a: .nan is not finite; give a finite number"),
        (["a=[1, .inf]"], "--set: a.1: .inf is not finite; give a finite number"),
        (["a=[1"], "--set: a: not YAML: did not find expected ',' or ']', while parsing a flow sequence"),
        (["a=*x"], "--set: a: alias *x: aliases are not read; write the value out"),
        (["z.b=1"], "--set: z.b: no 'z' in the scenario"),
        ({"a": float("nan")}, "--set: a: nan (float) cannot be set"),
        ({"a": object}, "--set: a: <class 'object'> (type) cannot be set"),
        (["a={empirical: {csv: ../x.csv, column: y}}"], "--set: a.empirical.csv: '../x.csv' lies outside"),
    ],
)
def test_bad_settings_say_so(tmp_path, settings, message):
    _, _, mistakes = assembled(tmp_path, settings=settings, main__yaml="{a: 0}")
    assert [mistake[: len(message)] for mistake in mistakes] == [message]


def test_unknown_overrides_and_their_paths_are_told(tmp_path):
    text = "a: 1\noverrides:\n  weak: {a: 2}\n  lost:\n    b.c: 3\n"
    _, _, mistakes = assembled(tmp_path, override=["weaker", "lost"], main__yaml=text)
    assert list(dict.fromkeys(mistakes)) == [
        "main.yaml:5:5: overrides.lost.b.c: no 'b' in the scenario",
        "--override: no override called 'weaker'; did you mean 'weak'?",
    ]


def test_a_csv_column_becomes_values_beside_its_own_file(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "data.csv").write_text("\ufeffyear, months\n2006,18\n\n2014, 3e1\n", encoding="utf-8")
    (tmp_path / "deep" / "base.yaml").write_text("a:\n  - {empirical: {csv: data.csv, column: months}}\n")
    document, origins, mistakes = assembled(tmp_path, main__yaml="extends: deep/base.yaml\n")
    assert (document, mistakes) == ({"a": [{"empirical": [18.0, 30.0]}]}, [])
    assert origins["a.0.empirical.1"] == "deep/base.yaml:2:6"


@pytest.mark.parametrize(
    ("law", "fragment"),
    [
        ("{csv: none.csv, column: x}", "no such file"),
        ("{csv: data.csv, column: mnths}", "did you mean 'months'?"),
        ("{csv: data.csv, column: other}", "line 3: 'many' is not a finite number"),
        ("{csv: data.csv}", "column: missing"),
        ("{column: x}", "csv: missing"),
        ("{csv: 3, column: x}", "must be a name"),
        ("{csv: data.csv, column: x, sheet: y}", "sheet: not known here"),
        ("{csv: empty.csv, column: x}", "no column called 'x'"),
        ("{csv: header.csv, column: x}", "has no values"),
        ("{csv: broken.csv, column: x}", "not CSV"),
        ("{csv: short.csv, column: y}", "line 3: '' is not a finite number"),
        ("{csv: nan.csv, column: x}", "line 2: 'nan' is not a finite number"),
        ("{csv: /etc/passwd, column: x}", "inside the scenario's folder"),
        ("{csv: ../data.csv, column: x}", "lies outside"),
        ("{csv: 'C:\\data.csv', column: x}", "inside the scenario's folder"),
        ('{csv: "a\\0b", column: x}', "cannot name a file"),
        ("{csv: link.csv, column: x}", "lies outside"),
        ("{csv: ., column: x}", "folder"),
    ],
)
def test_a_bad_column_is_told_where_it_is_named(tmp_path, law, fragment):
    folder = tmp_path / "inner"
    folder.mkdir()
    files = {"data": "months,other\n1,2\n3,many\n", "empty": "", "header": "x\n", "short": "x,y\n1,2\n3\n"}
    files |= {"broken": 'x\n"1\n', "nan": "x\nnan\n"}
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    (tmp_path / "data.csv").write_text("x\n1\n")
    (folder / "link.csv").symlink_to(tmp_path / "data.csv")
    _, _, mistakes = assembled(folder, main__yaml=f"a: 1\nb:\n  empirical: {law}\n")
    assert len(mistakes) == 1
    assert mistakes[0].startswith("main.yaml:3:")
    assert fragment in mistakes[0]


@pytest.mark.parametrize(
    ("extends", "fragment"),
    [
        ("main.yaml", "circle"),
        ("round.yaml", "circle"),
        ("none.yaml", "no file 'none.yaml'"),
        ("../out.yaml", "lies outside"),
        ("a/../../out.yaml", "lies outside"),
        ("/etc/passwd", "inside the scenario's folder"),
        ("link.yaml", "lies outside"),
        ("linked/out.yaml", "lies outside"),
        ("loop.yaml", "extends: "),
        ("[a.yaml]", "must be the name of one file"),
        ("null", "must be the name of one file"),
        ("''", "inside the scenario's folder"),
        (".", "no file '.'"),
        ("~/x.yaml", "no file"),
    ],
)
def test_what_cannot_be_extended_is_refused_where_it_is_named(tmp_path, extends, fragment):
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "out.yaml").write_text("a: 1\n")
    (folder / "link.yaml").symlink_to(tmp_path / "out.yaml")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    document, _, mistakes = assembled(
        folder, main__yaml=f"a: 1\nextends: {extends}\n", round__yaml="extends: main.yaml"
    )
    assert document is None
    assert len(mistakes) == 1
    assert mistakes[0].startswith("round.yaml:1:1" if extends == "round.yaml" else "main.yaml:2:1: extends: ")
    assert fragment in mistakes[0]


def test_a_long_chain_of_bases_ends(tmp_path):
    for number in range(50):
        (tmp_path / f"f{number}.yaml").write_text(f"extends: f{number + 1}.yaml\n")
    _, _, mistakes = assembled(tmp_path, main__yaml="extends: f0.yaml\n")
    assert len(mistakes) == 1
    assert "too many bases" in mistakes[0]


def test_mistakes_of_all_files_come_together(tmp_path):
    _, _, mistakes = assembled(
        tmp_path, main__yaml="extends: base.yaml\na: .nan\n", base__yaml="b: 1\nc: &x 2\nd: [1\n"
    )
    assert [mistake.split(" ")[0] for mistake in mistakes] == ["main.yaml:2:1:", "base.yaml:2:4:", "base.yaml:4:1:"]


def test_the_folder_of_a_bare_name_is_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("extends: b.yaml\n")
    (tmp_path / "b.yaml").write_text("x: 1\n")
    root = Assembly("a.yaml").assemble((), ())
    assert str(leaves(root)["x"]) == "b.yaml:1:1"


def test_an_error_carries_all_its_mistakes():
    mistakes = (SET.mistake("a", "one"), SET.mistake("b", "two"))
    assert str(ScenarioError(mistakes)) == "--set: a: one\n--set: b: two"
