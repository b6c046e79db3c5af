"""Walls and errors in the place of articles, with status 200 and in any language."""

from datetime import timedelta

import pytest

from crawler.article import Hints, Page
from crawler.extract import read
from crawler.extract.refusal.announced import is_announced
from crawler.policy.decide import SECOND_LOOK
from crawler.policy.passing import next_look
from crawler.policy.shared import stands_in
from tests.support.clock import NOW

PROSE = [
    "The ferry company said on Monday that the boats to the northern islands will run twice a day again from the first week of May.",
    "Two of its three ships had been in the yard since a storm in February, and the islanders had to do with one crossing a day.",
    "The harbour master expects the queues at the landing stage to be gone within a fortnight, and asks for patience until then.",
    "Fares stay as they are until the autumn, when the county council looks at its contract with the company for the coming year.",
    "A new ship, the first in thirty years, is to be christened in June and sails to Skar and to Little Holm before midsummer.",
]


def visited(
    announced: str,
    heading: str,
    *lines: str,
    title: str = "",
    address: str = "sea/9081726",
    language: str = "en",
    head: str = "",
    by_link: bool = False,
) -> str:
    """What a crawl makes of a page that was announced so: "article", or why it is none."""
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    body = (
        f'<html lang="{language}"><head><meta charset="utf-8"><title>{title or heading}</title>{head}</head>'
        f"<body><main><h1>{heading}</h1>{paragraphs}</main></body></html>"
    )
    hints = Hints(link=announced) if by_link else Hints(title=announced, published=NOW)
    url = f"https://www.lighthouse.example/{address}"
    result = read(Page(url, body.encode(), {}, NOW, hints=hints))
    return result.refused.reason if result.refused else "article"


@pytest.mark.parametrize("by_link", [False, True], ids=["feed", "link"])
@pytest.mark.parametrize(
    ("language", "announced", "heading", "line"),
    [
        (
            "sv",
            "Färjorna till öarna går igen från maj",
            "Vi bryr oss om din integritet",
            "Vi och våra partner sparar uppgifter på din enhet, till exempel kakor. Du kan godkänna eller neka.",
        ),
        (
            "pl",
            "Promy na wyspy znowu kursują od maja",
            "Zanim przejdziesz dalej",
            "Szanujemy prywatność czytelników. Zgoda na przetwarzanie danych jest dobrowolna.",
        ),
        (
            "ja",
            "島へのフェリー、5月から再開へ",
            "お使いのブラウザを確認しています",
            "しばらくお待ちください。この処理は自動的に行われます。数秒で元のページに戻ります。",
        ),
        (
            "hi",
            "द्वीपों के लिए नौका सेवा मई से फिर शुरू",
            "कृपया लॉगिन करें",
            "यह सामग्री केवल पंजीकृत पाठकों के लिए है। आगे पढ़ने के लिए लॉगिन करें।",
        ),
        (
            "he",
            "המעבורות לאיים חוזרות לפעול במאי",
            "האתר בשיפוצים",
            "אנחנו משדרגים את המערכת ונחזור בקרוב. תודה על הסבלנות שלכם.",
        ),
        (
            "da",
            "Færgerne til øerne sejler igen fra maj",
            "Ups!",
            "Vi kan desværre ikke finde den side, du leder efter. Måske er den flyttet.",
        ),
        (
            "ko",
            "섬으로 가는 여객선 5월부터 운항 재개",
            "서비스 점검 중입니다",
            "더 나은 서비스를 위해 점검을 하고 있습니다. 잠시 후 다시 접속해 주세요.",
        ),
        (
            "es",  # of three words, one begins like one of the wall: "discu"
            "Los vecinos discuten el embarcadero",
            "No disponible",
            "Por razones legales esta página no se muestra en tu país. Disculpa las molestias.",
        ),
    ],
)
def test_a_page_without_what_was_announced_is_no_article(
    language: str, announced: str, heading: str, line: str, by_link: bool
) -> None:
    said = visited(announced, heading, line, language=language, by_link=by_link)
    assert said == "unannounced"


def test_an_error_page_with_other_stories_is_no_article() -> None:
    assert visited("Forest fire near Vardal burns on", "Ojdå", *PROSE) == "unannounced"


