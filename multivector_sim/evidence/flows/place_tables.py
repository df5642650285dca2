"""Codes and names of places that are not in ISO 3166, or mean something else there.

Countries of today come from pycountry. What is here is small: states that are gone, the numbers by which UN Comtrade
and the IMF call a country and ISO does not, groups of countries, partners that are no place, and other names.
"""

from __future__ import annotations

__all__ = [
    "GROUP",
    "GROUP_CODES",
    "GROUP_NAMES",
    "HISTORIC",
    "IMF",
    "NAMES",
    "RENAMED",
    "UNSPECIFIED",
    "UNSPECIFIED_CODES",
    "UNSPECIFIED_NAMES",
    "UN_NUMBERS",
    "WORLD",
    "WORLD_CODES",
    "WORLD_NAMES",
]

WORLD, GROUP, UNSPECIFIED = "WORLD", "GROUP", "UNS"

HISTORIC = {
    "SUN": "Soviet Union",
    "YUG": "Yugoslavia",
    "SCG": "Serbia and Montenegro",
    "CSK": "Czechoslovakia",
    "DDR": "German Democratic Republic",
    "BLX": "Belgium-Luxembourg",
    "ANT": "Netherlands Antilles",
    "YMD": "Democratic Yemen",
    "YAR": "Yemen Arab Republic",
    "VDR": "North Viet Nam",
    "SVR": "South Viet Nam",
    "PCZ": "Panama Canal Zone",
    "PCE": "Panama without the Canal Zone",
    "RHO": "Southern Rhodesia",
    "ZW1": "Rhodesia and Nyasaland",
    "TAN": "Tanganyika",
    "ZPM": "Peninsula Malaysia",
    "RYU": "Ryukyu Islands",
    "SKM": "Sikkim",
    "KN1": "Saint Kitts, Nevis and Anguilla",
    "HWI": "Hawaii",
    "NTZ": "Neutral Zone",
    "PUS": "US Miscellaneous Pacific Islands",
    "PCI": "Pacific Islands (trust territory)",
    "ATB": "British Antarctic Territory",
    "XKX": "Kosovo",
}
"""States and territories that ISO 3166 does not list today; they keep a code of their own."""

RENAMED = {
    "ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "BUR": "MMR", "DHY": "BEN", "HVO": "BFA", "FXX": "FRA", "BYS": "BLR",
    "AFI": "DJI", "GEL": "KIR", "NHB": "VUT", "MNT": "MNE", "SER": "SRB", "KOS": "XKX", "KSV": "XKX", "UVK": "XKX",
    "WBG": "PSE", "SUD": "SDN", "SVU": "SUN", "USSR": "SUN", "USP": "PUS", "SIK": "SKM", "YDR": "YMD", "NZE": "NTZ",
    "BAT": "ATB", "S19": "TWN", "OAS": "TWN", "OWI": "UNS", "ADO": "AND",
}  # fmt: skip
"""Codes that look like ISO 3166 alpha-3: the same state under another name, and what WITS and Comtrade write."""

WORLD_CODES = frozenset({"W00", "WLD", "W1", "WL", "WORLD", "WORLDTOT", "WRL_TOT", "G001", "001", "1W", "TOT", "W0"})
UNSPECIFIED_CODES = frozenset({"UNS", "BUN", "FRE", "SPE", "_X", "XX", "XXX", "ZZZ", "NES", "ANS", "X99", "N/A", "QZZ"})
GROUP_CODES = frozenset({"EUN", "EU2", "EU27", "EU28", "EU15", "EA", "EA19", "EA20", "EFTA", "OECD", "EUU", "EUR"})
"""Codes of groups; everything with a digit beside letters is one too (G163, EU27_2020, W19)."""

UN_NUMBERS = {
    "842": "USA", "841": "USA", "840": "USA", "251": "FRA", "250": "FRA", "699": "IND", "356": "IND", "579": "NOR",
    "578": "NOR", "757": "CHE", "756": "CHE", "381": "ITA", "380": "ITA", "490": "TWN", "158": "TWN", "58": "BLX",
    "280": "DEU", "278": "DDR", "810": "SUN", "890": "YUG", "891": "SCG", "200": "CSK", "736": "SDN", "729": "SDN",
    "711": "ZAF", "530": "ANT", "532": "ANT", "590": "PCE", "591": "PAN", "592": "PCZ", "720": "YMD", "886": "YAR",
    "866": "SVR", "868": "VDR", "717": "ZW1", "835": "TAN", "230": "ETH", "588": "PAK", "459": "ZPM", "647": "RYU",
    "658": "KN1", "698": "SKM", "849": "PUS", "582": "PCI", "536": "NTZ", "412": "XKX", "80": "ATB", "62": "PAK",
}  # fmt: skip
"""Numbers of UN Comtrade and BACI that are not, or not always, those of ISO 3166."""

