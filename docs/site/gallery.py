"""The gallery: every example is run, and its page shows what it says, prints and draws."""

import ast
import subprocess
import sys
from pathlib import Path

THUMBNAIL = 420
"""Width of a thumbnail, in pixels."""


def write_gallery(examples: Path, folder: Path) -> None:
    """Run each example and write its page, then the gallery of thumbnails.

    Parameters
    ----------
    examples
        The folder of the scripts, which take the name of a picture and draw it.
    folder
        Where the pages are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scripts = sorted(examples.glob("[0-9]*.py"))
    for script in scripts:
        _write_example(script, folder)
    tiles = [f"[![]({it.stem}-small.png) {it.stem[3:].replace('_', ' ').capitalize()}]({it.stem}.md)" for it in scripts]
    lines = [
        "# Examples",
        "",
        "Each is a script of about a hundred lines that runs as it is; they build on each other.",
        "",
    ]
    lines += [":::{container} gallery", *(f"{tile}\n" for tile in tiles), ":::", "", "```{toctree}", ":hidden:", ""]
    lines += [*(f"{it.stem}.md" for it in scripts), "```", ""]
    (folder / "index.md").write_text("\n".join(lines), encoding="utf-8")


def _write_example(script: Path, folder: Path) -> None:
    """Run one example and write its page."""
    source = script.read_text(encoding="utf-8")
    picture = folder / f"{script.stem}.png"
    ran = subprocess.run([sys.executable, script, picture], check=True, capture_output=True, text=True)
    printed = "\n".join(line for line in ran.stdout.splitlines() if str(picture) not in line)
    _shrink(picture, folder / f"{script.stem}-small.png")
    title, _, story = (ast.get_docstring(ast.parse(source)) or "").partition("\n")
    code = source.split('"""', 2)[2].strip()
    parts = [
        f"# {script.stem[:2]}. {title.rstrip('.')}",
        f"```{{eval-rst}}\n{story.strip()}\n```",
        f"![What {script.name} draws]({picture.name})",
        f"It prints:\n\n```text\n{printed}\n```",
        f"## The script\n\n```python\n{code}\n```",
    ]
    (folder / f"{script.stem}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _shrink(picture: Path, small: Path) -> None:
    """Write a thumbnail."""
    from PIL import Image

    with Image.open(picture) as image:
        image.thumbnail((THUMBNAIL, THUMBNAIL))
        image.convert("RGB").save(small)
