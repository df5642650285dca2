# /// script
# requires-python = ">=3.11"
# dependencies = ["multivector-sim[lessons]"]
#
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 6: stocks, a second road and other buyers; what each saves, and what it is worth."""

import marimo

app = marimo.App(width="compact", app_title="Lesson 6: what helps and what it is worth")

with app.setup:
    import marimo as mo

    import multivector_sim as mv
    from multivector_sim.display.wording import percent
    from multivector_sim.interactive import charts, page
    from multivector_sim.interactive.page import Exercise

    BASE = mv.load("teaching", override=("road-closed",))
    YEARS = BASE.horizon_months / 12
    SALES = sum(float(it.law.mean) for it in BASE.exposures["exports"].values()) / 1e9
    WIDE = float(BASE.corridors["port"].capacity.law.mean) / 1e9
    PORT_PRICE, STOCK_PRICE, BUYER_PRICE = 0.2, 1 / 3, 0.1


@app.function
def lost(stock=0, port=WIDE, buyers=0):
    """Return the billions lost over five years with months of stock, a port of so many billions a year, and other buyers."""
    changed = BASE.with_set(
        {
            "corridors.port.capacity": port * 1e9,
            "channels.exports.buffer_months": stock,
            "channels.exports.refill": 0,
            "channels.exports.ceiling": buyers / 100,
            "channels.exports.kappa": 0.5,
        }
    )
    return mv.simulate(changed, draws=1024, seed=1).trade.mean().value * SALES * YEARS


@app.function
def computed():
    """Compute every number that the text states."""
    nothing = lost()
    return {
        "sales": SALES,
        "nothing": nothing,
        "share": nothing / (SALES * YEARS),
        "port": WIDE,
        "stock saves": nothing - lost(stock=6),
        "port saves": nothing - lost(port=50),
        "both save": nothing - lost(stock=6, port=50),
        "port price": PORT_PRICE,
        "stock price": STOCK_PRICE,
        "exercise 1": 2 / 12 * SALES,
        "exercise 2": (25 - WIDE) / ((25 - WIDE) * PORT_PRICE),
        "exercise 3": 0.2 * 2 / 12 * SALES,
    }


@app.cell
def _():
    facts = computed()
    return (facts,)


@app.cell
def _():
    page.opening(
        6,
        "what helps and what it is worth",
        "Compare measures by what they save for what they cost, and see why two good ones together may be worth less than their sum.",
        "11_rank.py",
        "Lesson 4, whose country in round numbers comes back. Twenty minutes.",
    )
    return


@app.cell
def _(facts):
    mo.md(f"""
    ## A country, a closure, and three measures

    Exports are {facts["sales"]:.0f} bn a year. For one year of five the neighbour buys half of what it did, and closes the road that
    half of all exports take. A port takes over {facts["port"]:.0f} bn. That costs {facts["nothing"]:.0f} bn of five years' exports, or
    {percent(facts["share"], 0)}.

    Three things can be done beforehand:

    * **stocks abroad**: goods stored behind the border fill what is missing, until they are used up;
    * **a wider port** takes over more of what went by road;
    * **other buyers**: someone else takes a part of what is left over. This country's partners may take up to half as much again as they do today.

    Each has a price: {facts["stock price"]:.2f} bn for a month of stock, {facts["port price"]:.1f} bn for a billion a year of port, and 0.1 bn
    for each per cent of the gap that other buyers are prepared to fill. The prices are invented.

    ## Predict first
    """)
    return


@app.cell
def _(facts):
    guess = page.Prediction(
        f"Six months of stock save {facts['stock saves']:.0f} bn. A port of 50 bn a year saves {facts['port saves']:.0f} bn. What do both together save?",
        (
            f"{facts['stock saves'] + facts['port saves']:.0f} bn",
            f"{facts['both save']:.0f} bn",
            f"{(facts['stock saves'] + facts['port saves']) / 2:.0f} bn",
        ),
        f"{facts['both save']:.0f} bn",
    )
    guess_field = guess.field()
    guess_field
    return guess, guess_field


@app.cell
def _():
    stock = mo.ui.slider(0, 6, 1, value=0, label="Stocks, months of exports", show_value=True, full_width=True)
    port = mo.ui.slider(10, 60, 5, value=10, label="Port, bn a year", show_value=True, full_width=True)
    buyers = mo.ui.slider(
        0, 100, 10, value=0, label="Gap that other buyers are prepared to fill, %", show_value=True, full_width=True
    )
    mo.vstack([stock, port, buyers])
    return buyers, port, stock


@app.cell
def _(facts, guess, guess_field, port, stock):
    if stock.value < 6 or port.value < 50:
        _said = guess.noted(guess_field.value, "Now set the stocks to 6 months and the port to 50 bn.")
    else:
        _said = guess.outcome(
            guess_field.value,
            f"Only {facts['nothing']:.0f} bn are lost, so no more than that can be saved. Both measures close the same gap, and what one has "
            "closed the other cannot close again.",
        )
    _said
    return


@app.cell
def _():
    chance = mo.ui.slider(
        0,
        100,
        5,
        value=100,
        label="Chance that the closure happens at all in five years, %",
        show_value=True,
        full_width=True,
    )
    chance
    return (chance,)


@app.cell
def _(buyers, chance, facts, port, stock):
    together = lost(stock.value, port.value, buyers.value)
    _each = {
        "stocks": (lost(stock=stock.value), STOCK_PRICE * stock.value),
        "port": (lost(port=port.value), PORT_PRICE * (port.value - WIDE)),
        "other buyers": (lost(buyers=buyers.value), BUYER_PRICE * buyers.value),
    }
    _odds = chance.value / 100
    _saved = {name: facts["nothing"] - left for name, (left, _) in _each.items()}
    saved, price = facts["nothing"] - together, sum(cost for _, cost in _each.values())
    _rows = [
        (name, f"{_saved[name]:.1f}", f"{cost:.1f}", f"{_odds * _saved[name] / cost:.1f}" if cost else "")
        for name, (_, cost) in _each.items()
    ]
    _rows += [
        ("sum of the three", f"{sum(_saved.values()):.1f}", f"{price:.1f}", ""),
        ("all together", f"{saved:.1f}", f"{price:.1f}", f"{_odds * saved / price:.1f}" if price else ""),
    ]
    mo.vstack(
        [
            page.tiles(
                page.Tile("still lost, bn", f"{together:.1f}", f"of {facts['nothing']:.1f} without any measure"),
                page.Tile("saved, bn, if it happens", f"{saved:.1f}"),
                page.Tile("price, bn", f"{price:.1f}"),
                page.Tile(
                    "expected saving for 1 spent",
                    f"{_odds * saved / price:.1f}" if price else "nothing spent",
                    f"with a chance of {chance.value} %",
                ),
            ),
            page.html(
                charts.bars(
                    [*_saved, "the three added up", "the three together"],
                    [*_saved.values(), sum(_saved.values()), saved],
                    [f"{it:.1f} bn" for it in (*_saved.values(), sum(_saved.values()), saved)],
                    f"Stocks alone save {_saved['stocks']:.1f} bn, the port alone {_saved['port']:.1f} bn, other buyers alone "
                    f"{_saved['other buyers']:.1f} bn. Added up that is {sum(_saved.values()):.1f} bn; together they save {saved:.1f} bn.",
                    title="What each saves alone, and what all save together",
                    colours=["blue", "teal", "purple", "grey", "orange"],
                    most=100,
                )
            ),
            page.table(("bn", "saved alone", "price", "expected saving for 1 spent"), _rows),
        ]
    )
    return price, saved, together


@app.cell
def _():
    mo.md("""
    ## What you saw

    * **A measure is worth what it saves, times how likely that is, for what it costs.** With the chance at 100 % nearly everything pays. Lower
      the chance and see what still does.
    * **Savings do not add.** Try each alone, then together. Measures that close the same gap share one saving; measures that close different
      gaps add up.
    * **So judge sets of measures, not measures.** `multivector rank` does this for a budget, and says where an order is no more than chance.

    ## Exercises
    """)
    return


@app.cell
def _(facts):
    exercises = [
        Exercise(
            "Exports are 100 bn a year. What do stocks of two months fill, in bn, if there is a gap that is large enough?",
            facts["exercise 1"],
            0.1,
            "bn",
            hint="What is sold in two of twelve months?",
            worked=f"2/12 x 100 bn = {facts['exercise 1']:.1f} bn. Set the stocks to 2 and the rest to their starts: the model agrees.",
            slips={200.0: "100 bn are sold in a year, not in a month.", 20.0: "A year has twelve months, not ten."},
        ),
        Exercise(
            f"A port of 25 bn a year in place of 10 bn costs {facts['port price']:.1f} bn for each further bn a year. The road is closed for one year. How much is saved for 1 spent?",
            facts["exercise 2"],
            0.05,
            "",
            hint="How much more goes by the port in that year? What did it cost?",
            worked="15 bn more go by the port in the year of the closure, for 15 x 0.2 = 3 bn. 15/3 = 5.",
            slips={15.0: "That is what is saved. Divide by the price.", 25.0: "The port would take 10 bn anyway."},
        ),
        Exercise(
            "Stocks of two months, as in exercise 1, but the closure happens with a chance of only 20 %. Above which price, in bn, are they no longer worth it, on average?",
            facts["exercise 3"],
            0.05,
            "bn",
            hint="What do they save on average, when four times in five they are not needed?",
            worked=f"20 % x 16.7 bn = {facts['exercise 3']:.1f} bn. A country that fears the worst case more than the average may still pay more.",
            slips={facts["exercise 1"]: "That would be so if the closure were certain."},
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
        "A measure is worth what it saves, times how likely that is. Two measures that close the same gap are not worth twice one.",
        "**Before:** [Lesson 5](../5/). **Next:** [Lesson 7: mixes and the frontier](../7/), or `multivector learn 7`.",
    )
    return


if __name__ == "__main__":
    app.run()