IMF_CODES = """
AFG:512 ALB:914 DZA:612 ASM:859 AGO:614 AIA:312 ATG:311 ARG:213 ARM:911 ABW:314 AUS:193 AUT:122 AZE:912 BHS:313
BHR:419 BGD:513 BRB:316 BLR:913 BEL:124 BLX:126 BLZ:339 BEN:638 BMU:319 BTN:514 BOL:218 BIH:963 BWA:616 BRA:223
BRN:516 BGR:918 BFA:748 BDI:618 KHM:522 CMR:622 CAN:156 CPV:624 CYM:377 CAF:626 TCD:628 CHL:228 CHN:924 COL:233
COM:632 COG:634 COD:636 COK:815 CRI:238 HRV:960 CUB:928 CUW:354 CYP:423 CZE:935 CSK:934 CIV:662 DNK:128 DJI:611
DMA:321 DOM:243 ECU:248 EGY:469 SLV:253 GNQ:642 ERI:643 EST:939 SWZ:734 ETH:644 FLK:323 FRO:816 FJI:819 FIN:172
FRA:132 GUF:333 PYF:887 GAB:646 GMB:648 GEO:915 DEU:134 GHA:652 GIB:823 GRC:174 GRL:326 GRD:328 GLP:329 GUM:829
GTM:258 GIN:656 GNB:654 GUY:336 HTI:263 HND:268 HKG:532 HUN:944 ISL:176 IND:534 IDN:536 IRN:429 IRQ:433 IRL:178
ISR:436 ITA:136 JAM:343 JPN:158 JOR:439 KAZ:916 KEN:664 KIR:826 XKX:967 KWT:443 KGZ:917 LAO:544 LVA:941 LBN:446
LSO:666 LBR:668 LBY:672 LTU:946 LUX:137 MAC:546 MDG:674 MWI:676 MYS:548 MDV:556 MLI:678 MLT:181 MHL:867 MTQ:349
MRT:682 MUS:684 MEX:273 FSM:868 MDA:921 MNG:948 MNE:943 MSR:351 MAR:686 MOZ:688 MMR:518 NAM:728 NRU:836 NPL:558
NLD:138 ANT:353 NCL:839 NZL:196 NIC:278 NER:692 NGA:694 MKD:962 NOR:142 OMN:449 PAK:564 PLW:565 PSE:487 PAN:283
PNG:853 PRY:288 PER:293 PHL:566 POL:964 PRT:182 QAT:453 ROU:968 RUS:922 RWA:714 REU:696 WSM:862 SMR:135 SAU:456
SEN:722 SRB:942 SYC:718 SLE:724 SGP:576 SVK:936 SVN:961 SLB:813 SOM:726 ZAF:199 KOR:542 SSD:733 ESP:184 LKA:524
SHN:856 KNA:361 LCA:362 SPM:363 VCT:364 SDN:732 SUR:366 SWE:144 CHE:146 SYR:463 STP:716 TWN:528 TJK:923 TZA:738
THA:578 TLS:537 TGO:742 TON:866 TTO:369 TUN:744 TUR:186 TKM:925 UGA:746 UKR:926 ARE:466 GBR:112 USA:111 URY:298
UZB:927 VUT:846 VEN:299 VNM:582 YEM:474 YUG:188 ZMB:754 ZWE:698
"""
IMF = dict(pair.split(":")[::-1] for pair in IMF_CODES.split())
"""The numbers of the International Monetary Fund; many are those of other countries in ISO 3166."""

UN_NES = (
    "472", "473", "492", "527", "568", "577", "636", "637", "697", "837", "838", "839", "879", "899", "129",
    "221", "290",
    "471",
)  # fmt: skip
UN_GROUPS = ["97", "975", "918"]
UN_NUMBERS |= dict.fromkeys(UN_NES, UNSPECIFIED) | dict.fromkeys(UN_GROUPS, GROUP) | {"0": WORLD}

