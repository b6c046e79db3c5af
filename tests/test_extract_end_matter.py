"""End matter and pointers: what stands below and between an article's sentences and is none of it,
and true sentences that look like it.
"""

import json
from datetime import UTC, datetime

import pytest

from crawler.article import Page
from crawler.extract import extract

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
URL = "https://www.paper.example/2026/harbour-rebuilt-48213.html"
PARAGRAPHS = {
    "en": [
        "The harbour council agreed on Tuesday to rebuild the old quay after nine months of talks with all sides.",
        "Mayor Ingrid Solheim said the work would start once the winter storms are over and the ice is gone.",
        "The bill is put at four million crowns, a third of which is to come from a fund set up after the flood.",
        "A first report on the piles is expected in March, and the council will vote in the week after it.",
    ],
    "de": [
        "Der Rat beschloss am Dienstag den Neubau des alten Kais, nach neun Monaten Gesprächen mit allen Seiten.",
        "Bürgermeisterin Ingrid Solheim sagte, die Arbeiten begännen nach den Stürmen und dem letzten Eis.",
        "Die Rechnung beläuft sich auf vier Millionen Kronen, ein Drittel davon kommt aus einem Fonds.",
        "Ein erster Bericht über die Pfähle wird im März erwartet, der Rat stimmt eine Woche später ab.",
    ],
    "fr": [
        "Le conseil a décidé mardi de rebâtir le vieux quai après neuf mois de discussions avec tous les voisins.",
        "La maire Inès Solal a déclaré que les travaux commenceraient après les tempêtes et la dernière glace.",
        "La facture s'élève à quatre millions de couronnes, dont un tiers viendra d'un fonds créé après la crue.",
        "Un premier rapport sur les pieux est attendu en mars, et le conseil votera la semaine suivante.",
    ],
    "es": [
        "El concejo acordó el martes reconstruir el viejo muelle tras nueve meses de conversaciones con todos.",
        "La alcaldesa Inés Solar dijo que las obras empezarán cuando pasen los temporales y el último hielo.",
        "La factura es de cuatro millones de coronas, un tercio de los cuales vendrá de un fondo tras la riada.",
        "Un primer informe sobre los pilotes se espera en marzo, y el concejo votará la semana siguiente.",
    ],
    "ar": [
        "قرر المجلس يوم الثلاثاء إعادة بناء الرصيف القديم بعد تسعة أشهر من المحادثات مع الصيادين وأصحاب المتاجر.",
        "وقالت رئيسة البلدية إن الأعمال ستبدأ بعد انتهاء عواصف الشتاء وإن أي قارب لن يفقد مكانه في المرفأ.",
        "وتبلغ الفاتورة أربعة ملايين كرونة يأتي ثلثها من صندوق أنشأته المقاطعة بعد الفيضان الأخير.",
        "ومن المتوقع صدور أول تقرير عن حالة الأعمدة في مارس، ثم يصوت المجلس في الأسبوع التالي.",
    ],
    "pl": [
        "Rada miasta zdecydowała we wtorek o przebudowie starego nabrzeża po dziewięciu miesiącach rozmów.",
        "Burmistrz Ewa Solska powiedziała, że prace rozpoczną się po zimowych sztormach i ostatnich lodach.",
        "Rachunek wynosi cztery miliony koron, z czego jedna trzecia pochodzi z funduszu po powodzi.",
        "Pierwszy raport o stanie pali spodziewany jest w marcu, a rada zagłosuje tydzień później.",
    ],
    "zh": [
        "市议会周二决定重建旧码头，此前与渔民、店主和渡轮公司进行了长达九个月的谈判，各方终于达成一致意见。",
        "市长表示，工程将在冬季风暴结束后开始，施工期间没有任何船只会失去泊位，渡轮也会照常运行。",
        "费用估计为四百万克朗，其中三分之一来自两年前洪水之后由县政府设立的专项基金，其余由市财政承担。",
        "关于木桩状况的第一份报告预计将于三月公布，市议会将在随后的一周就合同进行表决，并公布施工日程。",
    ],
}
SITES = {
    "en": "The Tidewater Post",
    "de": "Hafenbote",
    "fr": "Le Sémaphore",
    "es": "El Timón",
    "ar": "الشراع",
    "pl": "Kotwica",
    "zh": "船锚报",
}
TITLE = "48213: the quay"