def test_an_address_announces_what_a_sitemap_lists_without_a_title() -> None:
    page = ("Welkom", "Met uw toestemming gebruiken wij en onze partners cookies.")
    assert visited("", *page, address="zee/veerboten-varen-vanaf-mei-991") == "unannounced"


@pytest.mark.parametrize(
    ("announced", "heading", "line"),
    [
        (
            "Fishing boat towed into harbour",
            "Fishing boat towed into harbour",
            "A boat with four men aboard was towed in on Monday. Nobody was hurt, the coast guard said.",
        ),
        (
            "漁船が沖合で故障、えい航される",
            "漁船が沖合で故障、えい航される",
            "15日未明、沖合で漁船が故障し、巡視船にえい航された。乗組員4人にけがはなかった。",
        ),
        (
            "Access denied: why islanders can't reach their beach",
            "Access denied: why islanders can't reach their beach",
            "A fence has stood across the path since Friday, and its owner says that it will stay.",
        ),
        (
            "Under maintenance: the town's only bridge",
            "Under maintenance: the town's only bridge",
            "The bridge is closed until Friday, and the ferry runs every ten minutes instead.",
        ),
        (
            "Page not found: archive looks for a leaf of 1404",
            "Page not found: archive looks for a leaf of 1404",
            "A leaf of the town's oldest book is gone. The archive asks for hints and offers a reward.",
        ),
        (
            "Ferries: the islanders wait",
            "“We feel forgotten out here”",
            "The islanders have waited for their ferries since a storm in February, and will wait on.",
        ),
    ],
)
def test_a_short_article_that_holds_what_was_announced_is_kept(
    announced: str, heading: str, line: str
) -> None:
    assert visited(announced, heading, line) == "article"


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Boats run twice a day"}</script>',
        '<meta property="article:published_time" content="2026-11-20T08:00:00Z">',
        '<meta property="og:type" content="article">',
    ],
    ids=["json-ld", "date", "open-graph"],
)
def test_an_article_that_declares_itself_may_have_another_headline_than_its_feed(head: str) -> None:
    said = visited("Photo gallery: week in pictures", "Boats run again", *PROSE, head=head)
    assert said == "article"


IDEOGRAPHS = [
    "北の島々へ向かう船は五月の第一週から一日二往復に戻ると、運航会社が月曜日に明らかにした。",
    "三隻のうち二隻は二月の嵐のあと造船所に入っており、島の人々は一日一便でしのいできた。",
    "港長は二週間以内に桟橋の行列がなくなると見ており、それまでの辛抱を利用者に求めている。",
    "運賃は秋まで据え置かれ、その後に郡議会が来年度の契約を見直す。新しい船は六月に命名される。",
    "夏までにはスカル島と小ホルム島へも向かう予定だと、会社の担当者は会見のあとに付け加えた。",
]
OPEN_GRAPH = '<meta property="og:type" content="article">'


@pytest.mark.parametrize(
    ("lines", "head", "outcome"),
    [
        (IDEOGRAPHS, OPEN_GRAPH, "article"),
        (IDEOGRAPHS, "", "unannounced"),
        (["この記事は公開を終了しました。ほかの記事をご覧ください。"], OPEN_GRAPH, "unannounced"),
    ],
    ids=["declared", "not declared", "a notice"],
)
def test_a_text_of_ideographs_is_a_whole_one_with_fewer_of_them(
    lines: list[str], head: str, outcome: str
) -> None:
    said = visited("写真特集：今週の一枚", "灯台新聞", *lines, language="ja", head=head)
    assert said == outcome


@pytest.mark.parametrize(
    ("reason", "hours"),
    [
        ("blocked", [1, 3, 9, 27, 81]),
        ("consent", [1, 3, 9, 27, 81]),
        ("maintenance", [1, 3, 9, 27, 81]),
        ("unannounced", [1, 3, 9, 27, 81]),
        ("empty", [1, 3, 9, 27, 81]),
        ("shared", [1, 3, 9, 27, 81]),
        ("max redirections reached", [1, 3, 9, 27, 81]),
        ("noindex", []),
        ("no-article", []),
        ("soft-404", []),
    ],
)
def test_what_may_pass_is_looked_at_again_within_hours(reason: str, hours: list[int]) -> None:
    waits = [next_look(reason, tries, NOW) - NOW for tries in range(7)]
    assert waits[: len(hours)] == [timedelta(hours=number) for number in hours]
    assert set(waits[len(hours) :]) == {SECOND_LOOK}


