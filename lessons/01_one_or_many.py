# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 1: one partner or many, and what a rupture costs."""

import marimo

app = marimo.App(width="compact", app_title="Lesson 1: one or many")

with app.setup:
    from math import exp

    import marimo as mo
    import numpy as np

    import multivector_sim as mv
    from multivector_sim.display.wording import percent, percent_between
    from multivector_sim.interactive import charts, page
    from multivector_sim.interactive.page import Exercise

    DRAWS = 4096
    BASE = mv.load("one-or-many")
    NAMES = list(BASE.partners)


@app.function
def spread_over(count):
    """Sell the same total to so many partners, in equal parts."""
    return BASE.with_mix({"exports": dict.fromkeys(NAMES[:count], 1 / count)})


@app.cell
def _():
    page.opening(
        1,
        "one or many",
        "See what a broken partner costs, first for certain and then by chance, and what changes when the same trade is "
        "spread over many.",
        "01_one_partner.py",
        "Percentages, and the idea of an average. Twenty minutes.",
    )
    return


@app.function
def computed():
    """Compute every number that the text states."""
    hazard = BASE.hazard.partners[NAMES[0]]
    rate, severity, months = (
        float(it.law.mean) for it in (hazard.intensity, hazard.channels["exports"], hazard.duration_months)
    )
    years = BASE.horizon_months / 12
    length = months / 12
    chance = 1 - exp(-rate * years)
    whole = 1 - exp(-rate * (years - length))
    cut = exp(-rate * (years - length)) * (length - (1 - exp(-rate * length)) / rate)
    return {
        "rate": rate,
        "severity": severity,
        "months": months,
        "chance": chance,
        "mean": severity / years * (length * whole + cut),
        "largest": severity * months / BASE.horizon_months,
        "some of ten": 1 - (1 - chance) ** 10,
        "exercise 1": 0.4 * 0.5 * 18 / 60,
        "exercise 2": 1 - (1 - chance) ** 2,
        "exercise 3": 0.1 * 0.5 * 24 / 60,
    }


@app.cell
def _():
    facts = computed()
    return (facts,)


@app.cell
def _():
    mo.md("""
    ## A rupture, for certain

    A country sells abroad. One partner, its *neighbour*, buys a part of everything. Then something breaks, and for some
    months the neighbour buys less. Nobody else steps in. How much of five years' trade is lost?

    Move the three sliders, and watch the number.
    """)
    return


@app.cell
def _():
    share = mo.ui.slider(
        0, 100, 5, value=30, label="The neighbour's part of all trade, %", show_value=True, full_width=True
    )
    severity = mo.ui.slider(
        0, 100, 5, value=50, label="How much of it the neighbour stops buying, %", show_value=True, full_width=True
    )
    duration = mo.ui.slider(0, 60, 6, value=24, label="For how many months, of 60", show_value=True, full_width=True)
    mo.vstack([share, severity, duration])
    return duration, severity, share


@app.cell
def _(duration, severity, share):
    certain = share.value / 100 * severity.value / 100 * duration.value / 60
    _width, _height = duration.value / 60, share.value / 100 * severity.value / 100
    mo.vstack(
        [
            page.tiles(
                page.Tile("lost in each bad month", percent(_height), f"{share.value} % x {severity.value} %"),
                page.Tile("bad months of all months", percent(_width), f"{duration.value} of 60"),
                page.Tile("lost of five years' trade", percent(certain), "the product of the two"),
            ),
            page.html(
                charts.chart(
                    [charts.Area([0, duration.value], [0, 0], [_height, _height], "what is lost", "orange")],
                    charts.Axis("month", 0, 60, form=lambda tick, _: f"{tick:g}"),
                    charts.Axis("lost of a month's trade", 0, 1),
                    f"In the first {duration.value} of 60 months {percent(_height)} of trade is missing, which is "
                    f"{percent(certain)} of the whole.",
                    title="The loss is an area",
                )
            ),
        ]
    )
    return (certain,)


@app.cell
def _():
    mo.md("""
    The loss is the shaded area as a part of the whole picture, so it is found by multiplying:

    **loss = part of trade x part stopped x months / 60**

    ## A rupture, by chance

    In truth nobody knows whether the neighbour breaks. So we let chance decide, again and again. One *draw* is one
    possible future of five years: each partner breaks in it or does not. The model makes thousands of draws, and asks
    what was lost in each.
    """)
    return


@app.cell
def _(facts):
    mo.md(f"""
    Here are ten partners who are all alike. In any year each of them breaks with a chance of about
    {percent(facts["rate"], 0)}, and independently: one that breaks does not make another one break. Over five years that makes
    {percent(facts["chance"], 0)}. Whoever breaks buys {percent(facts["severity"], 0)} less for {facts["months"]:.0f} months.

    You may sell everything to one of them, or the same total to several, in equal parts.
    """)
    return


@app.cell
def _():
    mo.md("""
    ## Predict first

    Write down what you expect before you move anything. Being wrong is the useful case.
    """)
    return


@app.cell
def _():
    guess = page.Prediction(
        "You sell the same total to ten partners in place of one. What happens to the mean loss?",
        ("It falls to about a tenth", "It falls a little", "It stays the same", "It grows"),
        "It stays the same",
    )
    guess_field = guess.field()
    guess_field
    return guess, guess_field


