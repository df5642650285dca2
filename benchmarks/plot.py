"""Draw the claims that the benchmarks printed: ``python plot.py OUTPUT.txt`` writes docs/images/benchmarks.png.

A line ``claim: WHAT (target T): RATIO`` becomes a bar from 1 to its ratio, beside a mark where its target is. A claim
of something that is to be small says ``at most`` or ``share``; its bar is drawn the same, its mark is an upper bound.
"""

import re
import sys
from pathlib import Path

import matplotlib.pyplot as plt

LINE = re.compile(r"^claim: (.+) \(target ([\d.]+)\): ([\d.]+)$", re.MULTILINE)
SMALL = ("at most", "share")
PLACE = Path(__file__).parents[1] / "docs" / "images" / "benchmarks.png"
MET, MISSED, MARK = "#1b6ca8", "#b8481e", "#202020"


def is_met(what: str, target: float, ratio: float) -> bool:
    """Say whether a claim holds."""
    return ratio <= target if any(word in what for word in SMALL) else ratio >= target


def main() -> None:
    if len(sys.argv) == 1:  # as one of all the files here
        print("nothing to draw: python plot.py OUTPUT.txt")
        return
    claims = [
        (what, float(target), float(ratio)) for what, target, ratio in LINE.findall(Path(sys.argv[1]).read_text())
    ]
    assert claims, f"no claim in {sys.argv[1]}"
    figure, axes = plt.subplots(figsize=(10, 0.6 + 0.45 * len(claims)), layout="constrained")
    for place, (what, target, ratio) in enumerate(reversed(claims)):
        colour = MET if is_met(what, target, ratio) else MISSED
        axes.barh(place, ratio - 1.0, left=1.0, height=0.5, color=colour)
        axes.plot([target, target], [place - 0.38, place + 0.38], color=MARK, linewidth=2)
        axes.text(max(ratio, target, 1.0) * 1.15, place, f"{ratio:g}", va="center", color=colour)
    axes.set_yticks(range(len(claims)), [what for what, _, _ in reversed(claims)])
    axes.set_xscale("log")
    axes.set_xlim(right=max(max(target, ratio) for _, target, ratio in claims) * 2.5)
    axes.set_xlabel("ratio; the mark is the target; red where it is missed")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PLACE, dpi=120)
    print(f"{len(claims)} claims, {sum(is_met(*claim) for claim in claims)} met: {PLACE}")


if __name__ == "__main__":
    main()
