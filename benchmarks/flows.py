"""Reading a million rows in the layout of UN Comtrade's web download, beside pandas alone on the same file.

The rows are made up. What is compared is processor time: reading and checking by ``mv.read_flows`` over
``pandas.read_csv`` of all columns, which does none of it.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pycountry

import multivector_sim as mv

NAMES = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,"
    "partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,"
    "classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,"
    "mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,"
    "isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate"
)
MOST_COUNTRIES = 200


def write(file, rows):
    """Write a made-up download."""
    countries = [(int(it.numeric), it.alpha_3, it.name) for it in pycountry.countries][:MOST_COUNTRIES]
    values = np.random.default_rng(1).integers(1, 10**10, rows)
    with file.open("w", encoding="latin-1", errors="replace") as out:
        out.write(NAMES + "\n")
        for at in range(rows):
            year, pair = 2000 + at // MOST_COUNTRIES**2, at % MOST_COUNTRIES**2
            code, iso, name = countries[pair // MOST_COUNTRIES]
            other, letters, whom = countries[pair % MOST_COUNTRIES]
            out.write(
                f'"C","A","{year}0101","{year}","52","{year}","{code}","{iso}","{name}","X","Export",'
                f'"{other}","{letters}","{whom}","0","W00","World","H6","HS","true","TOTAL","All Commodities","0","false","C00","TOTAL CPC","0 ",'
                f'"0","TOTAL MOT","-1","N/A","0","true","-1","N/A","0","true","0","true","0","true",,"{values[at]}",'
                f'"{values[at]}","0","false","true",\n'
            )


def seconds(work):
    """Return the processor time of some work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(rows):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "TradeData.csv"
        write(file, rows)
        alone = seconds(lambda: pd.read_csv(file, encoding="latin-1", index_col=False))
        ours = seconds(lambda: mv.read_flows(file))
        size = file.stat().st_size / 1e6
    print(
        f"{rows:,} rows, {size:.0f} MB: read_flows {ours:.1f} s, pandas.read_csv alone {alone:.1f} s, ratio {ours / alone:.2f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    main(parser.parse_args().rows)