@app.cell
def _():
    count = mo.ui.slider(1, 10, value=1, label="Number of partners", show_value=True, full_width=True)
    count
    return (count,)


@app.cell
def _(count, guess, guess_field):
    if count.value == 1:
        _said = guess.noted(guess_field.value, "Now move the slider from one partner to ten, and watch the mean.")
    else:
        _said = guess.outcome(
            guess_field.value,
            "Each unit of trade is as likely to be lost as before, wherever it is sold, so spreading does not change the mean. "
            "(It wavers a little, within the interval beside it: draws are a sample.) Look at the picture to see what does change.",
        )
    _said
    return


@app.cell
def _():
    edges = [it / 100 for it in range(22)]
    alone = mv.simulate(spread_over(1), draws=DRAWS, seed=1).trade.loss_share
    return edges, alone


@app.cell
def _(edges, alone, count):
    trade = mv.simulate(spread_over(count.value), draws=DRAWS, seed=1).trade
    _columns = [(np.histogram(it, edges)[0] / DRAWS).tolist() for it in (alone, trade.loss_share)]
    _nothing = float((trade.loss_share == 0).mean())
    mo.vstack(
        [
            page.tiles(
                page.Tile("mean loss", percent(trade.mean().value), f"95 % interval: {percent_between(trade.mean())}"),
                page.Tile("draws without any loss", percent(_nothing, 0)),
                page.Tile("largest loss in any draw", percent(float(trade.loss_share.max()))),
            ),
            page.html(
                charts.chart(
                    [
                        charts.Columns(edges, _columns[0], "one partner", "grey", hatched=True),
                        charts.Columns(edges, _columns[1], f"partners now: {count.value}", "blue"),
                        charts.Rule("mean now", x=trade.mean().value, colour="orange"),
                    ],
                    charts.Axis("lost of five years' trade", 0, 0.2),
                    charts.Axis("part of the draws", 0, 1),
                    f"With {count.value} equal partners {percent(_nothing, 0)} of the draws lose nothing, the mean loss is "
                    f"{percent(trade.mean().value)}, and the largest is {percent(float(trade.loss_share.max()))}.",
                    title="Four thousand possible futures, sorted by what they lose",
                )
            ),
        ]
    )
    return (trade,)


@app.cell
def _(facts):
    mo.md(f"""
    ## What you saw

    * **The mean stays near {percent(facts["mean"])}.** It can be worked out without any draws, and the draws agree.
      The small range beside it is the *interval*: draws are a sample, so the mean that they show is near the true one, not
      equal to it.
    * **With one partner it is all or nothing.** Nothing is lost in {percent(1 - facts["chance"], 0)} of the futures. In the others
      it is up to {percent(facts["largest"], 0)} (less if the rupture begins late, so that the five years end before it does).
    * **With ten, something nearly always goes wrong.** In {percent(facts["some of ten"], 0)} of the futures at least one of
      the ten breaks. But one of ten costs little, and losing all ten at once does not happen.

    So spreading buys no smaller average. It buys *fewer surprises*: many small losses in place of a rare large one.
    Lesson 2 measures that.

    ## Exercises

    Type an answer and press Enter.
    """)
    return


@app.cell
def _(facts):
    exercises = [
        Exercise(
            "The neighbour buys 40 % of all exports. It stops half of that for 18 of 60 months. How much of five years' "
            "exports is lost?",
            100 * facts["exercise 1"],
            0.05,
            "%",
            hint="Multiply three numbers: the part of trade, the part stopped, and the part of the time.",
            worked=f"40 % x 50 % x 18/60 = {percent(facts['exercise 1'], 0)}",
            slips={
                20.0: "That is the loss in a bad month. Not all months are bad.",
                12.0: "Only a half of it is stopped.",
            },
        ),
        Exercise(
            f"Two partners break independently, each with a chance of {percent(facts['chance'])} in five years. What is the chance "
            "that at least one of them breaks?",
            100 * facts["exercise 2"],
            0.15,
            "%",
            hint="Ask the opposite: what is the chance that the first holds? That both hold?",
            worked=f"Each holds with {percent(1 - facts['chance'])}. Both hold with {percent(1 - facts['chance'])} x "
            f"{percent(1 - facts['chance'])} = {percent((1 - facts['chance']) ** 2)}. At least one breaks in all other cases: "
            f"100 % - {percent((1 - facts['chance']) ** 2)} = {percent(facts['exercise 2'])}.",
            slips={
                200 * facts["chance"]: "Adding counts the futures in which both break twice.",
                100 * facts["chance"] ** 2: "That is the chance that both break.",
            },
        ),
        Exercise(
            "You sell to ten partners in equal parts. One of them breaks on the first day, buys half for 24 of 60 months, and then "
            "all is as before. How much of five years' trade is lost?",
            100 * facts["exercise 3"],
            0.05,
            "%",
            hint="The same product as in exercise 1. What is one partner's part of trade now?",
            worked=f"10 % x 50 % x 24/60 = {percent(facts['exercise 3'], 0)}. With one partner it would be ten times as much.",
            slips={20.0: "That would be so if it bought everything.", 5.0: "That is the loss in a bad month."},
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
        "Spreading the same trade over more partners leaves the average loss where it was. It turns a rare disaster into "
        "many small troubles.",
        "**Next:** [Lesson 2: what spreading buys](../2/), or `multivector learn 2`.",
    )
    return


if __name__ == "__main__":
    app.run()
