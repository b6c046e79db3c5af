"""Sources whose pages only scripts fill: all of their articles are kept, and the browser asks nobody by
itself.
"""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from crawler.article import Page
from crawler.policy.rendering import lists_little
from crawler.render import BrowserAnswer, BrowserRequest, NoBrowser, Renderer, RenderFailed, find
from crawler.render.page import MOST_REQUESTS
from crawler.render.requests import Verdict, judge
from crawler.render.script_cache import SECONDS, ScriptCache
from tests.support.clock import NOW
from tests.support.hostile import (
    ROOT,
    Answer,
    Site,
    documents,
    feed_of,
    outcomes,
    run,
    serving,
    settings_of,
)
from tests.support.scripted import PROBE, path_of, recorded_browser, scripted, title_of

PUBLIC = "93.184.216.34"
NAMES = {"mixed.test": [PUBLIC, "10.0.0.1"], "rebind.test": ["127.0.0.1"]}

EVERY_WAY = """
const address = ADDRESS;
const attempts = [
  () => fetch(address),
  () => fetch('/go/' + NUMBER),
  () => { new Image().src = address; },
  () => { document.head.append(Object.assign(document.createElement('script'), {src: address})); },
  () => { document.head.append(Object.assign(document.createElement('script'), {src: '/go/' + NUMBER})); },
  () => { document.head.append(Object.assign(document.createElement('link'), {rel: 'stylesheet', href: address})); },
  () => { document.head.append(Object.assign(document.createElement('link'), {rel: 'preconnect', href: address})); },
  () => { document.body.append(Object.assign(document.createElement('iframe'), {src: address})); },
  () => { document.body.append(Object.assign(document.createElement('iframe'), {src: '/go/' + NUMBER})); },
  () => { new WebSocket(address.replace(/^http/, 'ws')); },
  () => { new EventSource(address); },
  () => { navigator.sendBeacon(address, 'x'); },
  () => { window.open(address); },
  () => { new Worker(URL.createObjectURL(new Blob([`fetch(${JSON.stringify(address)})`]))); },
  () => { new Worker('/worker.js?' + NUMBER); },
  () => navigator.serviceWorker.register('/worker.js?' + NUMBER),
  () => import(address),
  () => {
    const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:10.0.0.7'}, {urls: 'turn:10.0.0.8?transport=tcp', username: 'a', credential: 'b'}]});
    peer.createDataChannel('x');
    return peer.createOffer().then(offer => peer.setLocalDescription(offer));
  },
];
for (const attempt of attempts) {
  try { const promise = attempt(); if (promise) promise.catch(() => 0); } catch (error) { }
}
"""
LEADING_AWAY = "setTimeout(() => { location.href = NUMBER % 2 ? ADDRESS : '/go/' + NUMBER; }, 500);"


def _sources(site: Site, folder: Path, more: str = "render = true") -> None:
    source = f'[[source]]\nid = "x"\nname = "X"\nhome = "{site.base}/"\n{more}\n'
    (folder / "sources.toml").write_text(source, encoding="utf-8")


