# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 8: how a claim is judged, what a figure is worth, and an article on Kazakhstan."""

import marimo

app = marimo.App(width="compact", app_title="Lesson 8: claims, evidence and doubt")

with app.setup:
    import marimo as mo

    import multivector_sim as mv
    from multivector_sim.display.wording import listed, number, percent, percent_between
    from multivector_sim.engine.concentration import concentration
    from multivector_sim.interactive import charts, page
    from multivector_sim.interactive.page import Exercise
    from multivector_sim.report.scenario_tables import figure_rows, trust_counts

    DRAWS = 4096
    SHARE, MONTHS, LIMIT, SHORTEST, LONGEST = 0.3, 60, 0.02, 6, 30
    KAZAKHSTAN = mv.load("kazakhstan")
    CHOSEN = ("no-over-reliance", "geography", "insulated", "fdi-2023", "energy-china", "innovation-doubled")


@app.function
def neighbour(severity):
    """Return a neighbour with 30 % of trade that stops a part of it for between 6 and 30 months."""
    return mv.Scenario.model_validate(
        {
            "format": "multivector/1",
            "name": "one-partner",
            "title": "One partner and the rest",
            "country": "anywhere",
            "currency": "USD",
            "price_year": 2024,
            "horizon_months": MONTHS,
            "partners": {"neighbour": {"title": "The neighbour"}, "rest": {"title": "Everybody else"}},
            "channels": {"exports": {"kind": "trade"}},
            "exposures": {"exports": {"neighbour": SHARE * 10e9, "rest": (1 - SHARE) * 10e9}},
            "stress": [
                {
                    "partner": "neighbour",
                    "channels": {"exports": severity},
                    "duration_months": {"uniform": [SHORTEST, LONGEST]},
                }
            ],
        }
    )


@app.function
def judge(estimate, limit):
    """Judge the claim that a loss is at most a limit, by its interval."""
    if estimate.high <= limit:
        return "holds"
    return "fails" if estimate.low > limit else "cannot tell"


@app.function
def computed():
    """Compute every number that the text states."""
    crude, other = (concentration(KAZAKHSTAN)[name] for name in ("energy", "exports"))
    said, found = KAZAKHSTAN.claims["fdi-2023"].says, float(KAZAKHSTAN.claims["fdi-2023"].evidence.law.mean)
    counts = trust_counts(figure_rows(KAZAKHSTAN))
    return {
        "limit": LIMIT,
        "turn": LIMIT * MONTHS / (SHARE * (SHORTEST + LONGEST) / 2),
        "crude largest buyer": crude["largest"]["share"],
        "crude crosses": crude["hosts"]["russia"],
        "other largest buyer": other["largest"]["share"],
        "figures": sum(counts.values()),
        "official": counts.get("official", 0),
        "weak": counts.get("unverified", 0) + counts.get("assumption", 0) + counts.get("memory", 0),
        "said": said / 1e9,
        "found": found / 1e9,
        "exercise 1": 100 * LIMIT * MONTHS / (SHARE * (SHORTEST + LONGEST) / 2),
        "exercise 2": found / said,
    }


@app.cell
def _():
    facts = computed()
    return (facts,)


@app.cell
def _():
    page.opening(
        8,
        "claims, evidence and doubt",
        "Judge what somebody says, by a model or by a better source, and say honestly when neither can tell. It ends with a real article.",
        "10_what_must_be_true.py",
        "Lessons 1 and 4. Twenty minutes.",
    )
    return


@app.cell
def _(facts):
    mo.md(f"""
    ## Two kinds of claim

    *The investment of last year was 8 billion* is a claim about a **figure**. A model is of no use here; a better source is.

    *Our trade is safe: we lose {percent(facts["limit"], 0)} at most if the neighbour breaks* is a claim about **how things work**. No
    source can settle it, for it has not happened. A model can, as far as its assumptions go.

    ## A claim, a model, and a limit

    Here is the neighbour of Lesson 1 again, with {percent(SHARE, 0)} of trade. It stops a part of that for between {SHORTEST} and {LONGEST} months, nobody knows
    which. The claim is that the mean loss of five years' trade is at most {percent(facts["limit"], 0)}. It **holds** if the whole interval of the
    mean lies below the limit, it **fails** if the whole interval lies above, and in between the draws **cannot tell**.
    """)
    return


