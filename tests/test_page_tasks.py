"""Three tasks of an analyst, done in a real Chromium by somebody who has read nothing; by keyboard
and on a phone.
"""

import csv
import io
import re
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from crawler import demo
from crawler.sources import Source
from search.app import create_app
from tests.support.browsing import asked_elsewhere, chromium, complaints, screen, served
from tests.support.clock import NOW, machine_now
from tests.support.replay import Replay, environment, start, wait_for
from tests.support.shelf import indexed, shelf

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(300)]

REPORTS = (
    ("harbour-post", "Harbour Post", "2026-10-09T08:00:00+00:00", "politics"),
    ("al-masar", "Al Masar", "2026-10-07T17:30:00+00:00", "conflict, war and peace"),
    ("harbour-post", "Harbour Post", "2026-10-20T11:00:00+00:00", "conflict, war and peace"),
    ("harbour-post", "Harbour Post", "2026-09-30T23:00:00+00:00", "politics"),
    ("le-veilleur", "Le Veilleur", "2026-11-02T06:00:00+00:00", "politics"),
)
"""Source, its name, date and topic of each report on an armistice: three of October, first by Al
Masar.
"""


def reports() -> list[dict[str, Any]]:
    common = {
        **shelf()[4],
        "text": "The armistice was signed at noon.",
        "published_precision": "second",
        "places": [],
    }
    return [
        {
            **common,
            "id": f"r-{at}",
            "title": f"Report {at}",
            "url": f"https://{source}.example/r-{at}",
        }
        | {"source": source, "source_name": name, "published": date, "topics": [topic]}
        for at, (source, name, date, topic) in enumerate(REPORTS)
    ]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tasks")
    names = {source: name for source, name, *_ in REPORTS}
    sources = [
        Source(id=source, name=name, home=f"https://{source}.example/")
        for source, name in names.items()
    ]
    with (
        indexed([*shelf(), *reports()], folder) as backend,
        served(create_app(backend, now=lambda: NOW, sources=sources)) as address,
    ):
        yield address


@pytest.fixture(scope="module")
def window() -> Iterator[webdriver.Chrome]:
    with chromium() as opened:
        yield opened


def wait(browser: webdriver.Chrome, seen: Any, seconds: int = 20) -> Any:
    going = (NoSuchElementException, StaleElementReferenceException)
    return WebDriverWait(browser, seconds, 0.05, ignored_exceptions=going).until(seen)


def total(browser: webdriver.Chrome, text: str) -> None:
    wait(browser, lambda _: browser.find_element(By.CSS_SELECTOR, ".summary h1").text == text)


def click(browser: webdriver.Chrome, text: str, within: str = "//body") -> None:
    """Click on what is called so, as long as one can see it."""
    found = f"{within}//*[self::a or self::button or self::label][normalize-space()='{text}']"
    wait(browser, lambda _: browser.find_element(By.XPATH, found).is_displayed())
    browser.find_element(By.XPATH, found).click()


def value(browser: webdriver.Chrome, field: str) -> dict[str, int]:
    """The values of a filter with their counts."""
    items = browser.find_elements(
        By.XPATH, f"//aside//section[h2[normalize-space()='{field}']]//a[@class='value']"
    )
    return {
        one.find_element(By.TAG_NAME, "bdi").text: int(
            one.find_element(By.CLASS_NAME, "count").text
        )
        for one in items
    }


def first(browser: webdriver.Chrome) -> str:
    """The facts of the first article, once it is told to be the earliest."""
    return str(
        wait(browser, lambda _: browser.find_element(By.XPATH, "//p[@class='facts'][strong]")).text
    )


def test_how_often_outlets_wrote_of_it_last_month_and_which_was_first(
    window: webdriver.Chrome, address: str
) -> None:
    screen(window, 1280)
    window.get(address + "/?ui=en")
    window.find_element(By.ID, "q").send_keys("armistice" + Keys.ENTER)
    total(window, "5 articles")
    click(window, "Last month")
    total(window, "3 articles")
    assert value(window, "Source") == {"Harbour Post": 2, "Al Masar": 1}
    click(window, "Oldest first")
    assert first(window).startswith("Earliest of these Al Masar")
    assert complaints(window) == []
    assert asked_elsewhere(window, address) == []