@pytest.mark.chromium
def test_all_articles_of_a_site_that_only_scripts_render_are_kept(tmp_path: Path) -> None:
    answers = scripted(range(4))
    with recorded_browser() as browser, serving(answers) as site:
        settings = settings_of(site, tmp_path) | {"VEILLE_CHROMIUM": str(browser.program)}
        _sources(site, tmp_path)
        run(settings, "crawl", "--json")
        asked = Counter(path for path, _ in site.asked)
        # The shell stays the same, with its ETag, while the list goes on.
        answers |= scripted(range(6))
        run(settings, "crawl", "--json")
        attempts = browser.attempts()
    kept = documents(tmp_path)
    assert {row["title"] for row in kept} == {title_of(number) for number in range(6)}
    assert all(len(row["text"].split("\n")) == 4 for row in kept)
    assert {row["url"] for row in kept} == {site.base + path_of(number) for number in range(6)}
    # What pages share is asked for once, what nobody looks at never.
    assert asked["/app.js"] == 1
    assert asked["/app.css"] == 0
    assert asked[path_of(0)] == 1
    agents = {head.partition("User-Agent: ")[2].partition("/")[0] for _, head in site.asked}
    assert agents == {"Veille"}
    assert set(attempts) <= {PROBE}


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.shared
def test_the_browser_reaches_no_private_address(shared: Path, tmp_path: Path) -> None:
    file = shared / "hostile/generated/ssrf_urls.json"
    hostile = [case["url"] for case in json.loads(file.read_text(encoding="utf-8"))]
    hostile += ["http://rebind.test/", "https://metadata.internal/"]
    numbers = range(2 * len(hostile))
    answers = scripted(numbers)
    for number in numbers:
        address = hostile[number % len(hostile)]
        ways = EVERY_WAY if number < len(hostile) else LEADING_AWAY
        script = ways.replace("ADDRESS", json.dumps(address)).replace("NUMBER", str(number))
        shell = answers[path_of(number)].body.replace(
            b"</body>", f"<script>{script}</script></body>".encode()
        )
        answers[path_of(number)] = Answer(shell, headers=[("Content-Type", "text/html")])
        location = address.encode("utf-8").decode("latin-1")
        answers[f"/go/{number}"] = Answer(status=302, headers=[("Location", location)])
        worker = f"fetch({json.dumps(address)}); importScripts({json.dumps(address)});"
        answers[f"/worker.js?{number}"] = Answer(
            worker.encode(), headers=[("Content-Type", "text/javascript")]
        )
    record = tmp_path / "record"
    with recorded_browser() as browser, serving(answers) as site:
        settings = settings_of(site, tmp_path) | {"VEILLE_CHROMIUM": str(browser.program)}
        _sources(site, tmp_path, f'render = true\nsections = [{{url = "{site.base}/news"}}]')
        recorder = ["-m", "tests.support.recorded", str(record), str(site.port), json.dumps(NAMES)]
        run(settings, "crawl", "section", "-a", "source=x", program=recorder)
        attempts = browser.attempts()
    asked = {path for path, _ in site.asked}
    assert asked >= {f"/go/{number}" for number in range(len(hostile))}
    # Whatever it tries, a page is read; one that leads on to the site's own 404 has no article.
    kept = {row["title"] for row in documents(tmp_path)}
    assert kept >= {title_of(number) for number in range(len(hostile))}
    assert len(kept) > 1.9 * len(hostile)
    dialled = {tuple(json.loads(line)) for line in record.read_text().splitlines()}
    public = {(PUBLIC, 80), (PUBLIC, 443), ("2606:2800:220:1:248:1893:25c8:1946", 443)}
    assert {(PUBLIC, 80)} <= dialled <= public
    assert set(attempts) <= {PROBE}


@pytest.mark.chromium
def test_robots_txt_holds_for_what_scripts_ask(tmp_path: Path) -> None:
    answers = scripted(range(2))
    answers["/robots.txt"] = Answer(f"User-agent: *\nDisallow: /api{path_of(1)}\n".encode())
    with recorded_browser() as browser, serving(answers) as site:
        settings = settings_of(site, tmp_path) | {"VEILLE_CHROMIUM": str(browser.program)}
        _sources(site, tmp_path)
        run(settings, "crawl", "--json")
    assert f"/api{path_of(1)}" not in {path for path, _ in site.asked}
    assert [row["title"] for row in documents(tmp_path)] == [title_of(0)]
    assert outcomes(tmp_path)[site.base + path_of(1)][0] == "skipped"


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_no_browser_outlives_its_crawl(tmp_path: Path, ending: signal.Signals) -> None:
    released = Event()

    def hang(connection: socket.socket) -> None:
        released.wait(60)

    answers = scripted(range(2))
    for number in range(2):
        answers[f"/api{path_of(number)}"] = Answer(raw=hang)
    with recorded_browser() as browser, serving(answers) as site:
        settings = settings_of(site, tmp_path) | {"VEILLE_CHROMIUM": str(browser.program)}
        settings["TMPDIR"] = str(browser.folder)
        _sources(site, tmp_path)
        command = [sys.executable, "veille.py", "crawl"]
        crawl = subprocess.Popen(command, cwd=ROOT, env=settings, stderr=subprocess.DEVNULL)
        _until(lambda: any(path.startswith("/api/2026") for path, _ in site.asked))
        assert list(browser.folder.glob("veille-browser-*"))
        crawl.send_signal(ending)
        assert crawl.wait(60) != 0
        _until(lambda: not list(browser.folder.glob("veille-browser-*")))
        released.set()
    # What was not read waits for the next crawl.
    assert {state for state, _ in outcomes(tmp_path).values()} == {"found"}


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_without_a_browser_crawl_check_and_doctor_say_what_to_do(tmp_path: Path) -> None:
    with serving(scripted(range(2))) as site:
        settings = settings_of(site, tmp_path) | {"VEILLE_CHROMIUM": str(tmp_path / "none")}
        _sources(site, tmp_path)
        told = [
            run(settings, "crawl", "--json", "-v"),
            run(settings, "source", "check", code=1),
            run(settings, "doctor", code=1),
        ]
    for output in told:
        assert output.count("There is no program") == 1
        assert "`render = true` needs: install it" in output


