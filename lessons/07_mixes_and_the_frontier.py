# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 7: what safety costs, the frontier of mixes, and how a search is fooled by luck."""

import marimo

app = marimo.App(width="compact", app_title="Lesson 7: mixes and the frontier")

with app.setup:
    import marimo as mo
    import numpy as np

    import multivector_sim as mv
    from multivector_sim.display.wording import percent
    from multivector_sim.interactive import charts, page
    from multivector_sim.interactive.page import Exercise

    DRAWS = 4096
    SHARES = {"neighbour": 0.66, "harbour": 0.22, "overseas": 0.12}
    RATES = {"neighbour": 0.10, "harbour": 0.02, "overseas": 0.02}
    MIXES = 500


@app.function
def scenario():
    """Three partners who break by chance; nothing is rerouted, diverted or stored."""
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "neighbour",
            "title": "A neighbour and two partners further off",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": 60,
            "partners": {name: {"title": name.capitalize()} for name in SHARES},
            "channels": {"goods": {"kind": "trade"}},
            "exposures": {"goods": {name: 10e9 * share for name, share in SHARES.items()}},
            "hazard": {
                "copula": {"family": "gaussian", "loadings": {"global": 0.3, "bloc": 0}},
                "partners": {
                    name: {"intensity": rate, "channels": {"goods": 0.6}, "duration_months": 24}
                    for name, rate in RATES.items()
                },
            },
        }
    )


@app.function
def losses_by_partner(case, seed):
    """Return the loss of each partner in each draw, as if it had all the trade."""
    result = mv.simulate(case, draws=DRAWS, seed=seed)
    flows = np.array([float(it.law.mean) for it in next(iter(case.exposures.values())).values()])
    return result.attribution[:, :-1, 0] / result.trade.baseline / (flows / flows.sum())


@app.function
def worst(losses):
    """Return the mean of the worst twentieth, for each column."""
    count = max(1, round(0.05 * losses.shape[0]))
    return np.sort(losses, axis=0)[-count:].mean(axis=0)


@app.function
def moved_mix(moved):
    """Move a part of all trade from the neighbour, half to each of the others."""
    return np.array([SHARES["neighbour"] - moved, SHARES["harbour"] + moved / 2, SHARES["overseas"] + moved / 2])


@app.function
def computed():
    """Compute every number that the text states."""
    unit = losses_by_partner(scenario(), 1)
    steps = np.arange(0, 67) / 100
    tails = np.array([worst(unit @ moved_mix(step)) for step in steps])
    return {
        "neighbour": SHARES["neighbour"],
        "neighbour rate": RATES["neighbour"],
        "other rate": RATES["harbour"],
        "safest": float(steps[tails.argmin()]),
        "exercise 1": 100 * 0.3 * 0.05,
        "exercise 2": 1 / sum(share**2 for share in SHARES.values()),
        "exercise 3": 0.3 / 0.02,
    }


@app.cell
def _():
    facts = computed()
    return (facts,)


@app.cell
def _():
    page.opening(
        7,
        "mixes and the frontier",
        "Trade risk against cost, find the mixes that are worth considering, and learn to distrust a computer that has found the best one.",
        "08_frontier.py",
        "Lessons 1 to 3. Twenty minutes.",
    )
    return


@app.cell
def _(facts):
    mo.md(f"""
    ## Leaving the neighbour

    {percent(facts["neighbour"], 0)} of a country's goods go to its neighbour, who breaks about once in ten years ({percent(facts["neighbour rate"], 0)} a year).
    Two partners further off, *harbour* and *overseas*, break about once in fifty years ({percent(facts["other rate"], 0)} a year). Selling further off
    costs something: freight, discounts, new habits. Whatever is moved loses a part of its value for good.

    You decide how much to move away from the neighbour. Half of it goes to each of the others.

    ## Predict first
    """)
    return


