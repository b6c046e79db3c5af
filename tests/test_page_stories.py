"""Stories that only a page's data lists: JSON for its scripts, in any framework's form, and JSON-LD."""

import json
from collections.abc import Callable
from html import escape
from typing import Any

import pytest

from crawler.article import Page
from crawler.entrypoints import Unreadable, read_entry
from tests.support.clock import NOW

BASE = "https://www.heron.example"
AT = "2026-11-21T08:00:00Z"


def listed(markup: str, address: str = "/harbour") -> dict[str, str | None]:
    """The paths of the stories that a section page with this body lists, each with its headline."""
    html = f"<!doctype html><html><head><meta charset=utf-8><title>Harbour</title></head><body>{markup}</body></html>"
    listing = read_entry("section", Page(BASE + address, html.encode(), {}, NOW))
    return {item.url.removeprefix(BASE): item.title for item in listing.items}


def script(value: Any, attributes: str = 'type="application/json"') -> str:
    """A script that holds a value as JSON."""
    return (
        f"<div id=app></div><script {attributes}>{json.dumps(value, ensure_ascii=False)}</script>"
    )


def linked(value: Any) -> str:
    """A script of JSON-LD."""
    return script({"@context": "https://schema.org", **value}, 'type="application/ld+json"')


def of(*stories: dict[str, Any], inside: Callable[[list[Any]], Any]) -> str:
    """A page whose data holds these stories in some place."""
    return script(inside(list(stories)))


ROWS = [
    ("/harbour/ferry-late-again-4411", "The ferry was late again on Monday"),
    ("/harbour/mill-sold-to-town-4412", "The old mill is sold to the town"),
    ("/harbour/dam-leaks-in-autumn-4413", "The dam leaks, and nobody mends it"),
]
FILLING = {"filling": "x" * 300}


def rows(**names: str) -> list[dict[str, Any]]:
    """The stories with their address, headline and, where it is asked for, date under these keys."""
    made: list[dict[str, Any]] = []
    for path, title in ROWS:
        values = {"address": path, "title": title, "slug": path.rpartition("/")[2], "date": AT}
        made.append({key: values[what] for what, key in names.items()})
    return made


def flat(value: Any) -> list[Any]:
    """A value as one list whose members name each other by number."""
    members: list[Any] = []

    def placed(inner: Any) -> int:
        number = len(members)
        members.append(None)
        if isinstance(inner, dict):
            members[number] = {key: placed(item) for key, item in inner.items()}
        elif isinstance(inner, list):
            members[number] = [placed(item) for item in inner]
        else:
            members[number] = inner
        return number

    placed(value)
    return members


def streamed(value: Any, pieces: int) -> str:
    """A value as server components of React hand it on: a row in several calls."""
    row = f'0:["$","div",null,{{}}]\n1a:{json.dumps(["$", "$L5", None, value])}\n'
    size = len(row) // pieces + 1
    parts = [row[at : at + size] for at in range(0, len(row), size)]
    calls = (f"self.__next_f.push({json.dumps([1, part])})" for part in parts)
    return "".join(f"<script>{call}</script>" for call in calls)


def astro(value: Any) -> Any:
    """A value with the number of its kind before each part."""
    if isinstance(value, dict):
        return [0, {key: astro(item) for key, item in value.items()}]
    return [1, [astro(item) for item in value]] if isinstance(value, list) else [0, value]


def unquoted(items: list[dict[str, str]], mark: str = '"') -> str:
    """Stories as JavaScript writes them."""
    objects = (
        "{" + ",".join(f"{key}:{mark}{value}{mark}" for key, value in item.items()) + "}"
        for item in items
    )
    return "[" + ",".join(objects) + "]"


def attribute(value: Any, name: str = "data-page") -> str:
    """An element that holds a value in an attribute."""
    return f'<div id=app {name}="{escape(json.dumps(value))}"></div>'