@app.cell
def _():
    severity = mo.ui.slider(
        20, 60, 1, value=25, label="Part of its trade that the neighbour stops, %", show_value=True, full_width=True
    )
    draws = mo.ui.slider(steps=[64, 256, 1024, 4096], value=64, label="Draws", show_value=True, full_width=True)
    mo.vstack([severity, draws])
    return draws, severity


@app.cell
def _(draws, facts, severity):
    mean = mv.simulate(neighbour(severity.value / 100), draws=draws.value, seed=1).trade.mean()
    verdict = judge(mean, LIMIT)
    _grid = [0.2, 0.6]
    _slope = SHARE * (SHORTEST + LONGEST) / 2 / MONTHS
    mo.vstack(
        [
            page.tiles(
                page.Tile(
                    "mean loss",
                    percent(mean.value, 2),
                    f"95 % interval: {percent(mean.low, 2)} to {percent(mean.high, 2)}",
                ),
                page.Tile("the claim", verdict, f"limit {percent(facts['limit'], 0)}"),
                page.Tile("width of the interval", percent(mean.high - mean.low, 2), f"{draws.value:,} draws"),
            ),
            page.html(
                charts.chart(
                    [
                        charts.Line(_grid, [it * _slope for it in _grid], "mean loss by hand", "grey"),
                        charts.Rule("the limit", y=LIMIT, colour="purple"),
                        charts.Line([severity.value / 100] * 2, [mean.low, mean.high], "the interval", "orange"),
                        charts.Dots([severity.value / 100], [mean.value], "mean loss by draws", "orange", "diamond"),
                    ],
                    charts.Axis("part of its trade that the neighbour stops", 0.2, 0.6),
                    charts.Axis("mean loss", 0, 0.04),
                    f"The mean loss is {percent(mean.value, 2)}, between {percent(mean.low, 2)} and {percent(mean.high, 2)}: the claim that it is at most "
                    f"{percent(LIMIT, 0)} {verdict}.",
                    title="Holds, fails, cannot tell",
                )
            ),
        ]
    )
    return mean, verdict


@app.cell
def _(facts):
    mo.md(f"""
    Find the place where the verdict turns. By hand it is where {percent(SHARE, 0)} x part stopped x {(SHORTEST + LONGEST) / 2:.0f} / {MONTHS} is {percent(facts["limit"], 0)}: at
    {percent(facts["turn"], 0)}. Near it the draws cannot tell. More draws make that zone narrower. They do not make the claim any truer.

    So the most useful answer to *is it true?* is often **what would have to be true?** Here: that the neighbour stops no more than
    {percent(facts["turn"], 0)} of its trade. That is a sentence which people can argue about. `multivector must-be-true` finds it for any number.

    ## The article

    An article on Kazakhstan says that its policy of many partners makes it safe. The library contains the country as a scenario,
    with a source, a date and a grade of trust for every figure, and {len(KAZAKHSTAN.claims)} claims of that article.

    ## Predict first
    """)
    return


@app.cell
def _(facts):
    guess = page.Prediction(
        "No buyer takes more than about a third of Kazakhstan's exports. How much of its crude oil crosses one and the same country, Russia, on its way to the buyers?",
        ("A third", "Half", "Two thirds", f"{percent(facts['crude crosses'], 0)}"),
        f"{percent(facts['crude crosses'], 0)}",
    )
    guess_field = guess.field()
    guess_field
    return guess, guess_field


@app.cell
def _():
    transit = mo.ui.slider(
        0,
        100,
        10,
        value=0,
        label="Part of the transit that Russia stops, %",
        show_value=True,
        full_width=True,
        debounce=True,
    )
    transit
    return (transit,)


@app.cell
def _(facts, guess, guess_field, transit):
    if transit.value == 0:
        _said = guess.noted(guess_field.value, "Now move the slider, and watch the crude oil.")
    else:
        _said = guess.outcome(
            guess_field.value,
            f"The largest buyer of crude oil takes {percent(facts['crude largest buyer'], 0)}, and of other exports {percent(facts['other largest buyer'], 0)}. "
            f"But {percent(facts['crude crosses'], 0)} of the crude oil leave across Russia. It is Lesson 4 once more.",
        )
    _said
    return