@pytest.mark.parametrize(
    ("is_announced", "elsewhere", "refused"),
    [
        (True, 40, False),
        (False, 1, False),
        (False, 2, True),
        (None, 3, False),
        (None, 4, True),
    ],
    ids=["a text of an agency", "a doubled article", "a wall", "an agency's text", "a notice"],
)
def test_a_text_at_several_addresses_stays_where_it_was_announced(
    is_announced: bool | None, elsewhere: int, refused: bool
) -> None:
    assert stands_in(is_announced, elsewhere) == refused


@pytest.mark.parametrize(
    ("is_announced", "elsewhere", "refused"), [(None, 8, False), (None, 12, True), (False, 2, True)]
)
def test_a_text_about_its_own_headline_may_stand_in_several_editions(
    is_announced: bool | None, elsewhere: int, refused: bool
) -> None:
    assert stands_in(is_announced, elsewhere, about_itself=True) == refused


STORM = {
    "de": (
        "Wasserverband warnt vor Lecks im Norddeich",
        "Der Wasserverband warnt vor Lecks im Norddeich, die bei der Begehung am Dienstag an drei Stellen gefunden wurden.",
        "An der Böschung tritt Wasser aus, und der Verband hat die Straße auf der Krone für schwere Fahrzeuge gesperrt.",
        "Die Reparatur kostet nach einer ersten Schätzung vier Millionen und kann erst im Frühjahr beginnen.",
        "Die Bauern hinter dem Deich fürchten um ihre Wintersaat und fordern, dass der Verband sofort Sandsäcke legt.",
        "Ein Sprecher sagte, Gefahr für die Häuser bestehe derzeit nicht; die Messungen würden täglich wiederholt.",
        "Der Rat des Kreises berät am Donnerstag öffentlich über das Geld und lädt die Anwohner dazu ein.",
    ),
    "vi": (
        "Cảng chính mở cửa trở lại sau bão",
        "Cảng chính đã mở cửa trở lại vào sáng thứ Ba sau khi cơn bão lớn khiến các tuyến tàu ngừng hoạt động suốt ba ngày.",
        "Hàng trăm hành khách chờ ở bến từ đêm hôm trước, giám đốc cảng nói với phóng viên tại hiện trường vào trưa thứ Ba.",
        "Lịch tàu sẽ trở lại bình thường từ thứ Năm, và vé cũ vẫn có giá trị trong một tuần tới cho tất cả hành khách.",
        "Bão làm hỏng hai nhà kho và một tàu cá; chính quyền thành phố hứa hỗ trợ các chủ sở hữu trong tháng này.",
        "Ngư dân địa phương yêu cầu xây đê chắn sóng cao hơn, điều đã được hứa từ mười năm trước nhưng chưa làm.",
        "Nhà chức trách sẽ họp vào tuần tới để bàn về kế hoạch này cùng với người dân của các làng ven biển.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", STORM)
@pytest.mark.parametrize(
    ("announced", "address"),
    [
        ("What we know about the decision so far", "sea/9081726"),
        ("", "harbour-reopens-after-heavy-storm-99121"),
        ("", "national-politics-latest-news-update"),
    ],
    ids=["another title", "an English address", "an address of sections"],
)
def test_a_long_text_about_its_own_headline_is_kept_whatever_was_announced(
    language: str, announced: str, address: str
) -> None:
    assert visited(announced, *STORM[language], language=language, address=address) == "article"


@pytest.mark.parametrize(
    ("language", "address", "heading", "line"),
    [
        (
            "de",
            "schueler-ruetteln-muehlraeder-auf-99",
            "Schüler rütteln Mühlräder auf",
            "Die Schüler haben am Montag die Mühlräder geölt.",
        ),
        (
            "pl",
            "zolc-zalala-lodzkie-laki-99",
            "Żółć zalała łódzkie łąki",
            "Straż zamknęła we wtorek trzy drogi.",
        ),
        (
            "no",
            "foerste-oeyboere-roemmes-99",
            "Første øybøere rømmes",
            "Politiet hentet dem tirsdag kveld.",
        ),
    ],
)
def test_addresses_write_letters_with_marks_in_two_ways(
    language: str, address: str, heading: str, line: str
) -> None:
    assert is_announced(f"https://www.lighthouse.example/{address}", Hints(), heading, line)
