"""The two shared panels as tidy tables, and small made-up ones."""

import numpy as np
import pandas as pd

from tests.shared_data import shared_data


def tidy(country, partner, year, value, flow="exports"):
    return pd.DataFrame(
        {"reporter": country, "partner": partner, "year": year, "flow": flow, "value": value, "side": "exporter"}
    )


def tradhist():
    file = shared_data("tradhist_usa_deu_1870_2014.csv.gz")
    table = pd.read_csv(file, keep_default_na=False, na_values=[""])
    return tidy(table["country"], table["partner"], table["year"], table["exports_gbp"])


def comtrade():
    file = shared_data("comtrade_1964_2016.csv.gz")
    table = pd.read_csv(file, keep_default_na=False, na_values=[""])
    return tidy(table["exporter"], table["importer"], table["year"], table["exports_usd"])


def steady(years=(1950, 1990), countries=6, partners=("AAA", "BBB")):
    """Return flows of a hundred each that never move."""
    span = np.arange(years[0], years[1] + 1)
    rows = [(f"X{n:02d}", partner, year, 100.0) for n in range(countries) for partner in partners for year in span]
    return pd.DataFrame(rows, columns=["reporter", "partner", "year", "value"]).assign(flow="exports")


def changed(table, country, partner, values):
    """Return flows with some years of one flow set; None takes a row away."""
    table = table.copy()
    for year, value in values.items():
        row = (table["reporter"] == country) & (table["partner"] == partner) & (table["year"] == year)
        if value is None:
            table = table.loc[~row]
        else:
            table.loc[row, "value"] = value
    return table
