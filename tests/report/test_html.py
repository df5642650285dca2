"""The page: whole, alone, escaped, the same every time, and readable without seeing it."""

import itertools
import re
from html.parser import HTMLParser

import pytest

import multivector_sim as mv
from multivector_sim.report.answer import headline
from multivector_sim.report.page import render, tight
from multivector_sim.scenario import files as bundled

VOID = {"meta", "link", "br", "wbr", "img", "input", "hr"}
MARKUP = '<script>alert("x")</script>&<b>'


class Page(HTMLParser):
    """Reads a page, checks that elements nest, and keeps what the tests ask for."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.errors, self.texts = [], [], [], {}
        self.feed(text)
        self.close()
        assert self.open == [], f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), [name for name, _ in self.open]))
        if tag not in VOID:
            self.open.append((tag, len(self.elements) - 1))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), [name for name, _ in self.open]))

    def handle_endtag(self, tag):
        assert self.open[-1][0] == tag, f"</{tag}> inside <{self.open[-1][0]}>"
        self.open.pop()

    def handle_data(self, data):
        for _, number in self.open:
            self.texts[number] = self.texts.get(number, "") + data

    def all(self, *tags):
        return [(attrs, self.texts.get(n, "")) for n, (tag, attrs, _) in enumerate(self.elements) if tag in tags]


def run(scenario, draws=1024):
    return mv.simulate(scenario, draws=draws, seed=1)


@pytest.fixture(scope="module")
def result():
    return run(mv.load("kazakhstan"))


@pytest.fixture(scope="module")
def text(result):
    return render(result)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module", params=sorted(bundled.names()))
def any_text(request):
    return render(run(mv.load(request.param)))


def test_the_page_parses_and_introduces_itself(page, result):
    assert page.all("html")[0][0]["lang"] == "en"
    assert result.scenario.title in page.all("title")[0][1]
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("main", "header", "nav")


def test_the_answer_comes_first(page, result):
    sections = [attrs["id"] for attrs, _ in page.all("section")]
    assert sections[0] == "answer"
    (answer,) = [said for attrs, said in page.all("p") if attrs.get("class") == "answer"]
    assert answer == tight(headline(result))


def test_nothing_is_asked_of_the_outside(any_text):
    assert not re.search(r"<(?:script|iframe|object|embed|img|audio|video|form|base)\b", any_text, re.IGNORECASE)
    references = re.findall(r"""(?:src|href|srcset|action|poster|data)\s*=\s*["']?([^"'\s>]*)""", any_text)
    assert references
    assert [it for it in references if not it.startswith("#") and it != "data:,"] == []
    assert re.findall(r"url\((?!#)", any_text) == []
    assert "@import" not in any_text
    assert "@font-face" not in any_text


def test_every_shipped_scenario_renders_whole(any_text):
    page = Page(any_text)
    assert len(page.all("h1")) == 1
    assert len(any_text.encode()) < 1_000_000
    assert not re.search(r"\b(?:nan|inf|None|undefined)\b", any_text[any_text.index("<body>") :])


def test_headings_go_down_one_step_at_a_time(any_text):
    levels = [int(tag[1]) for tag, _, _ in Page(any_text).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_ids_are_unique_and_what_is_named_exists(any_text):
    elements = Page(any_text).elements
    ids = [attrs["id"] for _, attrs, _ in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    named = [it for _, attrs, _ in elements for it in attrs.get("aria-labelledby", "").split()]
    linked = [attrs["href"][1:] for tag, attrs, _ in elements if tag == "a"]
    filled = re.findall(r"url\(#([^)]*)\)", any_text)
    assert set(named) | set(linked) | set(filled) <= set(ids)
    assert named
    assert linked


def test_every_drawing_is_described_or_hidden(any_text):
    page = Page(any_text)
    texts = {attrs["id"]: said for attrs, said in page.all("title", "desc") if "id" in attrs}
    drawings = [attrs for tag, attrs, inside in page.elements if tag == "svg" and "svg" not in inside]
    shown = [attrs for attrs in drawings if attrs.get("aria-hidden") != "true"]
    assert shown
    for attrs in shown:
        assert attrs["role"] == "img"
        title, description = attrs["aria-labelledby"].split()
        assert texts[title].strip()
        assert texts[description].strip()


def test_every_figure_has_its_numbers_as_text(any_text):
    figures = re.findall(r"<figure>(.*?)</figure>", any_text, re.DOTALL)
    assert figures
    assert all("<table" in figure or '<ul class="key">' in figure for figure in figures)


def test_every_table_has_a_caption_and_scopes_and_scrolls_by_keyboard(any_text):
    tables = re.findall(r'(<div class="scroll[^>]*>)\s*(<table.*?</table>)', any_text, re.DOTALL)
    assert len(tables) == any_text.count("<table")
    for region, table in tables:
        assert 'tabindex="0"' in region
        assert 'role="region"' in region
        assert re.search(r'<caption[^>]*>[^<]+(<span class="hint">[^<]+</span>)?</caption>', table)
        assert all("scope=" in head for head in re.findall(r"<th\b[^>]*>", table))


def test_what_a_scenario_says_is_never_markup():
    document = mv.load("kazakhstan").document()
    document["title"] = document["country"] = document["name"] = MARKUP
    document["currency"] = "<i>USD</i>"
    document["partners"]["russia"]["title"] = MARKUP
    document["channels"]["energy"]["title"] = MARKUP
    document["corridors"]["cpc"]["title"] = MARKUP
    document["sources"]["nus"] = {"title": MARKUP, "where": f'javascript:alert(1)"{MARKUP}'}
    document["gdp"]["note"] = document["gdp"]["as_of"] = MARKUP
    hostile = render(run(mv.Scenario.model_validate(document)))
    assert "<script" not in hostile
    assert "<b>" not in hostile
    assert "<i>" not in hostile
    assert hostile.count("&lt;script&gt;") > 10
    assert 'href="javascript' not in hostile
    assert len(Page(hostile).all("h1")) == 1


def test_the_same_run_is_the_same_page_to_the_last_byte(text, tmp_path):
    result = run(mv.load("kazakhstan"))
    assert render(result) == text
    result.save(tmp_path / "run")
    assert render(mv.Result.open(tmp_path / "run")) == text


def test_an_alarm_shows_exactly_if_a_threshold_is_passed():
    calm, loud = ({"hhi": it, "largest": it, "hosts": it, "dependence": it} for it in (1, 0))
    scenario = mv.load("kazakhstan")
    assert 'class="alarm"' not in render(run(scenario.with_set({"alarms": calm})))
    page = render(run(scenario.with_set({"alarms": loud})))
    assert page.count('class="alarm"') == page.count('<article class="channel"')
    assert page.count("<strong>Above the threshold:</strong>") == page.count('class="alarm"')


def test_every_figure_and_limit_and_version_is_on_the_page(page, text, result):
    from multivector_sim.report.page import limits
    from multivector_sim.report.scenario_tables import figure_rows

    paths = {said for attrs, said in page.all("span") if attrs.get("class") == "path"}
    assert paths == {row.path for row in figure_rows(result.scenario)}
    plain = " ".join(said for _, said in page.all("li", "dd"))
    assert all(limit[1] in plain for limit in limits(result.scenario))
    assert all(notice in plain for notice in result.scenario.notices)
    assert result.fingerprint in plain
    assert mv.Result.__name__ not in plain
    assert f"mv.simulate(scenario, draws={result.draws}, seed={result.seed})" in plain


def test_contrast_is_enough_in_both_schemes(text):
    def luminance(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one, other):
        light, dark = sorted((luminance(one), luminance(other)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    schemes = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in text.split(":root")[1:3]]
    assert schemes[0]["paper"] != schemes[1]["paper"]
    for colours in schemes:
        for name in ("ink", "soft", "accent", "alarm"):
            assert contrast(colours[name], colours["paper"]) >= 4.5, name
        for name in ("ink", "alarm"):
            assert contrast(colours[name], colours["alarm-paper"]) >= 4.5, name
        for name in ("red", "blue", "green", "orange", "gold", "purple", "teal", "brown", "grey", "calm"):
            assert contrast(colours[name], colours["paper"]) >= 3.0, name


def test_the_colours_of_the_page_are_those_of_the_palette(text):
    from multivector_sim.display.palette import TONES

    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in text.split(":root")[1:3])
    assert {name: (light[name], dark[name]) for name in TONES} == TONES


def test_how_likely_a_stress_is_is_said_only_of_a_stress():
    stress, hazard = (render(run(mv.load(name))) for name in ("kazakhstan", "kazakhstan/by-hazard"))
    assert "How likely a stress is." in stress
    assert "How likely a stress is." not in hazard
    assert "How often partners rupture." in hazard
    assert "How often partners rupture." not in stress


def test_the_number_of_ruptures_is_on_the_page_of_a_hazard():
    assert " partners rupture on average; at least one does with a probability of " in render(
        run(mv.load("kazakhstan/by-hazard"))
    )


def test_months_that_never_end_are_explained(page):
    (caption,) = [said for attrs, said in page.all("caption") if attrs["id"] == "measures-caption"]
    assert "limited to the horizon; a draw that has not recovered counts as censored" in caption


@pytest.mark.parametrize("draws", [1, 2, 40])
def test_few_draws_render_too(draws):
    Page(render(run(mv.load("kazakhstan"), draws)))


def test_what_loses_nothing_and_what_gains_renders():
    scenario = mv.load("kazakhstan")
    document = scenario.document()
    document["stress"] = []
    Page(render(run(mv.Scenario.model_validate(document))))
    gains = render(run(scenario.with_set({"spillover.0.eta": -0.9})))
    assert "\N{MINUS SIGN}" in gains


def test_ties_alone_render():
    document = {
        "format": "multivector/1",
        "name": "ties",
        "title": "Ties alone",
        "country": "anywhere",
        "currency": "USD",
        "price_year": 2024,
        "horizon_months": 18,
        "partners": {"a": {}, "b": {"colour": "#123456"}},
        "channels": {"culture": {"kind": "ties"}},
        "exposures": {"culture": {"a": 1, "b": 2}},
        "stress": [{"partner": "a", "channels": {"culture": 0.5}, "duration_months": 6}],
    }
    page = render(run(mv.Scenario.model_validate(document)))
    Page(page)
    assert 'id="causes"' not in page
    assert 'href="#causes"' not in page


def test_printers_marks():
    assert tight("Russia's -3.5 % of USD 9.5 bn, 2014-15") == (
        "Russia\N{RIGHT SINGLE QUOTATION MARK}s \N{MINUS SIGN}3.5\N{NO-BREAK SPACE}% of "
        "USD\N{NO-BREAK SPACE}9.5\N{NO-BREAK SPACE}bn, 2014-15"
    )
