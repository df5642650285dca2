"""Small made-up files in the layouts of those who publish flows, each with its quirks. The values mean nothing."""

import gzip

WEB = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,"
    "partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,"
    "classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,"
    "mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,"
    "isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate"
)
NAMES = WEB.split(",")
CHILE = [  # partner, ISO column, name, exports, imports
    (156, "CHN", "China", 38.2e9, 19.5e9),
    (842, "USA", "USA", 15.4e9, 16.6e9),
    (251, "FRA", "France", 1.1e9, 1.5e9),
    (699, "IND", "India", 2.0e9, 1.0e9),
    (757, "CHE", "Switzerland", 0.9e9, 0.4e9),
    (579, "NOR", "Norway", 0.1e9, 0.2e9),
    (792, "TUR", "Türkiye", 0.3e9, 0.7e9),
    (516, "NAM", "Namibia", 0.2e9, 0.1e9),
    (490, "S19", "Other Asia, nes", 1.5e9, 0.6e9),
    (899, "_X ", "Areas, nes", 0.5e9, 0.25e9),
]


def web_row(**cells):
    """Return one row of the web download: what is filled is quoted, and the row ends with a comma."""
    base = {"typeCode": "C", "freqCode": "A", "refPeriodId": "20230101", "refYear": "2023", "refMonth": "52"}
    base |= {"period": "2023", "reporterCode": "152", "reporterISO": "CHL", "reporterDesc": "Chile"}
    base |= {"partner2Code": "0", "partner2ISO": "W00", "partner2Desc": "World", "classificationCode": "H6"}
    base |= {"cmdCode": "TOTAL", "cmdDesc": "All Commodities", "customsCode": "C00", "mosCode": "0 ", "motCode": "0"}
    base |= {"legacyEstimationFlag": "0", "isReported": "false", "isAggregate": "true", "qty": "0"}
    base |= {"isQtyEstimated": "true", "qtyUnitCode": "-1", "qtyUnitAbbr": "N/A"}
    row = base | {key: str(cell) for key, cell in cells.items()}
    return ",".join(f'"{row[name]}"' if row.get(name, "") != "" else "" for name in NAMES) + ","


def web_rows(partners=CHILE):
    """Return rows of Chile: its partners, the world, and details that must not be counted."""
    rows = []
    for flow, text, at in (("X", "Export", 3), ("M", "Import", 4)):
        world = {"partnerCode": 0, "partnerISO": "W00", "partnerDesc": "World", "flowCode": flow, "flowDesc": text}
        total = sum(row[at] for row in partners)
        rows.append(web_row(**world, primaryValue=total))
        for code, iso, name, *numbers in partners:
            cell = {"partnerCode": code, "partnerISO": iso, "partnerDesc": name, "flowCode": flow, "flowDesc": text}
            value = numbers[at - 3]
            rows.append(web_row(**cell, primaryValue=f"{value:.2f}"))
        china = {"partnerCode": 156, "partnerISO": "CHN", "partnerDesc": "China", "flowCode": flow, "flowDesc": text}
        rows += [
            web_row(**china, motCode="2100", primaryValue=1e9),
            web_row(**china, customsCode="C04", primaryValue=1e9),
            web_row(**china, partner2Code="344", partner2ISO="HKG", primaryValue=1e9),
            web_row(**china, cmdCode="27", primaryValue=7e9 if flow == "X" else 1e9),
        ]
    china = {"partnerCode": 156, "partnerISO": "CHN", "partnerDesc": "China"}
    rows.append(web_row(**china, flowCode="RX", flowDesc="Re-export", primaryValue=3e9))
    itself = {"partnerCode": 152, "partnerISO": "CHL", "partnerDesc": "Chile", "flowCode": "M", "flowDesc": "Import"}
    rows.append(web_row(**itself, primaryValue=5e6))
    return rows


def comtrade_web(folder):
    """Return a web download: more fields in the rows than in the header, Latin-1, no line end at the end."""
    file = folder / "TradeData_1_2_2026_3_4_5.csv"
    file.write_bytes("\n".join([WEB, *web_rows()]).encode("latin-1"))
    return file


def comtrade_api(folder):
    """Return what users make of the API: an unnamed first column, empty descriptions, months beside the year."""
    lines = [f",{WEB}"]
    for at, (code, _, _, exports, imports) in enumerate(CHILE):
        for flow, value in (("X", exports), ("M", imports)):
            row = web_row(
                partnerCode=code, partnerISO="", reporterISO="", reporterDesc="", flowCode=flow, primaryValue=value
            )
            lines.append(f"{at}," + row.replace('"', "").removesuffix(","))
            month = web_row(
                partnerCode=code, flowCode=flow, primaryValue=value / 12, period="202301", refMonth=1, freqCode="M"
            )
            lines.append(f"{at}," + month.replace('"', "").removesuffix(","))
    file = folder / "api.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