@pytest.mark.slow
@pytest.mark.parametrize("entry", ["home", "feed"])
def test_the_doctor_recommends_rendering_where_scripts_alone_fill_the_pages(
    tmp_path: Path, entry: str
) -> None:
    answers = scripted(range(6))
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, [path_of(number) for number in range(6)])
        settings = settings_of(site, tmp_path)
        _sources(site, tmp_path, f'feeds = ["{site.base}/feed.xml"]' if entry == "feed" else "")
        run(settings, "crawl", "--json")
        told = run(settings, "doctor", code=1)
        checked = run(settings, "source", "check", code=1 if entry == "home" else 0)
    assert "set `render = true` for it" in told
    assert "set `render = true` for it" in checked


def test_a_browser_that_does_not_start_is_told() -> None:
    async def none(request: BrowserRequest) -> BrowserAnswer | None:
        return None

    renderer = Renderer(Path("/bin/false"), "Veille/test", sandbox=True)
    page = Page("https://quay.example/a", b"<p>x</p>", {}, NOW)
    with pytest.raises(NoBrowser, match="VEILLE_CHROMIUM_SANDBOX"):
        asyncio.run(renderer.render(page, none, lambda: True))


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoBrowser, match="VEILLE_CHROMIUM"):
        find(tmp_path / "none")
    assert find(Path(sys.executable)) == sys.executable


Scripts = Callable[[BrowserRequest], Awaitable[BrowserAnswer | None]]


def _rendered(script: str, ask: Scripts | None = None, url: str = "https://quay.example/a") -> str:
    """The body of a page with this script."""

    async def none(request: BrowserRequest) -> BrowserAnswer | None:
        return None

    async def render() -> str:
        with recorded_browser() as browser:
            renderer = Renderer(browser.program, "Veille/test", sandbox=True)
            body = f"<title>x</title><body><p>plain</p><script>{script}</script>".encode()
            page = Page(url, body, {"Content-Type": "text/html; charset=utf-8"}, NOW)
            try:
                rendered = await renderer.render(page, ask or none, lambda: True)
            finally:
                renderer.close()
            assert rendered.headers["Content-Type"] == "text/html; charset=utf-8"
            return f"{rendered.url} {rendered.body.decode()}"

    return asyncio.run(render())


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("document.body.append('été ' + 1)", "été 1"),
        ("setTimeout(() => document.body.append('late'), 3000)", "late"),
        ("alert('x'); confirm('y'); document.body.append('told')", "told"),
        ("setInterval(() => { document.body.dataset.n = 'on' }, 10)", 'data-n="on"'),
        ("history.pushState({}, '', '/b'); document.body.append('pushed')", "/a <!DOCTYPE"),
        ("document.body.append(new Date().toISOString().slice(0, 10))", f"{NOW:%Y-%m-%d}"),
        ("location.href = 'https://elsewhere.example/'; document.body.append('here')", "here"),
        ("location.href = 'blob:null/x'; document.body.append('here')", "here"),
        (
            "const host = document.createElement('div'); host.innerHTML = '<i slot=\"a\">light</i>';"
            "document.body.append(host); const tree = host.attachShadow({mode: 'open'});"
            "tree.innerHTML = '<b>shadow</b><slot name=\"a\"></slot><u>end</u>'",
            '<b>shadow</b><i slot="a">light</i><u>end</u>',
        ),
        ("document.body.append(document.cookie = 'a=b', navigator.userAgent)", "Veille/test"),
    ],
)
def test_a_page_is_read_when_its_scripts_have_come_to_rest(script: str, expected: str) -> None:
    assert expected in _rendered(script)


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.parametrize(
    "script",
    [
        "while (true) {}",
        "const big = 'x'.repeat(1e6); for (let i = 0; i < 20; i++) document.body.append(big)",
        "const all = []; while (true) all.push(new Array(1e6).fill(Math.random()))",
    ],
)
def test_a_page_that_costs_too_much_is_given_up_on(script: str) -> None:
    with pytest.raises(RenderFailed):
        _rendered(script)


