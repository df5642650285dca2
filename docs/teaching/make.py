"""Write what the teaching pages take from the lessons: exercises, answers apart, and slides of two lessons.

::

    python docs/teaching/make.py [FOLDER]

A lesson is run with its controls where the slides need them, and every part of it that has no control becomes a slide:
one file each, with its style inside, which is read offline, scrolled by keyboard and printed one slide to a page.
"""

import importlib.util
import re
import sys
from html import escape
from pathlib import Path
from types import SimpleNamespace

import marimo

from multivector_sim.interactive.lessons import Lesson, lessons

HERE = Path(__file__).parent
CSS = HERE.parents[1] / "multivector_sim" / "interactive" / "page.css"
MOVED = {2: {"count": 4, "largest": 60}, 4: {"closed": 12, "crosses": 90, "spare": 2}}
"""The lessons that have slides, and where their controls stand."""

UNWANTED = re.compile(r"<style>.*?</style>|<h2[^>]*>\s*Predict first\s*</h2>", re.DOTALL)
"""The style stands once for all slides, and the prediction has a heading of its own."""

EXERCISES = """# Exercises

The exercises of the eight lessons, for paper or for the board. In the lessons each is checked as it is typed, and a
common slip is recognised. The [answers](answers.md) are on a page of their own.
"""
ANSWERS = """# Answers

Worked answers to the [exercises](exercises.md), with the slips that the lessons recognise. What students get wrong, and
why, is on [a page of its own](misconceptions.md).
"""
STYLE = """
body{margin:0;background:#fff;color:#1c2230;font:1.25rem/1.5 system-ui,sans-serif}
html{scroll-snap-type:y proximity}
main>section{box-sizing:border-box;min-height:100vh;padding:6vh 8vw;scroll-snap-align:start}
main>section{border-bottom:1px solid #dedcd4}
h1{font-size:2.4rem}h2{font-size:1.8rem;margin-top:0}
a{color:#1d5d8c}li{margin:.3rem 0}
.mv-chart{max-width:44rem}.mv-table{font-size:1.1rem}
nav{position:fixed;right:1rem;bottom:.6rem;font-size:.9rem}
@media (prefers-color-scheme:dark){body{background:#14171c;color:#e9e7e2}a{color:#83b9e6}}
@media (prefers-color-scheme:dark){main>section{border-color:#3c4350}}
@media (max-width:32rem){body{font-size:1rem}main>section{padding:4vh 5vw;min-height:0}}
@media print{nav{display:none}main>section{min-height:0;border:0;break-after:page;padding:0}}
@page{size:A4 landscape;margin:15mm}
"""


def ran(lesson: Lesson, controls: dict[str, int]) -> tuple[list[str], dict[str, object]]:
    """Run a lesson with controls moved; return what its cells show, as HTML, and its names."""
    spec = importlib.util.spec_from_file_location(lesson.file.stem, lesson.file)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{lesson.file}: cannot be imported")
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    moved = {name: SimpleNamespace(value=value) for name, value in controls.items()}
    outputs, names = notebook.app.run(defs=moved) if moved else notebook.app.run()
    return [getattr(it, "text", "") for it in outputs], dict(names)


def listed(lesson: Lesson, exercises: list) -> tuple[str, str]:
    """Return the exercises of a lesson and their answers, as markdown."""
    head = f"\n## Lesson {lesson.number}: {lesson.title}\n"
    asked, worked = [head], [head]
    for number, it in enumerate(exercises, 1):
        unit = f" (in {it.unit})" if it.unit else ""
        asked.append(f"\n{number}. {it.question}{unit}\n")
        worked.append(f"\n{number}. {it.worked}\n")
        worked += [f"   - *{slip:.4g}:* {words}\n" for slip, words in it.slips.items()]
    return "".join(asked), "".join(worked)


def slides(lesson: Lesson, shown: list[str], names: dict) -> str:
    """Return a lesson as slides: what has no control, the prediction, then each exercise and its answer."""
    guess, exercises = names["guess"], names["exercises"]
    options = "".join(f"<li>{escape(it)}</li>" for it in guess.options)
    parts, last = [], ""
    for text in (UNWANTED.sub("", it) for it in shown):
        if "<marimo-radio" in text:
            parts.append(
                f"<h2>Predict first</h2><p>{escape(guess.question)}</p><ul>{options}</ul><p>Vote, then go on.</p>"
            )
        elif "<strong>Remember.</strong>" in text:
            last = text
        elif "<marimo-" not in text and "mv-verdict" not in text and text.strip():
            parts.append(text)
    parts.append(f"<h2>What you predicted</h2><p>The model says: <strong>{escape(guess.right)}</strong>.</p>")
    for number, it in enumerate(exercises, 1):
        parts.append(f"<h2>Exercise {number}</h2>{marimo.md(it.question).text}")
        parts.append(f"<h2>Exercise {number}, worked</h2>{marimo.md(it.worked).text}")
    parts += re.findall(r'<div class="mv mv-lead">.*?</div>', last, re.DOTALL)
    sections = "\n".join(f'<section id="slide-{number}">{part}</section>' for number, part in enumerate(parts, 1))
    title = f"Lesson {lesson.number}: {lesson.title}"
    dark = re.search(r"\.dark \{(.*?)\}", CSS.read_text(encoding="utf-8"), re.DOTALL)
    tones = f"@media (prefers-color-scheme:dark){{:root{{{dark[1]}}}}}" if dark else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{CSS.read_text(encoding='utf-8')}{tones}{STYLE}</style>\n</head>\n"
        f'<body>\n<nav aria-label="Slides"><a href="#slide-1">To the first slide</a></nav>\n'
        f"<main>\n{sections}\n</main>\n</body>\n</html>\n"
    )


def main(folder: Path) -> None:
    """Write the pages and the slides into a folder."""
    asked, worked = EXERCISES, ANSWERS
    (folder / "slides").mkdir(exist_ok=True)
    for lesson in lessons():
        shown, names = ran(lesson, MOVED.get(lesson.number, {}))
        exercises, answers = listed(lesson, names["exercises"])
        asked, worked = asked + exercises, worked + answers
        if lesson.number in MOVED:
            page = re.sub(r"mv-hatch-(\w+)-\d+", r"mv-hatch-\1", slides(lesson, shown, names))
            (folder / "slides" / f"lesson-{lesson.number}.html").write_text(page, encoding="utf-8")
    (folder / "exercises.md").write_text(asked, encoding="utf-8")
    (folder / "answers.md").write_text(worked, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