def comtrade_bulk(folder):
    """Return a bulk file: tabs, codes only, gzip."""
    keep = [name for name in NAMES if "Desc" not in name and "ISO" not in name]
    lines = ["\t".join(keep)]
    for row in web_rows():
        cells = dict(zip(NAMES, row.split('","') if False else _cells(row), strict=True))
        lines.append("\t".join(cells[name] for name in keep))
    file = folder / "COMTRADE-FINAL-CA152202300H6.txt.gz"
    file.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return file


def _cells(row):
    import csv

    return next(csv.reader([row]))[: len(NAMES)]


LEGACY = (
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter Code,"
    "Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,2nd Partner Code,2nd Partner,2nd Partner ISO,"
    "Customs Proc. Code,Customs,Mode of Transport Code,Mode of Transport,Commodity Code,Commodity,Qty Unit Code,"
    "Qty Unit,Qty,Alt Qty Unit Code,Alt Qty Unit,Alt Qty,Netweight (kg),Gross weight (kg),Trade Value (US$),"
    "CIF Trade Value (US$),FOB Trade Value (US$),Flag"
)


def comtrade_legacy(folder):
    """Return a download of before 2023: re-exports in the column of flows, the EU as a reporter, names of the time."""
    lines = [LEGACY]

    def row(flow, reporter, partner, value):
        code, text = flow
        number, name, iso = reporter
        other, whom, letters = partner
        whom = f'"{whom}"' if "," in whom else whom
        lines.append(
            f"H5,2017,2017,2017,0,0,{code},{text},{number},{name},{iso},{other},{whom},{letters},,,,,,,,TOTAL,"
            f"All Commodities,1,No Quantity,,,,,,,{value},,,0"
        )

    hong_kong, europe = (344, '"China, Hong Kong SAR"', "HKG"), (97, "EU-28", "EUN")
    for whom, exports, again, imports in (
        ((0, "World", "WLD"), 550, 532, 590),
        ((156, "China", "CHN"), 298, 290, 260),
        ((381, "Italy", "ITA"), 100, 95, 30),
        ((807, "TFYR of Macedonia", "MKD"), 152, 147, 300),
    ):
        row((2, "Export"), hong_kong, whom, exports * 10**9)
        row((3, "Re-Export"), hong_kong, whom, again * 10**9)
        row((1, "Import"), hong_kong, whom, imports * 10**9)
    row((2, "Export"), europe, (156, "China", "CHN"), 200 * 10**9)
    file = folder / "comtrade.csv"
    file.write_text("\n".join(lines) + "\n", encoding="ascii")
    return file


def comtrade_machine(folder):
    """Return the names of the old API."""
    file = folder / "old_api.csv"
    file.write_text(
        "pfCode,yr,period,rgCode,rgDesc,rtCode,rtTitle,rt3ISO,ptCode,ptTitle,pt3ISO,cmdCode,TradeValue\n"
        "H4,2016,2016,2,Exports,152,Chile,CHL,0,World,WLD,TOTAL,60\n"
        "H4,2016,2016,2,Exports,152,Chile,CHL,842,United States of America,USA,TOTAL,40\n"
        "H4,2016,2016,2,Exports,152,Chile,CHL,58,Belgium-Luxembourg,BEL,TOTAL,20\n"
    )
    return file


def trade_map_text(folder):
    """Return Trade Map's text: a byte order mark, tabs to the end of the line, the reporter in the name."""
    rows = [
        ["Importers", "Exported value in 2019", "Exported value in 2020"],
        ["World", "121", "132"],
        ["United States of America", "50", "55"],
        ["Hong Kong, China", "30", "33"],
        ["Taipei, Chinese", "20", "22"],
        ["Côte d'Ivoire", "5", "0"],
        ["China", "6", "7"],
        ["Area Nes", "10", "15"],
    ]
    lines = [
        "\t".join([f'"{row[0]}"', *(f'"{it}"' if at == 0 else it for it in row[1:])]) + "\t"
        for at, row in enumerate(rows)
    ]
    file = folder / "Trade_Map_-_List_of_importing_markets_for_a_product_exported_by_China_(1).txt"
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, ""]).encode())
    return file