@app.cell
def _():
    guess = page.Prediction(
        "Suppose moving cost nothing. How much would you move away from the neighbour to make the worst cases as small as they can be?",
        ("Nothing", "About half of it", "Most of it, but not all", "All of it"),
        "Most of it, but not all",
    )
    guess_field = guess.field()
    guess_field
    return guess, guess_field


@app.cell
def _():
    moved = mo.ui.slider(
        0, 66, 2, value=0, label="Moved away from the neighbour, % of all trade", show_value=True, full_width=True
    )
    cost = mo.ui.slider(0, 20, 1, value=0, label="Lost for good of what is moved, %", show_value=True, full_width=True)
    mo.vstack([moved, cost])
    return cost, moved


@app.cell
def _(facts, guess, guess_field, moved):
    if moved.value < 30:
        _said = guess.noted(
            guess_field.value, "Now leave the cost at 0, move more and more away, and watch the worst twentieth."
        )
    else:
        _said = guess.outcome(
            guess_field.value,
            f"The worst twentieth is smallest with about {percent(facts['safest'], 0)} moved of {percent(facts['neighbour'], 0)}. Even a partner who breaks five "
            "times as often is good for a small part: it breaks at other times than the others.",
        )
    _said
    return


@app.cell
def _():
    unit = losses_by_partner(scenario(), 1)
    return (unit,)


@app.cell
def _(cost, moved, unit):
    _mix = moved_mix(moved.value / 100)
    trade = mv.simulate(
        scenario().with_mix({"goods": dict(zip(SHARES, _mix.tolist(), strict=True))}), draws=DRAWS, seed=1
    ).trade
    paid = cost.value / 100 * moved.value / 100
    mean, tail = trade.mean().value + paid, trade.es(0.95).value + paid
    _steps = [it / 100 for it in range(0, 67, 3)]
    _curve = [
        ((unit @ moved_mix(it)).mean() + cost.value / 100 * it, worst(unit @ moved_mix(it)) + cost.value / 100 * it)
        for it in _steps
    ]
    _least = min(range(len(_steps)), key=lambda place: _curve[place][1])
    mo.vstack(
        [
            page.tiles(
                page.Tile("mean loss, with the cost", percent(mean, 2)),
                page.Tile("worst twentieth, with the cost", percent(tail, 2)),
                page.Tile("cost alone", percent(paid, 2), "lost for certain"),
                page.Tile("with the neighbour now", percent(float(_mix[0]), 0), "of all trade"),
            ),
            page.html(
                charts.chart(
                    [
                        charts.Line(
                            [float(it[0]) for it in _curve],
                            [float(it[1]) for it in _curve],
                            "every amount that could be moved",
                            "grey",
                        ),
                        charts.Dots([float(_curve[0][0])], [float(_curve[0][1])], "today", "blue", "square"),
                        charts.Dots(
                            [float(_curve[_least][0])],
                            [float(_curve[_least][1])],
                            f"smallest worst twentieth: {percent(_steps[_least], 0)} moved",
                            "teal",
                            "triangle",
                        ),
                        charts.Dots([mean], [tail], "your mix", "orange", "diamond"),
                    ],
                    charts.Axis("mean loss of five years' trade", 0, 0.1),
                    charts.Axis("worst twentieth, mean", 0.1, 0.22),
                    f"Your mix loses {percent(mean)} on average and {percent(tail)} in the worst twentieth. The smallest worst twentieth, "
                    f"{percent(float(_curve[_least][1]))}, comes from moving {percent(_steps[_least], 0)}.",
                    title="Risk against cost: further left and further down is better",
                )
            ),
        ]
    )
    return mean, paid, tail, trade


@app.cell
def _():
    mo.md("""
    Raise the cost, and the curve bends to the right: safety has to be paid for. A mix is worth considering if no other mix has both a smaller
    mean loss *and* a smaller worst case. Those mixes are the **frontier**. Which of them to take is not for the model to say:
    it depends on how much a bad case hurts.

    ## The computer that found the best mix

    A computer can try thousands of mixes. Back to ten partners who are all alike and independent. By Lesson 2 nothing beats equal parts. Let the
    computer try five hundred mixes anyway, and take the one with the smallest worst twentieth *on the draws that it was shown*. Then
    hold that mix against draws that it has never seen.
    """)
    return