@pytest.mark.chromium
def test_a_page_may_not_ask_without_end() -> None:
    asked: list[str] = []

    async def ask(request: BrowserRequest) -> BrowserAnswer | None:
        asked.append(request.url)
        return BrowserAnswer(200, (("Content-Type", "application/json"),), b"{}")

    body = _rendered(
        "let n = 0; const more = () => fetch('/api/' + n++).then(more, more); more();"
        "setInterval(() => fetch('https://api.quay.example/same', {headers: {'X-Key': '1'}})"
        ".then(() => document.body.append('cross')), 100);",
        ask,
    )
    assert len(asked) == len(set(asked)) == MOST_REQUESTS
    assert "cross" in body


@pytest.mark.chromium
def test_scripts_lead_to_another_page_of_their_site() -> None:
    async def ask(request: BrowserRequest) -> BrowserAnswer | None:
        if request.url.endswith("/go"):
            return BrowserAnswer(302, (("Location", "/fr/"),), b"")
        return BrowserAnswer(200, (("Content-Type", "text/html"),), b"<p>bonjour</p>")

    body = _rendered("location.replace('/go')", ask)
    assert body.startswith("https://quay.example/fr/ ")
    assert "bonjour" in body


@pytest.mark.parametrize(
    ("kind", "method", "headers", "is_page", "verdict"),
    [
        ("Document", "GET", {}, True, "ask"),
        ("Document", "GET", {}, False, "refuse"),
        ("Document", "POST", {}, True, "refuse"),
        ("Script", "GET", {}, False, "ask"),
        ("Fetch", "GET", {"Accept": "*/*"}, False, "ask"),
        ("Fetch", "POST", {}, False, "refuse"),
        ("XHR", "OPTIONS", {}, False, "allow"),
        ("XHR", "GET", {"accept": "text/event-stream"}, False, "refuse"),
        ("Other", "GET", {"Service-Worker": "script"}, False, "refuse"),
        ("Other", "GET", {"Accept": "image/avif,*/*"}, False, "refuse"),
        ("Stylesheet", "GET", {}, False, "blank"),
        ("Image", "GET", {}, False, "refuse"),
        ("Media", "GET", {}, False, "refuse"),
        ("Font", "GET", {}, False, "refuse"),
        ("Ping", "POST", {}, False, "refuse"),
    ],
)
def test_what_a_page_may_ask_for(
    kind: str, method: str, headers: dict[str, str], is_page: bool, verdict: Verdict
) -> None:
    request = BrowserRequest("https://quay.example/x", method, kind, headers, is_page)
    assert judge(request) == verdict
    tracker = BrowserRequest("https://www.googletagmanager.com/x", method, kind, headers, is_page)
    assert judge(tracker) != "ask"
    # What counts readers of others may be a newspaper itself.
    assert judge(replace(tracker, is_own=True)) == verdict


def test_no_cookie_and_no_other_name_is_sent() -> None:
    headers = {"Cookie": "a=b", "User-Agent": "Chrome", "sec-ch-ua": "x", "X-Key": "1"}
    request = BrowserRequest("https://quay.example/x", "GET", "Fetch", headers, False)
    assert request.sent_headers == {"X-Key": "1"}


def test_scripts_are_held_for_a_while() -> None:
    now = [0.0]
    cache = ScriptCache(lambda: now[0])
    script = BrowserRequest("https://quay.example/app.js", "GET", "Script", {}, False)
    fetched = BrowserRequest("https://quay.example/api", "GET", "Fetch", {}, False)
    private = BrowserRequest("https://quay.example/own.js", "GET", "Script", {}, False)
    answer = BrowserAnswer(200, (), b"1")
    for request in (script, fetched):
        cache.put(request, answer)
    cache.put(private, BrowserAnswer(200, (("Cache-Control", "private, no-store"),), b"2"))
    assert [cache.get(request) for request in (script, fetched, private)] == [answer, None, None]
    now[0] = SECONDS + 1
    assert cache.get(script) is None


@pytest.mark.parametrize(
    ("kind", "titles", "little"),
    [
        ("home", [], True),
        ("home", ["Politik", "Meinung", "Leserbriefe von heute"] * 4, True),
        ("home", [None] * 12, True),
        ("section", ["The council votes for the bridge"] * 5, False),
        ("section", ["市議会が来年度の予算案を可決しました"] * 5, False),
        ("section", ["社会", "政治", "経済", "国際", "文化", "地域"], True),
        ("section", ["المجلس البلدي يقر ميزانية السنة"] * 5, False),
        ("feed", [], False),
        ("sitemap", [], False),
    ],
)
def test_an_entry_point_that_lists_little_may_be_waiting_for_its_scripts(
    kind: str, titles: list[str | None], little: bool
) -> None:
    assert lists_little(kind, titles) is little