PLAIN = rows(address="url", title="title")
DATED = rows(address="url", title="title", date="publishedAt")
FORMS = {
    "Next": script({"props": {"pageProps": {"articles": PLAIN, **FILLING}}, "page": "/[section]"}),
    "server components": streamed({"items": DATED, **FILLING}, 4),
    "Nuxt 2": f"<script>window.__NUXT__=(function(a,b){{return {{layout:a,data:[{{items:{unquoted(PLAIN)}}}],error:b}}}}(\"default\",null));</script>",
    "Nuxt 3": script(flat({"data": {"list": DATED}, "state": {}, **FILLING}), 'type="application/json" id="__NUXT_DATA__"'),
    "a state": f"<script>window.__INITIAL_STATE__ = {json.dumps({'section': {'items': PLAIN}, **FILLING})};</script>",
    "a state in a string": f"<script>window.__STATE__=JSON.parse({json.dumps(json.dumps({'feed': PLAIN, **FILLING}))});</script>",
    "a state in single quotes": f"<script>var page = {{teasers: {unquoted(PLAIN, chr(39))}, size: 20,}};{' ' * 300}</script>",
    "Apollo": script({"ROOT_QUERY": {'articles({"tag":"x"})': [{"__ref": f"Article:{n}"} for n in range(3)]}, **{f"Article:{n}": {"__typename": "Article", "id": n, **row} for n, row in enumerate(rows(address="path", title="headline"))}}),
    "Arc": f"<script>Fusion.globalContent={json.dumps({'content_elements': [{'type': 'story', 'headlines': {'basic': row['title']}, 'canonical_url': row['url'], 'websites': {'heron': {'website_url': row['url']}}} for row in PLAIN], **FILLING})};</script>",
    "WordPress": script({"posts": [{"id": 7, "date": AT, "link": BASE + row["url"], "title": {"rendered": row["title"]}, "_links": {"self": [{"href": f"{BASE}/wp-json/wp/v2/posts/7"}]}} for row in PLAIN]}),
    "Strapi": script({"data": [{"id": 1, "attributes": row} for row in rows(slug="slug", title="title", date="publishedAt")], **FILLING}),
    "Sanity": script({"posts": [{"_type": "post", "title": row["title"], "slug": {"_type": "slug", "current": row["slug"]}} for row in rows(slug="slug", title="title")], **FILLING}),
    "GraphQL": script({"stories": {"edges": [{"node": {"title": row["title"], "slug": row["slug"], "section": {"name": "Harbour", "slug": "harbour"}}} for row in rows(slug="slug", title="title")]}, **FILLING}),
    "Inertia": attribute({"component": "Section", "props": {"articles": PLAIN}, **FILLING}),
    "Astro": attribute(astro({"stories": DATED, **FILLING})[1], "props"),
    "SvelteKit": script({"status": 200, "body": json.dumps({"teasers": DATED})}, 'type="application/json" data-sveltekit-fetched'),
    "Angular": script({"g1": {"body": PLAIN}, **FILLING}).replace('"', "&q;").replace("&q;application/json&q;", '"application/json"'),
    "Ember": script({"records": DATED, **FILLING}, 'type="fastboot/shoebox" id="shoebox-main"'),
    "seconds": script({"list": [{**row, "pubTime": 1_795_248_000 + n} for n, row in enumerate(PLAIN)], **FILLING}),
    "markup in a string": script({"html": "".join(f"<h3><a href='{path}'>{title}</a></h3>" for path, title in ROWS), **FILLING}),
    "markup in a template": "<script type='text/template'>" + "".join(f"<li><a href='{path}'>{title}</a></li>" for path, title in ROWS) + "</script>",
    "slugs with a path": script({"list": [{**row, "slug": row["slug"][1:], "label": "Live"} for row in rows(address="slug", title="title")], **FILLING}),
    "a router's pattern": script({"list": [{"title": row["title"], "link": {"href": "/[section]/[slug]", "as": row["url"]}} for row in PLAIN], **FILLING}),
    "JSON-LD, entries": linked({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": n, "url": BASE + row["url"], "name": row["title"]} for n, row in enumerate(PLAIN)]}),
    "JSON-LD, items": linked({"@type": "CollectionPage", "mainEntity": {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": {"@type": "NewsArticle", "@id": BASE + row["url"], "headline": row["title"]}} for row in PLAIN]}}),
    "JSON-LD, parts": linked({"@type": "CollectionPage", "hasPart": [{"@type": "NewsArticle", "url": row["url"], "headline": row["title"]} for row in PLAIN]}),
}  # fmt: skip


@pytest.mark.parametrize("markup", FORMS.values(), ids=FORMS)
def test_a_list_is_read_in_any_form(markup: str) -> None:
    assert listed(markup) == dict(ROWS)


def test_addresses_alone_are_enough_where_a_list_is_declared() -> None:
    urls = [BASE + path for path, _ in ROWS]
    entries = [{"@type": "ListItem", "position": 1, "url": url} for url in urls]
    assert list(listed(linked({"@type": "ItemList", "itemListElement": entries}))) == [
        path for path, _ in ROWS
    ]
    assert list(listed(linked({"@type": "ItemList", "itemListElement": urls}))) == [
        path for path, _ in ROWS
    ]


@pytest.mark.parametrize(
    ("title_key", "address_key", "titles"),
    [
        ("titulo", "enlace", ["El puerto reabre tras la tormenta", "La presa pierde agua otra vez"]),
        ("titel", "adresse", ["Hafen öffnet nach dem Sturm wieder", "Der Damm leckt schon wieder"]),
        ("başlık", "adres", ["Liman fırtınadan sonra yeniden açıldı", "Baraj yine su kaçırıyor deniyor"]),
        ("العنوان", "الرابط", ["إعادة فتح الميناء بعد العاصفة الأخيرة", "السد يسرب المياه مرة أخرى هذا العام"]),
        ("見出し", "リンク", ["嵐のあと港の業務が再開された", "ダムから再び水漏れが見つかる"]),
        ("заголовок", "ссылка", ["Порт снова открыт после шторма", "Плотина снова течёт этой осенью"]),
        ("title", "seo_url", ["बंदरगाह तूफान के बाद फिर खुला", "बांध से फिर पानी रिस रहा है"]),
    ],
)  # fmt: skip
def test_the_language_of_the_keys_does_not_matter(
    title_key: str, address_key: str, titles: list[str]
) -> None:
    stories = [
        {title_key: title, address_key: f"/n/{number}88412", "img": f"/pictures/{number}77000"}
        for number, title in enumerate(titles)
    ]
    found = listed(script({"rows": stories, **FILLING}))
    kept = title_key == "title"
    assert found == {f"/n/{n}88412": title if kept else None for n, title in enumerate(titles)}


def test_a_short_headline_counts_where_it_is_dated() -> None:
    stories = [{"title": "Fire at sea", "url": "/harbour/fire-at-sea-991", "date": "21.11.2026"}]
    assert list(listed(script({"stories": stories, **FILLING}))) == ["/harbour/fire-at-sea-991"]


def test_what_the_markup_lacks_stands_behind_what_it_shows() -> None:
    links = "".join(f"<h2><a href={path}>{title}</a></h2>" for path, title in ROWS[:1])
    found = listed(f"<main>{links}</main>" + script({"more": DATED, **FILLING}))
    assert list(found.items()) == ROWS


def test_a_slug_is_completed_by_what_else_the_page_says() -> None:
    stories = rows(slug="slug", title="title")
    shown = {"canonical": f"{BASE}/2026/11/ferry-late-again-4411"}
    found = listed(script({"shown": shown, "stories": stories, **FILLING}))
    assert list(found) == [f"/2026/11/{story['slug']}" for story in stories]


def test_a_path_without_its_first_slash_begins_at_the_root() -> None:
    stories = [{**row, "uri": row["uri"][1:]} for row in rows(address="uri", title="title")]
    assert listed(script({"stories": stories, **FILLING}), "/en/harbour/") == dict(ROWS)


MENU = [
    {"title": "Harbour", "url": "/harbour", "updatedAt": AT},
    {"title": "Who we are: the newsroom", "url": "/pages/who-we-are-10001"},
    {"title": "Terms of use and of sale", "url": "/pages/terms-of-use-10002"},
]
NO_STORIES = {
    "a menu": {"mainMenu": MENU},
    "a foot": {"layout": {"footerLinks": MENU, "breadcrumbs": MENU}},
    "short names": {"links": [{"title": name, "url": f"/{name.lower()}"} for name in ("Sport", "Town", "Sea and ports")]},
    "advertisements": {"adSlots": DATED, "list": [{**row, "isAd": True} for row in DATED], "more": [{**row, "type": "advertisement"} for row in DATED]},
    "other sites": {"list": [{**row, "url": f"https://www.egret.example{row['url']}"} for row in DATED]},
    "authors": {"authors": [{"name": "Ana Maria Berger de Souza", "url": "/by/ana-maria-berger-10", "createdAt": AT}]},
    "pictures": {"pictures": [{"title": "The harbour in the morning", "url": f"/media/{n}.jpg", "date": AT} for n in range(3)]},
    "answers to scripts": {"list": [{**row, "url": f"/api/v1/stories/{n}4411"} for n, row in enumerate(DATED)]},
    "patterns": {"list": [{"title": "The harbour wall is mended again", "path": "/:section/:slug-4411", "date": AT}]},
    "markup of a menu": {"html": "<nav>" + "".join(f"<a href=/pages/about-us-{n}001>All that you want to know of us, part {n}</a>" for n in range(4)) + "</nav>"},
    "the page itself": {"page": {"title": "All the news of the harbour", "url": "/harbour", "date": AT}},
    "nothing that is named": {"a": [1, None, {"url": 5, "title": ["x"]}, {"url": {"url": {"url": {}}}}], "slug": {"slug": {"slug": "x"}}},
}  # fmt: skip


@pytest.mark.parametrize("value", NO_STORIES.values(), ids=NO_STORIES)
def test_menus_advertisements_and_other_sites_give_no_stories(value: Any) -> None:
    shown = "<main><h2><a href=/harbour/quay-1>Quay</a></h2></main>"
    assert list(listed(shown + script({**value, **FILLING}))) == ["/harbour/quay-1"]


def test_crumbs_are_no_list_of_stories() -> None:
    crumbs = [
        {"@type": "ListItem", "position": n, "item": {"@id": BASE + path, "name": title}}
        for n, (path, title) in enumerate(ROWS)
    ]
    with pytest.raises(Unreadable):
        listed(linked({"@type": "BreadcrumbList", "itemListElement": crumbs}))


def test_headlines_without_dates_count_only_where_the_markup_lists_hardly_any() -> None:
    links = "".join(
        f"<h2><a href=/harbour/n-{n}>The harbour wall is mended again, part {n}</a></h2>"
        for n in range(3)
    )
    found = listed(f"<main>{links}</main>" + script({"related": PLAIN, **FILLING}))
    assert len(found) == 3


HOSTILE = {
    "deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "deep lists": "[" * 200_000,
    "wide": json.dumps({"list": [{"title": f"The harbour wall, part {n}", "url": f"/harbour/wall-{n}4411", "date": AT} for n in range(30_000)]}),
    "in strings": json.dumps({"a": json.dumps({"a": json.dumps({"a": json.dumps([DATED] * 300)})})}),
    "numbers of each other": json.dumps([{"a": 1, "b": 1}, *({"a": n + 1, "b": n + 1} for n in range(1, 2_000)), {"a": 0, "b": 0}]),
    "a member of itself": json.dumps([{"slug": 0, "x": 1, "title": 0}, "y" * 300, 0]),
    "braces of scripts": "window.x={a:" * 40_000,
    "rows": "".join(f"self.__next_f.push([1,\"{n:x}:[1]\\n\"])\n" for n in range(20_000)),
}  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", ["application/json", "", "application/ld+json"])
def test_hostile_data_is_read_within_bounds(source: str, kind: str) -> None:
    markup = f"<h2><a href=/harbour/quay-1>Quay</a></h2><script type='{kind}'>{source}</script>"
    assert len(listed(markup)) <= 400