def trade_map_page(folder):
    """Return Trade Map's ``.xls``: HTML with tables around, the header again as a row, thousands with commas, a pager."""
    body = "".join(
        f"<tr><td>{name}</td><td>{value}</td></tr>"
        for name, value in (
            ("World", "1,500"),
            ("United States of America", "1,000"),
            ("Exporters", "Value imported in 2025 (USD thousand)"),
            ("C&ocirc;te d'Ivoire", "500"),
        )
    )
    page = (
        "<html><body><table><tr><td>menu</td></tr><tr><td>x</td></tr></table><table><tr><td><table>"
        "<tr><th>ExporterssortOrderDESC</th><th>Value imported in 2025 (USD thousand)</th></tr>"
        f"{body}<tr><td>1 2</td><td></td></tr></table></td></tr></table></body></html>"
    )
    file = folder / "Trade_Map_-_List_of_supplying_markets_for_a_product_imported_by_Rep_of_Korea.xls"
    file.write_text(page, encoding="utf-8")
    return file


DOTS = (
    "Country Name,Country Code,Indicator Name,Indicator Code,Counterpart Country Name,Counterpart Country Code,Attribute,"
    "1999,2000,2000M1,2000Q1,\n"
)


def imf_wide(folder):
    """Return the old portal's time series: status beside value, months beside years, groups, an empty last column."""
    exports = "Goods, Value of Exports, Free on board (FOB), US Dollars"
    imports = "Goods, Value of Imports, Cost, Insurance, Freight (CIF), US Dollars"

    def row(name, code, flow, whom, other, numbers, attribute="Value"):
        text = exports if flow == "TXG_FOB_USD" else imports
        return f'"{name}",{code},"{text}",{flow},"{whom}",{other},{attribute},{numbers},\n'

    lines = [
        row("Chile", "228", "TXG_FOB_USD", "World", "001", "90,100,9,27"),
        row("Chile", "228", "TXG_FOB_USD", "China, P.R.: Mainland", "924", "30,40,3,9"),
        row("Chile", "228", "TXG_FOB_USD", "Korea, Dem. People's Rep. of", "954", "10,10,1,3"),
        row("Chile", "228", "TXG_FOB_USD", "United States", "111", "50,50,5,15"),
        row("Chile", "228", "TXG_FOB_USD", "Advanced Economies", "110", "50,50,5,15"),
        row("Chile", "228", "TMG_CIF_USD", "United States", "111", ",60,5,15"),
        row("Chile", "228", "TBG_USD", "United States", "111", "1,1,1,1"),
        row("Chile", "228", "TXG_FOB_USD", "United States", "111", "B,B,B,B", "Status"),
        row("Sub-Saharan Africa", "603", "TXG_FOB_USD", "United States", "111", "7,7,7,7"),
    ]
    file = folder / "DOT_02-28-2023 04-56-02-14_timeSeries.csv"
    file.write_text(DOTS + "".join(lines))
    return file


def imf_panel(folder):
    """Return the old portal's panel: a column for each indicator, whose name holds commas and the code."""
    file = folder / "DOT_03-08-2023 16-25-54-79_panel.csv"
    file.write_text(
        "Country Name,Country Code,Counterpart Country Name,Counterpart Country Code,Time Period,"
        '"Goods, Value of Exports, Free on board (FOB), US Dollars (TXG_FOB_USD)",'
        '"Goods, Value of Imports, Cost, Insurance, Freight (CIF), US Dollars (TMG_CIF_USD)",'
        '"Goods, Value of Trade Balance, US Dollars (TBG_USD)"\n'
        "Chile,228,United States,111,2020,50,60,-10\nChile,228,World,001,2020,90,100,-10\n"
        "Chile,228,Kosovo,967,2020,40,40,0\nChile,228,Kosovo,967,2020M1,4,4,0\n"
    )
    return file


def imf_text(folder):
    """Return the text of seven columns without a header."""
    file = folder / "DirectionOfTrade.txt"
    rows = [
        f"Namibia,NA,TXG_FOB_USD,South Africa,ZA,2015M{month},{month}\nNamibia,NA,TXG_FOB_USD,United States,US,2016M1,9\n"
        for month in range(1, 13)
    ]
    file.write_text("".join(rows))
    return file


