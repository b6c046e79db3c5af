"""A date is the article's own: no teaser's, no paragraph's, and an update only where readers are
told so.
"""

import pytest

from crawler.article import Page
from crawler.extract import extract
from tests.support.clock import NOW, moment

TITLE = "The ferry of Ostra gets a second deck"
SENTENCES = [
    "The council of Ostra voted on Monday evening for a second deck on the ferry that crosses the sound.",
    "Builders said that the work takes two winters, and that the old engine is kept as long as it runs.",
    "Farmers on the island asked for more room for lorries, since milk has to reach the dairy by six.",
    "A third of the money comes from the county, which closed the bridge after the storm of last year.",
    "The captain, who has steered the boat for thirty years, called the decision late but welcome.",
    "Passengers may give their opinion on the timetable until the end of the month, the council said.",
]
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
SHORT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES[:3])


def _day(body: str, language: str = "en", head: str = "", above: str = "") -> str | None:
    html = (
        f'<html lang="{language}"><head><title>{TITLE}</title>{head}</head><body><main>{above}<article>'
        f"<h1>{TITLE}</h1>{body}</article></main></body></html>"
    )
    page = Page("https://ostra.example/news/48213", html.encode(), {}, NOW)
    published = extract(page).published
    return published.date().isoformat() if published else None


TEASERS = [
    '<aside><h4>The storm of 2021</h4><time datetime="2021-03-02">2 March 2021</time></aside>',
    '<aside><p>The storm</p><time datetime="2021-03-02">2 March 2021</time></aside>',
    '<div class="card"><h3>Bridge over the sound stays closed</h3><span class="date">2 March 2021</span></div>',
    '<div><a href="/old">Bridge over the sound stays closed</a> <time datetime="2021-03-02">2 March 2021</time></div>',
    '<div><div><a href="/old">Pont fermé depuis la grande tempête</a></div><div>Publié le 2 mars 2021</div></div>',
    '<a href="/old"><h3>Brücke über den Sund bleibt gesperrt</h3><time datetime="2021-03-02">2.3.2021</time></a>',
    '<section><h2><a href="/old">海峡大橋の閉鎖が春まで続く見通し</a></h2><p class="date">2021年3月2日</p></section>',
    '<div><a href="/old">الجسر يبقى مغلقا بعد العاصفة</a><span class="date">2 مارس 2021</span></div>',
    '<p>Builders had warned the council since <b>the spring</b> 2 March 2021 <a href="/old">and before</a>, when the old '
    "engine failed for the first time in the middle of the sound, with forty passengers aboard.</p>",
]


@pytest.mark.parametrize("teaser", TEASERS)
def test_a_date_in_a_teaser_is_another_article_s(teaser: str) -> None:
    own = '<p class="when">14 May 2024</p>'
    assert _day(TEXT + teaser) is None
    assert _day(own + TEXT + teaser) == "2024-05-14"


@pytest.mark.parametrize("teaser", [TEASERS[0], *TEASERS[3:]])
def test_a_teaser_in_a_short_text_or_above_it(teaser: str) -> None:
    own = '<p class="when">14 May 2024</p>'
    assert _day(SHORT + teaser) is None
    if "<h" in teaser:
        assert _day(own + teaser + TEXT) == "2024-05-14"


@pytest.mark.parametrize(
    "header",
    [
        # A standfirst that is a heading, with the date in its block; names and sections as links.
        "<div><h2>Milk has to reach the dairy by six in the morning</h2><span>14 May 2024</span></div>",
        '<div><p>Milk has to reach the dairy by six.</p><a href="/a/rae-oduya-lind" rel="author">Rae Oduya Lind Berg</a>'
        ' <time datetime="2024-05-14">14 May 2024</time></div>',
        '<aside><a href="/a/rae">Rae Oduya</a> <time datetime="2024-05-14">14 May 2024</time></aside>',
        # The headline again, as the link to itself.
        f'<div><h2><a href="/news/48213">{TITLE}</a></h2><time datetime="2024-05-14">14 May 2024</time></div>',
        "<p>14.05.2024 - <b>Ostra</b> " + " ".join(SENTENCES[:2]) + "</p>",
    ],
)
def test_a_date_beside_the_title_is_its_own(header: str) -> None:
    assert _day(header + TEXT) == "2024-05-14"