def test_everything_on_it_is_exported_by_topic(window: webdriver.Chrome, address: str) -> None:
    screen(window, 1280)
    window.get(address + "/?ui=en")
    window.find_element(By.ID, "q").send_keys("armistice" + Keys.ENTER)
    total(window, "5 articles")
    counts = value(window, "Topic")
    assert counts == {"Politics": 3, "Conflict, war and peace": 2}
    click(window, "Politics 3", "//aside")
    total(window, "3 articles")
    link = window.find_element(By.XPATH, "//p[@class='views']/a[text()='CSV']").get_attribute(
        "href"
    )
    text = window.execute_async_script(
        "const done = arguments[1]; fetch(arguments[0]).then((answer) => answer.text()).then(done);",
        link,
    )
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["topics"] for row in rows] == ["politics"] * 3


def test_the_same_by_keyboard_alone(window: webdriver.Chrome, address: str) -> None:
    screen(window, 1280)
    window.get(address + "/?ui=en")
    keys(window, "/armistice" + Keys.ENTER)
    total(window, "5 articles")
    tab_to(window, "Last month")
    keys(window, Keys.ENTER)
    total(window, "3 articles")
    tab_to(window, "Oldest first")
    keys(window, Keys.ENTER)
    first(window)
    keys(window, "jo")
    wait(window, lambda _: window.find_element(By.CSS_SELECTOR, ".turning .place").text == "1 / 3")
    tab_to(window, "Next")
    keys(window, Keys.ENTER)
    wait(window, lambda _: window.find_element(By.CSS_SELECTOR, ".turning .place").text == "2 / 3")
    tab_to(window, "← Back to the results")
    keys(window, Keys.ENTER)
    total(window, "3 articles")


def keys(browser: webdriver.Chrome, pressed: str) -> None:
    ActionChains(browser).send_keys(pressed).perform()


def tab_to(browser: webdriver.Chrome, text: str, most: int = 80) -> None:
    """Go on by the tab key until what is called so has the focus, and shows it."""
    for _ in range(most):
        keys(browser, Keys.TAB)
        active = browser.switch_to.active_element
        if active.text.strip() == text:
            assert active.value_of_css_property("outline-style") == "solid", "one sees where one is"
            return
    raise AssertionError(f"{text} is not reached by the tab key")


def test_the_same_on_a_phone(window: webdriver.Chrome, address: str) -> None:
    screen(window, 360, 740)
    window.get(address + "/?ui=en")
    window.find_element(By.ID, "q").send_keys("armistice" + Keys.ENTER)
    total(window, "5 articles")
    click(window, "Last month")
    total(window, "3 articles")
    click(window, "Filters")
    click(window, "Conflict, war and peace 2", "//aside")
    total(window, "2 articles")
    click(window, "Oldest first")
    assert "Al Masar" in first(window)
    window.find_element(By.CSS_SELECTOR, ".hit h2 a").click()
    wait(window, lambda _: window.find_element(By.CSS_SELECTOR, ".turning .place").text == "1 / 2")
    assert window.execute_script("return document.documentElement.scrollWidth") <= 360


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a Veille that watches one site, and that of another site."""
    with demo.serve(machine_now() - timedelta(minutes=5)) as sites:
        sources, output = tmp_path / "sources.toml", tmp_path / "up.log"
        other = f'[[source]]\nid = "phare"\nname = "Phare"\nhome = "{sites.base_urls["phare"]}"\n'
        sources.write_text(other, encoding="utf-8")
        env = environment(Replay("", sources, sources, sources), tmp_path / "data", delay=0.02)
        env |= {
            "http_proxy": "",
            "https_proxy": "",
            "VEILLE_ALLOW_HOSTS": ",".join(sites.hosts),
            "PYTHONUNBUFFERED": "1",
        }
        up = start(env, "up", "--port", "0", output=output)
        try:
            answers = wait_for(
                lambda: re.search(r"answers on (http://[^\s]+)", output.read_text()) or up.poll()
            )
            yield answers[1], sites.base_urls["calder"]
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(timeout=120)


@pytest.mark.slow
def test_a_site_is_added_and_its_first_article_read(
    window: webdriver.Chrome, watching: tuple[str, str]
) -> None:
    home, site = watching
    screen(window, 1280)
    window.get(home + "/?ui=en")
    click(window, "Sources")
    wait(window, lambda _: window.find_element(By.NAME, "url")).send_keys(site + Keys.ENTER)
    click(window, "Watch this site")
    article = wait(window, lambda _: window.find_element(By.CSS_SELECTOR, "#newest li a"), 120)
    title = article.text
    article.click()
    wait(window, lambda _: window.find_element(By.CSS_SELECTOR, "main.reading h1").text == title)
    assert complaints(window) == []