def imts(folder):
    """Return the SDMX form: three letters, a group with digits, no scale, which means millions."""
    rows = ["COUNTRY.ID,INDICATOR.ID,COUNTERPART_COUNTRY.ID,TIME_PERIOD,OBS_VALUE"]
    rows += [
        "BWA,XG_FOB_USD,ZAF,2000,100.5",
        "BWA,XG_FOB_USD,G001,2000,300.5",
        "BWA,XG_FOB_USD,GBR,2000,200",
        "BWA,MG_CIF_USD,ZAF,2000,2081.58",
        "BWA,XG_FOB_USD,ZAF,2000-M01,9",
        "BWA,XG_FOB_USD,G163,2000,150",
    ]
    file = folder / "imts.csv"
    file.write_text("\n".join(",".join(f'"{cell}"' for cell in row.split(",")) for row in rows) + "\n")
    return file


def imts_explorer(folder):
    """Return the Data Explorer's form: a byte order mark, years and quarters as columns, a scale in each row."""
    file = folder / "dataset.csv"
    file.write_bytes(
        b"\xef\xbb\xbf"
        b"DATASET,SERIES_CODE,OBS_MEASURE,COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,SCALE,UNIT,2022,2023,2023-Q1\n"
        b'IMF.STA:IMTS,CHL.XG_FOB_USD.CHN.A,OBS_VALUE,Chile,"Exports of goods, FOB, US dollar (XG_FOB_USD)",'
        b'"China, People\'s Republic of",Annual,Millions,US dollar,38,39.5,9\n'
        b'IMF.STA:IMTS,CHL.XG_FOB_USD.USA.A,OBS_VALUE,Chile,"Exports of goods, FOB, US dollar (XG_FOB_USD)",'
        b"United States,Annual,Units,US dollar,15000000,16000000,4\n"
    )
    return file


def cdis(folder):
    """Return the IMF's survey of direct investment: inward, outward, and series that overlap; C is confidential."""
    head = "Country Name,Country Code,Indicator Name,Indicator Code,Counterpart Country Name,Counterpart Country Code,Attribute,2021,2022\n"
    inward, outward = (
        "Inward Direct Investment Positions, US Dollars",
        "Outward Direct Investment Positions, US Dollars",
    )
    file = folder / "CDIS.csv"
    file.write_text(
        head
        + f'Chile,228,"{inward}",IIW_BP6_USD,United States,111,Value,30,33\n'
        + f'Chile,228,"{inward}",IIW_BP6_USD,"Netherlands, The",138,Value,20,21\n'
        + f'Chile,228,"{inward}",IIW_BP6_USD,China,924,Value,C,-1\n'
        + f'Chile,228,"{inward}",IIW_BP6_USD,World,001,Value,60,70\n'
        + f'Chile,228,"{inward}, equity",IIWE_BP6_USD,United States,111,Value,10,11\n'
        + f'Chile,228,"{outward}",IOW_BP6_USD,Brazil,223,Value,5,6\n'
    )
    return file


def baci(folder):
    """Return a year of BACI: products, numbers that are not ISO's, blanks before numbers, and the file of countries."""
    file = folder / "BACI_HS92_Y2019_V202102.csv"
    file.write_text(
        "t,i,j,k,v,q\n2019,152,842,10121,  10.5,NA\n2019,152,842,270900,20,3\n2019,152,490,270900,5, 1.5\n2019,251,152,850440,7,NA\n"
    )
    (folder / "country_codes_V202102.csv").write_bytes(
        (
            "country_code,country_name_abbreviation,country_name_full,iso_2digit_alpha,iso_3digit_alpha\r\n"
            "152,Chile,Chile,CL,CHL\r\n842,USA,United States of America,US,USA\r\n251,France,France,FR,FRA\r\n"
            '490,"Other Asia, nes","Other Asia, not elsewhere specified",N/A,N/A\r\n384,C\u00f4te d\'Ivoire,C\u00f4te d\'Ivoire,CI,CIV\r\n'
        ).encode("latin-1")
    )
    return file


def wits(folder):
    """Return joined files of WITS: the header again in the middle, levels together, the world, a group."""
    head = "Nomenclature,ReporterISO3,ReporterName,PartnerISO3,PartnerName,ProductCode,Year,TradeFlowName,TradeFlowCode,TradeValue in 1000 USD"
    file = folder / "wits.csv"
    file.write_text(
        f"{head}\nH5,CHL,Chile,CHN,China,Total,2019,Export,6,30.5\nH5,CHL,Chile,CHN,China,27,2019,Export,6,9\n"
        f"{head}\nH5,CHL,Chile,WLD,World,Total,2019,Export,6,70.5\nH5,CHL,Chile,EUN,European Union,Total,2019,Export,6,20\n"
        "H5,CHL,Chile,ROM,Romania,Total,2019,Export,6,40\nH5,CHL,Chile,CHN,China,Total,2019,Import,5,25\n"
        "H5,CHL,Chile,CHN,China,Total,2019,Re-Export,3,1\n"
    )
    return file