WORLD_NAMES = ("world", "all countries", "total", "all partners", "total all countries", "grand total")
UNSPECIFIED_NAMES = (
    "areas nes", "area nes", "unspecified", "not specified", "bunkers", "free zones", "special categories",
    "ship stores and bunkers", "other", "others", "all others", "other countries", "not allocated", "confidential",
    "not specified including confidential", "other europe nes", "other africa nes",
    "north america and central america nes",
    "rest of america nes", "laia nes", "oceania nes", "western asia nes", "europe efta nes", "europe eu nes",
    "countries and territories not specified", "secret", "unallocated", "us misc pacific isds nes",
    "areas not elsewhere specified", "rest of the world", "rest of world",
)  # fmt: skip
GROUP_NAMES = (
    "european union", "euro area", "advanced economies", "emerging and developing economies", "eu 28", "eu28",
    "emerging market and developing economies", "emerging and developing asia", "emerging and developing europe",
    "developing asia", "cis", "commonwealth of independent states", "sub saharan africa", "middle east",
    "western hemisphere", "middle east and central asia", "middle east north africa afghanistan and pakistan",
    "export earnings fuel", "export earnings nonfuel", "africa", "asia", "europe", "america", "americas", "oceania",
    "developed economies", "developing economies", "transition economies", "north america", "south america",
    "central america", "latin america and the caribbean", "caribbean", "eu 27", "eu27", "eu", "opec", "asean", "nafta",
    "usmca", "mercosur", "oecd", "efta", "other advanced economies", "emerging markets", "european union 27",
    "european union 28", "other developed europe", "other developed countries", "south east asia", "east asia",
    "south asia", "west asia", "north africa", "other africa", "central africa", "east africa", "southern africa",
    "west africa", "south east europe", "offshore financial centers", "eu institutions",
)  # fmt: skip