@pytest.mark.parametrize(
    "line",
    [
        '<time class="updated" datetime="2024-05-14">May 14, 2024</time>',
        '<span class="post-modified-date">May 14, 2024</span>',
        '<p class="maj">14 mai 2024</p>',
        '<div id="last-update">14.05.2024</div>',
        '<time itemprop="dateModified" datetime="2024-05-14T08:00:00Z">May 14, 2024</time>',
    ],
)
def test_a_class_alone_makes_no_update(line: str) -> None:
    """Themes mark the only date that they print as "updated"; words that say so are believed."""
    teaser = '<aside><time class="updated" datetime="2024-02-01">February 1, 2024</time></aside>'
    assert _day(line + TEXT + teaser) == "2024-05-14"
    published = '<span class="published">May 2, 2024</span>'
    assert _day(published + line + TEXT) == "2024-05-02"
    assert _day("<p>Last updated on May 14, 2024</p>" + TEXT) is None


OTHER = "Bridge over the sound stays closed"


@pytest.mark.parametrize(
    "other",
    [
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{OTHER}", "url": "/old", '
        '"datePublished": "2021-03-02"}</script>',
        f'<div itemscope><meta itemprop="datePublished" content="2021-03-02"><a itemprop="headline" href="/old">{OTHER}</a></div>',
    ],
)
def test_what_describes_another_article_does_not_date_this_one(other: str) -> None:
    assert _day(TEXT + other) is None
    own = '<div itemscope><meta itemprop="datePublished" content="2024-05-14"></div>'
    assert _day(other + own + TEXT) == "2024-05-14"


def test_paragraphs_of_writings_without_spaces_are_prose() -> None:
    text = (
        "<p>"
        + "市議会は月曜日の夜、旧港の改修予算をめぐって四時間にわたる議論を行い可決した。" * 2
        + "</p>"
    )
    teaser = '<div><a href="/old">資金不足で埠頭が閉鎖される見通し</a><p class="meta">2021年3月2日</p></div>'
    assert _day(text * 4 + teaser, "ja") is None
    assert _day('<p class="meta">2024年5月14日</p>' + text * 4 + teaser, "ja") == "2024-05-14"


def test_two_times_of_a_day_in_a_language_whose_labels_are_not_known() -> None:
    line = "<div>Argitaratua: 2024/05/14 08:30 Eguneratua: 2024/05/14 09:45</div>"
    assert _day(line + TEXT, "eu") == "2024-05-14"


@pytest.mark.parametrize(
    ("above", "language"),
    [
        ('<div class="info"><span>14 May 2024</span></div>', "en"),
        ("<p>Mis en ligne le 14 mai 2024 à 8h15</p>", "fr"),
        ('<ul><li>14.05.2024</li><li>Ostra</li></ul><div class="ad"></div>', "de"),
        ("<div><div><p>14 مايو 2024</p></div></div>", "ar"),
    ],
)
def test_a_line_right_above_the_article_tells_its_date(above: str, language: str) -> None:
    assert _day(TEXT, language, above=above) == "2024-05-14"


@pytest.mark.parametrize(
    "above",
    [
        "<header><p>14 May 2024</p></header>",
        '<div><a href="/old"><h3>Bridge over the sound stays closed</h3></a><span>14 May 2024</span></div>',
        f"<p>14 May 2024</p><div><p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p></div>",
        f"<p>{NOW:%d.%m.%Y}</p>",
    ],
)
def test_what_stands_above_the_article_may_be_the_site_s(above: str) -> None:
    assert _day(TEXT, above=above) is None


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("3 dagen geleden", "nl"),
        ("3 dni temu", "pl"),
        ("há 3 dias", "pt"),
        ("för 3 dagar sedan", "sv"),
        ("před 3 dny", "cs"),
        ("3 gün önce", "tr"),
        ("3日前", "ja"),
        ("3일 전", "ko"),
        ("לפני 3 ימים", "he"),
        ("۳ روز پیش", "fa"),
        ("acum 3 zile", "ro"),
    ],
)
def test_times_past_in_the_page_s_language(line: str, language: str) -> None:
    assert _day(f"<div>{line}</div>{TEXT}", language) == moment(19).date().isoformat()


def test_a_span_of_time_is_not_past() -> None:
    assert _day(f"<div>för 3 dagar</div>{TEXT}", "sv") is None


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("The old gate broke 3 days ago", "en"),
        ("Stara brama pękła 3 dni temu", "pl"),
        ("Il vecchio cancello si ruppe 3 mesi fa", "it"),
    ],
)
def test_a_standfirst_that_tells_of_times_past_is_no_date(line: str, language: str) -> None:
    assert _day(f"<h2>{line}</h2>{TEXT}", language) is None