def eurostat(folder):
    """Return a table of Eurostat: joined dimensions, newest year first, flags, confidential cells, EL."""
    file = folder / "ext_lt_intertrd.tsv"
    file.write_text(
        "freq,indic_et,sitc06,partner,geo\\TIME_PERIOD\t2021 \t2020 \n"
        "A,MIO_EXP_VAL,TOTAL,US,EL\t123.4 p\t120 \n"
        "A,MIO_IMP_VAL,TOTAL,UK,EL\t: c\t55 b\n"
        "A,MIO_EXP_VAL,SITC5,US,EL\t20 \t20 \n"
        "A,MIO_EXP_VAL,TOTAL,EXT_EU27_2020,EL\t500 \t400 \n"
        "A,MIO_EXP_VAL,TOTAL,WORLD,EL\t900 \t800 \n"
        "A,IVU_EXP,TOTAL,US,EL\t100 \t: \n"
        "A,MIO_EXP_VAL,TOTAL,US,EU27_2020\t9999 \t9999 \n"
    )
    return file


def comext(folder):
    """Return a bulk file of Comext: letters and numbers of countries, months, euros."""
    file = folder / "full202301.dat"
    lines = [
        "DECLARANT,DECLARANT_ISO,PARTNER,PARTNER_ISO,PRODUCT_NC,FLOW,STAT_REGIME,PERIOD,VALUE_IN_EUROS,QUANTITY_TON"
    ]
    lines += [
        "009,GR,0400,US,TOTAL,2,4,202352,1500,1",
        "009,GR,0400,US,27,2,4,202352,500,1",
        "009,GR,0006,GB,TOTAL,1,4,202352,700,1",
        "009,GR,0959,QU,TOTAL,1,4,202352,30,1",
    ]
    file.write_text("\n".join(lines) + "\n")
    return file


def tradhist(folder):
    """Return TRADHIST: trailing blanks in the header, FLOW_0 beside FLOW, codes of old states."""
    file = folder / "TRADHIST_BITRADE.csv"
    file.write_text(
        "iso_o ,iso_d ,year ,FLOW ,FLOW_0 ,SOURCE_TF \nUSSR,GBR,1960,50,50,1\nROM,GBR,1960,,0,1\nGBR,USA,1960,70,70,1\nZZ9,USA,1960,1,1,1\n"
    )
    return file


def tradhist_pairs(folder):
    """Return the compact panel of both flows in pounds."""
    file = folder / "pairs.csv"
    file.write_text(
        "country,partner,year,exports_gbp,imports_gbp\nCUB,USA,1959,170,150\nCUB,USA,1960,127,\nHWI,USA,1890,1,2\n"
    )
    return file


def panel(folder):
    """Return the compact panel of exports."""
    file = folder / "panel.csv"
    file.write_text(
        "exporter,importer,year,exports_usd\nCHL,CHN,2016,17\nCHL,UNS,2016,3\nCHN,CHL,2016,14\nZAR,USA,1964,5\n"
        "CHL,CHN,2016,17\nCHL,USA,2016,8\nNAM,USA,2016,2\n"
    )
    return file


def unctad(folder, write=None):
    """Return UNCTAD's workbook: staggered names, regions that hold countries, '..', notes at the foot, two layouts."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets = {
        "inflows": [
            ["Chile"],
            ["Table 1. FDI flows in the host economy, by geographical origin"],
            ["(Millions of US dollars)"],
            [],
            ["Region / economy", None, None, 2011, 2012],
            ["Total world", None, None, 100, 120],
            ["Developed economies", None, None, 70, 80],
            [None, "Europe", None, 40, 30],
            [None, None, "Spain", 40, 30],
            [None, None, "United States", 30, ".."],
            [None, "Unspecified", None, 5, -2],
            ["Source: a made-up table", None, None, None, 3],
        ],
        "outstock": [
            ["Chile"],
            ["(Millions of US dollars)"],
            ["Reporting economy", None, None, 2011, 2012],
            ["Brazil", None, None, 7, 8],
            ["Note: as others report it"],
        ],
        "notes": [["about this file"], ["x"]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = folder / "webdiaeia2014d3_CHL.xlsx"
    book.save(file)
    return file