@app.cell
def _():
    alike = mv.load("one-or-many")
    seen, unseen = losses_by_partner(alike, 1), losses_by_partner(alike, 2)
    mixes = np.random.default_rng(1).dirichlet(np.full(10, 8.0), MIXES)
    return alike, mixes, seen, unseen


@app.cell
def _():
    shown = mo.ui.slider(
        steps=[64, 128, 256, 512, 1024, 2048],
        value=64,
        label="Draws that the computer was shown",
        show_value=True,
        full_width=True,
    )
    shown
    return (shown,)


@app.cell
def _(mixes, seen, shown, unseen):
    _part = seen[: shown.value]
    _equal = np.full(10, 0.1)
    _best = mixes[worst(_part @ mixes.T).argmin()]
    promised = 1 - float(worst(_part @ _best) / worst(_part @ _equal))
    kept = 1 - float(worst(unseen @ _best) / worst(unseen @ _equal))
    mo.vstack(
        [
            page.tiles(
                page.Tile("promised: better than equal parts by", percent(promised), "on the draws it was shown"),
                page.Tile("kept: better than equal parts by", percent(kept), "on draws it has never seen"),
            ),
            page.html(
                charts.bars(
                    ["promised", "kept"],
                    [promised, kept],
                    [percent(promised), percent(kept)],
                    f"On the {shown.value} draws that chose it the mix is {percent(promised)} better than equal parts; on others {percent(kept)}.",
                    title="The best of five hundred mixes, against equal parts",
                    colours=["grey", "orange"],
                    most=0.1,
                )
            ),
            mo.md(
                "The promise is luck: among many mixes one always suits the draws at hand. Below zero means worse than equal parts. With more draws there is less to promise. "
                "So `multivector frontier` judges every mix on other draws than those that chose it, and says *cannot tell* where that is the truth."
            ),
        ]
    )
    return kept, promised


@app.cell
def _(facts):
    exercises = [
        Exercise(
            "A country moves 30 % of its trade, and 5 % of whatever is moved is lost for good. How much of all trade does that cost?",
            facts["exercise 1"],
            0.02,
            "%",
            hint="5 % of 30 %.",
            worked=f"5 % x 30 % = {facts['exercise 1']:.1f} %, for certain and every year. That has to be held against losses that may never come.",
            slips={5.0: "Only 30 % are moved.", 35.0: "Multiply, do not add."},
        ),
        Exercise(
            "How many effective partners (Lesson 2) has the country above today, with 66, 22 and 12 %?",
            facts["exercise 2"],
            0.03,
            "partners",
            hint="Square, add up, divide 1 by the sum.",
            worked=f"0.4356 + 0.0484 + 0.0144 = 0.4984, and 1/0.4984 = {facts['exercise 2']:.2f}",
            slips={0.4984: "That is the HHI. Divide 1 by it."},
        ),
        Exercise(
            "A country can move at most 2 % of its trade a year. How many years does it take to move 30 %?",
            facts["exercise 3"],
            0.01,
            "years",
            hint="Divide.",
            worked="30 / 2 = 15 years. Most of a frontier is out of reach for a government's term, and `multivector frontier` asks for the years.",
            slips={60.0: "Divide, do not multiply."},
        ),
    ]
    answers = page.fields(exercises)
    return answers, exercises


@app.cell
def _(answers, exercises):
    mo.vstack([mo.md("## Exercises"), page.worked(exercises, answers)])
    return


@app.cell
def _():
    page.closing(
        "The frontier shows what safety costs; it does not say what to choose. And the best of many on the same draws is partly luck: judge it on others.",
        "**Before:** [Lesson 6](../6/). **Next:** [Lesson 8: claims, evidence and doubt](../8/), or `multivector learn 8`.",
    )
    return


if __name__ == "__main__":
    app.run()