@app.cell
def _(transit):
    shocked = mv.simulate(KAZAKHSTAN.with_set({"stress.0.channels.transit": transit.value / 100}), draws=DRAWS, seed=1)
    _columns = {
        "exports": "Exports without crude oil",
        "energy": "Crude oil",
        "imports": "Imports",
        "trade": "All trade",
    }
    _means = {name: shocked.column(name).mean() for name in _columns}
    mo.vstack(
        [
            page.tiles(
                page.Tile(
                    "trade lost, mean",
                    percent(_means["trade"].value),
                    f"95 % interval: {percent_between(_means['trade'])}",
                ),
                page.Tile("worst twentieth, mean", percent(shocked.trade.es(0.95).value)),
                page.Tile("crude oil lost, mean", percent(_means["energy"].value)),
            ),
            page.html(
                charts.bars(
                    list(_columns.values()),
                    [_means[name].value for name in _columns],
                    [percent(_means[name].value) for name in _columns],
                    listed([f"{title} {percent(_means[name].value)}" for name, title in _columns.items()])
                    + " of five years' baseline are lost on average.",
                    title="What is lost when Russia breaks and stops this much of the transit",
                    colours=["blue", "orange", "teal", "grey"],
                    most=0.5,
                )
            ),
            mo.md(
                "In this case Russia breaks for certain, in trade and investment too; how hard and for how long is left to chance. Small closures cost the "
                "crude oil nothing, because other roads have some room. Then the room is used up."
            ),
        ]
    )
    return (shocked,)


@app.cell
def _():
    judged = mv.claims(
        KAZAKHSTAN.model_copy(update={"claims": {name: KAZAKHSTAN.claims[name] for name in CHOSEN}}), draws=DRAWS
    )
    mo.vstack(
        [
            mo.md("## Six of its claims\n\nThree are judged by the model, three by a better source, if there is one:"),
            page.table(("claim", "verdict", "why"), [(it.title, it.verdict, it.reason) for it in judged.rulings]),
        ]
    )
    return (judged,)


@app.cell
def _(facts):
    mo.md(f"""
    Read the last one twice. *No better source* does not mean that it is true, nor that it is false: nobody was found who has measured it.
    `multivector claims kazakhstan` judges them all.

    ## Doubt about the model itself

    The scenario has {number(facts["figures"])} figures. {number(facts["official"])} of them come from an official source that was seen. {number(facts["weak"])} rest on
    a judgement, on memory, or on a page that could not be checked. An interval of draws knows nothing of that: it says how well
    the draws agree with each other, not how well the assumptions agree with the world. So a result is only as good as the figures that it
    hangs on, and `multivector sensitivity` says which ones those are.

    ## Exercises
    """)
    return


@app.cell
def _(facts):
    exercises = [
        Exercise(
            "A neighbour with 30 % of trade stops a part of it for 18 of 60 months on average. Up to which part does the mean loss stay at 2 % or below?",
            facts["exercise 1"],
            0.3,
            "%",
            hint="2 % has to be the product of 30 %, the part, and 18/60. Solve for the part.",
            worked=f"0.3 x 18/60 = 0.09, and 0.02 / 0.09 = 0.222: a part of {facts['exercise 1']:.1f} %.",
            slips={6.67: "That leaves out that only 18 of 60 months are bad."},
        ),
        Exercise(
            f"The article gives {facts['said']:.1f} bn of new foreign investment in a year. An official figure for the first half of that year alone is {facts['found']:.1f} bn. "
            "How many times the article's figure is that?",
            facts["exercise 2"],
            0.02,
            "times",
            hint="Divide the one by the other.",
            worked=f"{facts['found']:.1f} / {facts['said']:.1f} = {facts['exercise 2']:.2f}, for half of the year. The claim is contradicted, unless it counts something "
            "else, such as net investment. The article does not say.",
            slips={facts["said"] / facts["found"]: "The other way round."},
        ),
    ]
    answers = page.fields(exercises)
    return answers, exercises


@app.cell
def _(answers, exercises):
    page.worked(exercises, answers)
    return


@app.cell
def _():
    page.closing(
        "Ask of each claim what would have to be true. Hold figures against better sources and mechanisms against a model, and say *cannot tell* when that is the answer.",
        "**Before:** [Lesson 7](../7/). **Next:** a country of your own, with `multivector new`; see *Your own country* in the documentation.",
    )
    return


if __name__ == "__main__":
    app.run()