NAMES = {
    "usa": "USA", "us": "USA", "united states of america": "USA", "united states": "USA", "uk": "GBR",
    "great britain": "GBR", "britain": "GBR", "rep of korea": "KOR", "korea rep": "KOR", "korea republic of": "KOR",
    "south korea": "KOR", "korea": "KOR", "korea south": "KOR", "dem peoples rep of korea": "PRK",
    "north korea": "PRK", "korea dem peoples rep": "PRK", "korea dem peoples rep of": "PRK", "korea north": "PRK",
    "korea democratic peoples republic of": "PRK", "china hong kong sar": "HKG", "hong kong china": "HKG",
    "hong kong": "HKG", "hong kong sar": "HKG", "china pr hong kong": "HKG", "china p r hong kong": "HKG",
    "china p r macao": "MAC", "china p r mainland": "CHN", "china macao sar": "MAC", "macao china": "MAC",
    "macao sar": "MAC", "macau": "MAC", "china mainland": "CHN", "peoples republic of china": "CHN",
    "china peoples republic of": "CHN", "other asia nes": "TWN", "taipei chinese": "TWN", "chinese taipei": "TWN",
    "taiwan": "TWN", "taiwan china": "TWN", "taiwan province of china": "TWN", "china taiwan province of": "TWN",
    "turkey": "TUR", "turkiye": "TUR", "turkiye republic of": "TUR", "tfyr of macedonia": "MKD", "macedonia": "MKD",
    "fyr macedonia": "MKD", "former yugoslav republic of macedonia": "MKD", "north macedonia republic of": "MKD",
    "macedonia north": "MKD", "czech republic": "CZE", "czech rep": "CZE", "czechia": "CZE",
    "bosnia herzegovina": "BIH", "bosnia": "BIH", "russia": "RUS", "russian federation": "RUS", "viet nam": "VNM",
    "vietnam": "VNM", "iran": "IRN", "iran islamic rep": "IRN", "iran islamic republic of": "IRN", "syria": "SYR",
    "syrian arab rep": "SYR", "lao peoples dem rep": "LAO", "laos": "LAO", "lao pdr": "LAO", "rep of moldova": "MDA",
    "moldova": "MDA", "moldova rep of": "MDA", "moldova republic of": "MDA", "state of palestine": "PSE",
    "west bank and gaza": "PSE", "palestine": "PSE", "occ palestinian terr": "PSE", "eswatini": "SWZ",
    "swaziland": "SWZ", "cayman isds": "CYM", "br virgin isds": "VGB", "british virgin islands": "VGB",
    "us virgin islands": "VIR", "faeroe isds": "FRO", "faroe islands": "FRO", "faroe isds": "FRO",
    "falkland isds malvinas": "FLK", "falkland islands": "FLK", "marshall isds": "MHL", "solomon isds": "SLB",
    "cook isds": "COK", "turks and caicos isds": "TCA", "n mariana isds": "MNP", "norfolk isds": "NFK",
    "christmas isds": "CXR", "cocos isds": "CCK", "fs micronesia": "FSM", "micronesia": "FSM",
    "micronesia fed states of": "FSM", "dem rep of the congo": "COD", "congo dem rep": "COD", "congo dem rep of": "COD",
    "congo dem rep of the": "COD", "dr congo": "COD", "congo kinshasa": "COD", "congo rep": "COG", "congo": "COG",
    "congo rep of": "COG", "rep of congo": "COG", "congo brazzaville": "COG", "central african rep": "CAF",
    "dominican rep": "DOM", "cote divoire": "CIV", "ivory coast": "CIV", "cape verde": "CPV", "cabo verde": "CPV",
    "united rep of tanzania": "TZA", "tanzania": "TZA", "tanzania united rep of": "TZA", "venezuela": "VEN",
    "bolivia": "BOL", "brunei": "BRN", "gambia the": "GMB", "bahamas the": "BHS", "egypt arab rep": "EGY",
    "yemen rep": "YEM", "kyrgyz republic": "KGZ", "kyrgyz rep": "KGZ", "slovak republic": "SVK", "slovak rep": "SVK",
    "st kitts and nevis": "KNA", "st lucia": "LCA", "st vincent and the grenadines": "VCT",
    "sao tome and principe": "STP",
    "timor leste": "TLS", "east timor": "TLS", "burma": "MMR", "myanmar": "MMR", "libya": "LBY", "kosovo": "XKX",
    "kosovo rep of": "XKX", "serbia rep of": "SRB", "south sudan rep of": "SSD", "holy see": "VAT",
    "armenia rep of": "ARM", "azerbaijan rep of": "AZE", "belarus rep of": "BLR", "croatia rep of": "HRV",
    "estonia rep of": "EST", "kazakhstan rep of": "KAZ", "lesotho kingdom of": "LSO", "madagascar rep of": "MDG",
    "netherlands the": "NLD", "poland rep of": "POL", "slovenia rep of": "SVN", "tajikistan rep of": "TJK",
    "uzbekistan rep of": "UZB", "afghanistan islamic rep of": "AFG", "comoros union of the": "COM",
    "equatorial guinea rep of": "GNQ", "eritrea the state of": "ERI", "ethiopia the federal dem rep of": "ETH",
    "fiji rep of": "FJI", "mauritania islamic rep of": "MRT", "mozambique rep of": "MOZ", "nauru rep of": "NRU",
    "palau rep of": "PLW", "san marino rep of": "SMR", "sao tome and principe dem rep of": "STP",
    "timor leste dem rep of": "TLS", "venezuela rep bolivariana de": "VEN", "yemen rep of": "YEM",
    "aruba kingdom of the netherlands": "ABW", "curacao kingdom of the netherlands": "CUW",
    "sint maarten kingdom of the netherlands": "SXM", "andorra principality of": "AND",
    "marshall islands rep of the": "MHL", "bonaire sint eustatius and saba": "BES", "saint barthelemy": "BLM",
    "belgium luxembourg": "BLX", "czechoslovakia": "CSK", "former czechoslovakia": "CSK", "fmr czechoslovakia": "CSK",
    "ussr": "SUN", "soviet union": "SUN", "u s s r": "SUN", "fmr ussr": "SUN", "yugoslavia": "YUG",
    "fmr yugoslavia": "YUG", "yugoslavia sfr": "YUG", "serbia and montenegro": "SCG", "east germany": "DDR",
    "fmr dem rep of germany": "DDR", "german democratic republic": "DDR", "fmr fed rep of germany": "DEU",
    "netherlands antilles": "ANT", "sudan before 2012": "SDN", "fmr sudan": "SDN", "neutral zone": "NTZ",
    "british antarctic territory": "ATB", "usa and puerto rico": "USA", "pitcairn": "PCN", "saint helena": "SHN",
    "wallis and futuna isds": "WLF", "reunion": "REU", "curacao": "CUW",
}  # fmt: skip
"""Other names of places, as normalised by :func:`multivector_sim.evidence.flows.countries.plain_name`."""