def text_lines(
    language: str,
    *,
    below: str = "",
    between: str = "",
    author: str = "",
    title: str = TITLE,
    above: str = "",
) -> list[str]:
    """The text of a page with this markup below its paragraphs, between them, above its headline."""
    first, *rest = (f"<p>{words}</p>" for words in PARAGRAPHS[language])
    described = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title}
    if author:
        described["author"] = author
    body = (
        f'<html lang="{language}"><head><meta charset="utf-8"><title>{title} | {SITES[language]}</title>'
        f'<script type="application/ld+json">{json.dumps(described)}</script></head><body><main><article>'
        f"{above}<h1>{title}</h1>{first}{between}{''.join(rest)}{below}</article></main></body></html>"
    )
    return extract(Page(URL, body.encode(), {}, NOW)).text.split("\n")


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Nora Fjeld is a staff writer at the Post and covers the coast."),
        ("en", "This story first ran in the Ferry Letter and is republished here with permission."),
        ("en", "Reporting by Nora Fjeld; editing by Tom Aas"),
        ("en", "The views expressed in this column are those of the author."),
        ("en", "Support our journalism and become a member of the Post."),
        ("de", "Nora Fjeld ist Reporterin des Hafenboten."),
        ("de", "Dieser Beitrag wurde zuerst im Fährenbrief veröffentlicht."),
        ("de", "Unterstützen Sie uns mit einer Spende."),
        ("fr", "Nora Fjeld est correspondante du Sémaphore depuis dix ans."),
        ("fr", "Les propos tenus dans cette tribune n'engagent que leur auteure."),
        ("fr", "Soutenez notre rédaction par un don, même petit."),
        ("es", "Nora Fjeld es corresponsal de El Timón en el norte."),
        ("es", "Este artículo se publicó originalmente en La Carta del Muelle."),
        ("es", "Si te gusta lo que hacemos, apóyanos con una donación."),
        ("ar", "نورا سالم مراسلة الشراع في الشمال منذ عشر سنوات."),
        ("ar", "الآراء الواردة في هذا المقال لا تعبر بالضرورة عن رأي الموقع."),
        ("pl", "Nora Fjeld jest dziennikarką Kotwicy."),
        ("pl", "Ten artykuł ukazał się po raz pierwszy w Liście z Promu."),
        ("pl", "Fot. Kotwica / Jan Zych"),
        ("zh", "李明是船锚报记者，长期报道沿海新闻。"),
        ("zh", "本文首发于海岸通讯，经授权转载。"),
    ],
)
def test_end_matter_leaves_the_text(language: str, line: str) -> None:
    assert text_lines(language, below=paragraphs(line)) == PARAGRAPHS[language]


@pytest.mark.parametrize(
    "below",
    [
        "<p>Nora Fjeld lives by the sea.</p>",
        "<p>Nora Fjeld</p>",
        "<p><em>For ten years Nora Fjeld has sailed on every ferry of the coast.</em></p>",
        "<p>Nora Fjeld writes on ports.</p><p>She sails.</p>",
        "<div class='k3'><p><b>Who writes here:</b></p><p>Nora Fjeld sails a boat of her own.</p></div>",
    ],
)
def test_a_biography_is_known_by_the_declared_author(below: str) -> None:
    assert text_lines("en", below=below, author="Nora Fjeld") == PARAGRAPHS["en"]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "ALSO READ | The lighthouse after the storm"),
        ("en", "More on the quay: a fall foretold"),
        ("de", "Passend dazu: So sieht der Turm nach dem Sturm aus"),
        ("de", "Neugierig geworden? Hier geht es zur Chronik des Kais"),
        ("fr", "À relire : le phare, d'un siècle à l'autre"),
        ("es", "PUEDE LEER: Así quedó el faro después de la tormenta"),
        ("ar", "قد يهمك أيضا: المنارة بعد العاصفة"),
        ("pl", "Zobacz też: Latarnia po burzy"),
        ("zh", "延伸阅读：风暴后的灯塔"),
        (
            "pl",
            "Nasz tekst na ten temat: <a href='/x-1.html'>Latarnia po burzy, jakiej nie było</a>",
        ),
    ],
)
def test_a_pointer_leaves_the_text_between_its_paragraphs(language: str, line: str) -> None:
    assert text_lines(language, between=f"<p>{line}</p>") == PARAGRAPHS[language]


