"""The page in a real Chromium: keys, dragging, the way back, phones, Arabic, accessibility, hostile
text.
"""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from crawler.sources import Source
from crawler.store import Store
from search.app import create_app
from tests.support.browsing import asked_elsewhere, chromium, complaints, screen, served, violations
from tests.support.clock import NOW
from tests.support.shelf import indexed, shelf

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium")]

PAYLOADS = (
    "<script>document.title='run'</script>",
    '"><img src=x onerror="document.title=\'run\'">',
    "</textarea></p></script><svg onload=document.title='run'>",
    "javascript:document.title='run'",
    "{{ 7 * 7 }} ${7 * 7} <!-- ]]>",
    "\u202etxet desrever\u202c \u2066isolated",
    "x" * 400,
    "👩‍👩‍👧‍👦 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤a̴̵̞̰ĺ̶̢͚g̷̖̰ŏ",
)


SHARED = Path(os.environ.get("VEILLE_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def hostile() -> list[dict[str, Any]]:
    """Articles that hold such text in every field that people see, each payload in each field."""
    known = SHARED / "hostile" / "strings" / "blns" / "blns.json"
    strings = (
        [one for one in json.loads(known.read_text("utf-8")) if one.strip()]
        if known.exists()
        else []
    )
    packs = [[payload] * 8 for payload in PAYLOADS] + [
        strings[at : at + 8] for at in range(0, len(strings) - 7, 8)
    ]
    return [_hostile(at, pack) for at, pack in enumerate(packs)]


def _hostile(at: int, pack: list[str]) -> dict[str, Any]:
    title, lead, text, section, name, author, agency, evidence = pack
    credit_lines = [{"name": agency, "evidence": evidence}]
    return {
        **shelf()[0],
        "id": f"hostile-{at}",
        "url": text,
        "title": title,
        "lead": lead,
        "text": f"{text}\nhostile {text}",
        "section": section,
        "source_name": name,
        "source": name[:60] or "x",
        "language": lead[:20] or None,
        "authors": [author],
        "collections": [author],
        "agencies": credit_lines,
        "attributions": credit_lines,
        "topics": [],
        "places": [],
    }


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page")
    store = Store(f"sqlite:///{folder / 'veille.sqlite'}")
    sources = [
        Source(id=one, name=one.title(), home=f"https://{one}.example/")
        for one in ("le-veilleur", "al-masar")
    ]
    with (
        indexed([*shelf(), *hostile()], folder) as backend,
        served(create_app(backend, store, now=lambda: NOW, sources=sources)) as address,
    ):
        yield address
    store.close()


@pytest.fixture(scope="module")
def window() -> Iterator[webdriver.Chrome]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def browser(window: webdriver.Chrome, address: str) -> Iterator[webdriver.Chrome]:
    """The one window, wide, light, in English; at the end nothing may have gone wrong in it."""
    screen(window, 1280)
    window.get(address + "/token")
    window.delete_all_cookies()
    window.get_log("browser")
    window.get_log("performance")
    yield window
    assert complaints(window) == []
    assert asked_elsewhere(window, address) == []


def parameters(browser: webdriver.Chrome) -> dict[str, list[str]]:
    return parse_qs(urlsplit(browser.current_url).query)


def total(browser: webdriver.Chrome) -> str:
    return browser.find_element(By.CSS_SELECTOR, ".summary h1").text


def wait(browser: webdriver.Chrome, seen: Any) -> Any:
    """Ask until something is seen; what belongs to the page before, which is just going, is not."""
    going = (NoSuchElementException, StaleElementReferenceException)
    return WebDriverWait(browser, 20, 0.05, ignored_exceptions=going).until(seen)


def press(browser: webdriver.Chrome, keys: str) -> None:
    ActionChains(browser).send_keys(keys).perform()


def test_from_the_first_search_to_the_export(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/?ui=en")
    press(browser, "/")
    press(browser, "place:leb")
    wait(
        browser,
        lambda _: browser.find_elements(By.XPATH, "//li[@role='option']/bdi[text()='Lebanon']"),
    )
    press(browser, Keys.ARROW_DOWN + Keys.ENTER)
    assert browser.find_element(By.ID, "q").get_attribute("value") == "place:LB "
    press(browser, Keys.ENTER)
    wait(browser, lambda _: total(browser) == "4 articles")
    browser.find_element(
        By.XPATH, "//aside//li[a/bdi='Sport' or a/bdi='French']/a[@class='not']"
    ).click()
    wait(browser, lambda _: total(browser) == "2 articles")
    assert parameters(browser)["q"] == ['place:LB -language:"fr"']
    browser.find_element(By.CSS_SELECTOR, ".hit input").click()
    picked = browser.find_element(By.CSS_SELECTOR, ".picked")
    assert picked.is_displayed()
    assert "1" in picked.text
    lines = export(
        browser, address, browser.find_element(By.XPATH, "//p[@class='views']/a[text()='CSV']")
    )
    assert len(lines) == 3
    browser.back()
    wait(browser, lambda _: total(browser) == "4 articles")
    browser.forward()
    wait(browser, lambda _: total(browser) == "2 articles")


def export(browser: webdriver.Chrome, address: str, link: Any) -> list[list[str]]:
    """The rows behind a link, fetched as the page itself would."""
    text = browser.execute_async_script(
        "const done = arguments[1]; fetch(arguments[0]).then((a) => a.text()).then(done);",
        link.get_attribute("href"),
    )
    return list(csv.reader(io.StringIO(text)))


def test_every_key_does_what_it_says(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/?q=note&sort=newest&ui=en")
    press(browser, "jjk")
    current = browser.find_element(By.CSS_SELECTOR, ".hit.current h2")
    assert current.text == browser.find_elements(By.CSS_SELECTOR, ".hit h2")[0].text
    press(browser, "x")
    assert browser.find_element(By.CSS_SELECTOR, ".hit.current input").is_selected()
    browser.execute_script(
        "document.querySelector('.hit.current a.out').addEventListener('click', (event) => {"
        "event.preventDefault(); document.body.dataset.left = event.currentTarget.href; });"
    )
    press(browser, "v")
    assert browser.execute_script("return document.body.dataset.left").endswith("/note-29")
    press(browser, "?")
    assert browser.find_element(By.ID, "keys").get_attribute("open")
    press(browser, "/")
    assert browser.switch_to.active_element.get_attribute("id") == "q"
    press(browser, "o")
    assert browser.find_element(By.ID, "q").get_attribute("value") == "o", (
        "in a box a key is a letter"
    )
    browser.find_element(By.CSS_SELECTOR, ".hit h2 a").send_keys("o")
    wait(browser, lambda _: "/article/note-29" in browser.current_url)
    press(browser, "/")
    wait(browser, lambda _: browser.switch_to.active_element.get_attribute("id") == "q")


def test_an_article_leads_on_to_the_next_result_and_back(
    browser: webdriver.Chrome, address: str
) -> None:
    browser.get(address + "/?q=note&sort=newest&ui=en")
    press(browser, "jo")
    for key, article in (("j", "note-28"), ("j", "note-27"), ("k", "note-28")):
        wait(browser, lambda _: browser.find_elements(By.CSS_SELECTOR, "main.reading"))
        press(browser, key)
        wait(browser, lambda _, article=article: f"/article/{article}?" in browser.current_url)


def test_keys_can_be_switched_off(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/?q=note&ui=en")
    press(browser, "?")
    browser.find_element(By.ID, "keys-on").click()
    browser.get(address + "/?q=note&ui=en")
    press(browser, "j")
    assert browser.find_elements(By.CSS_SELECTOR, ".hit.current") == []
    browser.execute_script("localStorage.clear()")


def test_a_drag_and_a_click_on_the_chart_narrow_the_time(
    browser: webdriver.Chrome, address: str
) -> None:
    browser.get(address + "/?q=note&interval=day&ui=en")
    over = wait(browser, lambda _: browser.find_element(By.CSS_SELECTOR, ".u-over"))
    width = over.size["width"]
    drag = ActionChains(browser).move_to_element_with_offset(
        over, -width // 2 + int(width * 5.5 / 30), 0
    )
    drag.click_and_hold().move_by_offset(int(width * 10 / 30), 0).release().perform()
    wait(browser, lambda _: "from" in parameters(browser))
    assert (parameters(browser)["from"], parameters(browser)["to"]) == (
        ["2026-10-06"],
        ["2026-10-16"],
    )
    assert total(browser) == "11 articles"
    over = wait(browser, lambda _: browser.find_element(By.CSS_SELECTOR, ".u-over"))
    ActionChains(browser).move_to_element_with_offset(over, 0, 10).click().perform()
    wait(
        browser,
        lambda _: parameters(browser)["from"] == parameters(browser)["to"] == ["2026-10-11"],
    )
    browser.back()
    wait(browser, lambda _: total(browser) == "11 articles")


def test_a_mistake_is_shown_while_one_types(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/?ui=en")
    browser.find_element(By.ID, "q").send_keys("port (strike")
    wait(browser, lambda _: browser.find_element(By.ID, "q-wrong").is_displayed())
    assert browser.find_element(By.CSS_SELECTOR, "#q-wrong mark").text == "("
    browser.find_element(By.ID, "q").send_keys(")")
    wait(browser, lambda _: not browser.find_element(By.ID, "q-wrong").is_displayed())


def test_all_values_of_a_filter_are_looked_through_in_place(
    browser: webdriver.Chrome, address: str
) -> None:
    browser.get(address + "/?ui=en")
    browser.find_element(By.XPATH, "//aside//a[normalize-space()='All sections']").click()
    wait(browser, lambda _: browser.switch_to.active_element.get_attribute("name") == "find")
    press(browser, "proche")
    found = (By.CSS_SELECTOR, "aside .found .label")
    wait(
        browser, lambda _: [one.text for one in browser.find_elements(*found)] == ["Proche-Orient"]
    )
    browser.find_element(*found).click()
    wait(browser, lambda _: parameters(browser).get("section") == ["Proche-Orient"])


def test_more_results_come_while_one_scrolls(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/?q=note&ui=en")
    assert len(browser.find_elements(By.CSS_SELECTOR, ".hit")) == 20
    browser.execute_script("document.querySelector('a[rel=next]').scrollIntoView()")
    wait(browser, lambda _: len(browser.find_elements(By.CSS_SELECTOR, ".hit")) == 30)
    assert "cursor" not in parameters(browser)


PAGES = (
    "/?q=arm%C3%A9e&by=source",
    "/?q=((",
    "/article/ar-1?q=x",
    "/sources",
    "/sources/al-masar",
    "/status",
    "/facet/source",
    "/terms?q=arm%C3%A9e",
    "/token",
    "/?q=zzz&topic=sport",
    "/?q=note&sort=oldest",
    "/nothing",
    "/sources/al-masar/pause",
)


def test_nothing_is_wider_than_a_phone(browser: webdriver.Chrome, address: str) -> None:
    screen(browser, 360, 740)
    for ui in ("en", "ar"):
        for path in PAGES:
            browser.get(f"{address}{path}{'&' if '?' in path else '?'}ui={ui}")
            assert browser.execute_script("return document.documentElement.scrollWidth") <= 360, (
                path,
                ui,
            )


@pytest.mark.parametrize(
    ("ui", "colours"),
    [
        ("en", "light"),
        pytest.param("en", "dark", marks=pytest.mark.slow),
        pytest.param("ar", "light", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing_wrong(
    browser: webdriver.Chrome, address: str, ui: str, colours: str
) -> None:
    screen(browser, 1280, colours=colours)
    for path in PAGES:
        browser.get(f"{address}{path}{'&' if '?' in path else '?'}ui={ui}")
        browser.execute_script(
            "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
        )
        assert violations(browser) == [], path


def test_arabic_is_laid_out_from_the_right(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/?q=note&ui=ar&interval=day")
    left, right = (
        browser.find_element(By.CSS_SELECTOR, name).rect["x"] for name in ("main", "aside")
    )
    assert right > left
    checkbox, title = (
        browser.find_element(By.CSS_SELECTOR, f".hit {name}").rect["x"] for name in ("input", "h2")
    )
    assert checkbox > title
    over = wait(browser, lambda _: browser.find_element(By.CSS_SELECTOR, ".u-over"))
    ActionChains(browser).move_to_element_with_offset(
        over, over.size["width"] // 2 - 5, 0
    ).click().perform()
    wait(browser, lambda _: parameters(browser).get("from") == ["2026-10-01"])


def test_hostile_text_is_text(browser: webdriver.Chrome, address: str) -> None:
    screen(browser, 360, 740)
    articles = [f"/article/hostile-{at}?q=hostile&ui=en" for at in (*range(len(PAYLOADS)), 20, 40)]
    for path in ("/facet/section?ui=en", *articles, "/?q=hostile&ui=en"):
        browser.get(address + path)
        unharmed(browser)
    while browser.find_elements(By.CSS_SELECTOR, "a[rel=next]"):
        before = len(browser.find_elements(By.CSS_SELECTOR, ".hit"))
        browser.execute_script("document.querySelector('a[rel=next]').scrollIntoView()")
        wait(
            browser,
            lambda _, before=before: len(browser.find_elements(By.CSS_SELECTOR, ".hit")) > before,
        )
    assert len(browser.find_elements(By.CSS_SELECTOR, ".hit")) == len(hostile())
    unharmed(browser)


def unharmed(browser: webdriver.Chrome) -> None:
    """Nothing of the text has run or become markup, and the page keeps its width."""
    assert browser.title != "run"
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    assert (
        browser.execute_script(
            "return document.querySelectorAll('main :is(script, img, iframe)').length"
        )
        == 0
    )
    assert browser.execute_script(
        "return [...document.links].every((one) => /^https?:$/.test(one.protocol))"
    )


def test_nothing_moves_after_the_first_paint(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/?q=note&ui=en&by=source")
    wait(browser, lambda _: browser.find_elements(By.CSS_SELECTOR, ".chart.live .u-over"))
    assert shifted(browser) == 0
    screen(browser, 360, 740)
    press(browser, "jo")
    wait(browser, lambda _: browser.find_elements(By.CSS_SELECTOR, ".turning.ready"))
    assert shifted(browser) == 0


def shifted(browser: webdriver.Chrome) -> float:
    """How far the page's parts have moved since its first paint."""
    told: float = browser.execute_async_script(
        "const done = arguments[0]; let sum = 0;"
        "new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
        "requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));"
    )
    return told


def test_all_works_without_scripts(address: str) -> None:
    with chromium(scripts=False) as plain:
        plain.get(address + "/?ui=en")
        box = plain.find_element(By.NAME, "q")
        box.send_keys("armée")
        box.send_keys(Keys.ENTER)
        wait(plain, lambda _: total(plain) == "2 articles")
        assert plain.find_elements(By.CSS_SELECTOR, ".u-over") == []
        plain.find_element(By.XPATH, "//aside//a[bdi='Lebanon']").click()
        wait(plain, lambda _: total(plain) == "1 article")
        plain.find_element(By.CSS_SELECTOR, ".hit h2 a").click()
        wait(plain, lambda _: plain.find_elements(By.CSS_SELECTOR, ".text mark"))
        assert complaints(plain) == []