def test_a_list_of_links_that_an_article_gives_stays() -> None:
    names = ["Radio of the North", "The Weekly Paper", "Channel of the Coast", "Review of Ports"]
    links = [f"{name}: <a href='/{name}'>The quay and the sea</a>" for name in names]
    text = text_lines("en", between=paragraphs(*links))
    assert [line.split(":")[0] for line in text[1:5]] == names


@pytest.mark.parametrize("kicker", ["Harbour", "Hafen und Meer", "مرفأ"])
def test_a_label_above_the_headline_is_no_paragraph(kicker: str) -> None:
    assert text_lines("en", above=f"<p>{kicker}</p>") == PARAGRAPHS["en"]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["“Support us, follow us, subscribe to our newsletter,” the mayor shouted."]),
        (
            "en",
            ["Originally published in 1925, the novel may now be copied by anyone who wishes to."],
        ),
        ("en", ["This report will be published in March by the county, after the vote."]),
        (
            "en",
            ["The author of the attack took responsibility and said his opinions had not changed."],
        ),
        ("en", ["Director: Nora Fjeld", "Translated by: Tom Aas", "Cast: Ann Lind, Carl Moe"]),
        (
            "de",
            [
                "Wer spenden will, findet das Konto des Vereins auf der Seite der Stadt, sagte Solheim."
            ],
        ),
        ("de", ["Die Lizenz der Fähre läuft im Dezember aus und wird nicht verlängert."]),
        ("fr", ["Le journaliste du Sémaphore, Marc Oduya, a été libéré vendredi après trois ans."]),
        ("fr", ["L'auteur présumé des tirs a reconnu sa responsabilité devant le juge."]),
        (
            "es",
            [
                "Su gobierno nos pide apoyo para un contrato que nos obliga a todos, dijo la alcaldesa."
            ],
        ),
        ("ar", ["وأضاف سمير عودة مراسل الشراع في الشمال إن الأعمال ستبدأ في الربيع المقبل."]),
        ("zh", ["船锚报记者李明在现场看到，工人们已经开始拆除旧木板。"]),
    ],
)
def test_a_last_sentence_that_looks_like_end_matter_stays(language: str, lines: list[str]) -> None:
    assert text_lines(language, below=paragraphs(*lines)) == [*PARAGRAPHS[language], *lines]


def test_a_journalist_whom_the_article_is_about_stays() -> None:
    line = "Nora Fjeld is a reporter at the Post. She was released on Friday."
    text = text_lines(
        "en", below=paragraphs(line), title="Reporter Nora Fjeld released after a year"
    )
    assert text[-1] == line


@pytest.mark.parametrize(
    "line",
    [
        "Plan A: rebuild the quay in wood",
        "Q: What will become of the quay?",
        "Mein Fazit: Der Kai bleibt",
    ],
)
def test_a_heading_with_a_colon_stays(line: str) -> None:
    assert text_lines("en", between=f"<p>{line}</p>")[1] == line


@pytest.mark.parametrize(
    "line",
    [
        "Read also: The council had promised the same quay to the fishermen four years ago.",
        "Regarder aussi : Sa mère a marché des heures sur la digue, sans rencontrer personne.",
        "Siehe auch: Der Rat hatte den Kai schon vor vier Jahren versprochen.",
    ],
)
def test_a_sentence_that_a_label_runs_into_stays(line: str) -> None:
    assert text_lines("en", between=f"<p>{line}</p>")[1] == line
