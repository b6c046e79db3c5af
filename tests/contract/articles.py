"""The articles that every backend is asked about: short, each with a reason to be here."""

from typing import Any

Article = dict[str, Any]

WAR, POLITICS, SPORT, HEALTH = "conflict, war and peace", "politics", "sport", "health"


def article(
    identifier: str, language: str | None, title: str, text: str = "", **fields: Any
) -> Article:
    """An article with what a test does not care about filled in."""
    return {
        "id": identifier,
        "url": f"https://news.example/{identifier}",
        "canonical_url": f"news.example/{identifier}",
        "source": "example",
        "language": language,
        "title": title,
        "text": text,
        **fields,
    }


def credit(*names: str) -> list[dict[str, str]]:
    """Agencies or attributions as an article holds them."""
    return [{"name": name, "evidence": f"Source : {name}"} for name in names]


ARTICLES: list[Article] = [
    article(
        "fr-armee",
        "fr",
        "L’armée syrienne avance vers Alep",
        "Les civils évacués de la vieille ville attendent. « L'armée contrôle la route », dit un témoin.",
        section="Syrie",
        topics=[WAR],
        places=["SY"],
        authors=["Jean Dupont"],
        agencies=credit("AFP"),
        collections=["liban", "agences"],
        country="LB",
        published="2017-08-26T12:30:00+02:00",
        published_precision="minute",
        published_earliest="2017-08-26T12:30:00+02:00",
        published_latest="2017-08-26T12:30:59+02:00",
        published_origin="json-ld",
        words=17,
    ),
    article(
        "fr-evacuation",
        "fr",
        "Évacuation massive des armées",
        "Jusqu'où ira l’évacuation ? Le porte-avions français reste au large; l'œuvre n'est pas finie.",
        section="SYRIE",
        topics=[WAR, POLITICS],
        places=["SY", "FR"],
        authors=["JEAN DUPONT", "Élodie Martin"],
        agencies=credit("AFP", "Reuters"),
        collections=["Agences"],
        country="FR",
        source="autre",
        published="2017-08-27T00:30:00+02:00",
        published_precision="day",
        published_earliest="2017-08-27T00:00:00+02:00",
        published_latest="2017-08-27T23:59:59+02:00",
    ),
    article(
        "fr-sport",
        "fr",
        "Le match de football reporté",
        "Aujourd'hui le stade est resté vide, la ville aussi. Les armes ont parlé ailleurs, loin de la route.",
        section="Sports",
        topics=[SPORT],
        places=["FR"],
        authors=["Élodie Martin"],
        published="2019-07-01T00:00:00+00:00",
        published_precision="year",
        published_earliest="2019-01-01T00:00:00+00:00",
        published_latest="2019-12-31T23:59:59+00:00",
    ),
    article(
        "fr-html",
        "fr-CA",
        "<script>alert(1)</script> & la sécurité",
        "La sécurité des sites: <b>balises</b> & entités, 5 < 6. Des sécurités multiples.",
        section="Technologie",
        published="2020-02-29T23:59:59.999+00:00",
        published_precision="second",
    ),
    article(
        "en-war",
        "en",
        "Army evacuates civilians from Aleppo",
        "Assad's army said that the evacuations were over. The U.S. envoy disagreed: a ceasefire is far away.",
        section="World",
        topics=[WAR],
        places=["SY", "US"],
        authors=["Jane O'Neil"],
        agencies=credit("Reuters"),
        attributions=credit("SANA"),
        country="GB",
        source="daily",
        published="2017-08-26T23:59:59Z",
        published_precision="second",
    ),
    article(
        "en-nation",
        "en",
        "International organizations meet",
        "The organization of nations met in Geneva. Universities and hospitals were running. COVID-19 was discussed.",
        section="World",
        topics=[POLITICS, HEALTH],
        places=["CH"],
        authors=["Jane O’Neil", "jean dupont"],
        published="2021-03-28T01:30:00+00:00",
        published_precision="hour",
        source="daily",
    ),
    article(
        "en-undated",
        "en",
        "Running out of water",
        "The river runs dry. The running costs of the wells rise, the wells of the city.",
        topics=[HEALTH],
        source="daily",
    ),
    article(
        "en-maybe",
        "en",
        "An old report",
        "Nobody knows the day of this old report about water wells.",
        published_earliest="2018-01-01T00:00:00+00:00",
        published_latest="2018-06-30T23:59:59+00:00",
    ),
    article(
        "ar-syria",
        "ar",
        "الأزمة السورية في عامها السابع",
        "قالت الحكومة السوريّة إنّ الجيش دخل المدينة في ٢٠١٧. العـــــربية لغة القرآن.",
        section="سوريا",
        topics=[WAR],
        places=["SY"],
        authors=["أحمد الخطيب"],
        agencies=credit("أ ف ب"),
        published="2017-09-03T10:00:00+03:00",
        published_precision="minute",
    ),
    article(
        "ar-city",
        "ar",
        "مدينة سورية قديمة",
        "إلى المدينة القديمة على البحر، مدرسه ومستشفى. سوريه بلد جميل.",
        section="ثقافة",
        topics=["arts, culture, entertainment and media"],
        places=["SY"],
        authors=["احمد الخطيب"],
        published="2017-09-30T22:30:00+00:00",
        published_precision="day",
    ),
    article(
        "de-strasse",
        "de",
        "Die Straßen der Stadt",
        "Große Häuser stehen in der Hauptstraße. Regierungen wechseln, die Regierung bleibt.",
        section="Ausland",
        published="2016-12-31T23:30:00-05:00",
        published_precision="minute",
    ),
    article(
        "es-nacion",
        "es",
        "La nación y las naciones",
        "La educación de los niños: mañana será otro día.",
        published="2016-01-01T00:00:00Z",
        published_precision="month",
    ),
    article(
        "ru-mir",
        "ru",
        "Война и мир",
        "Ёлки стоят в новом городе. Мой город.",
        published="2015-11-30T21:00:00Z",
    ),
    article(
        "el-news",
        "el",
        "Ειδήσεις από την Ελλάδα",
        "Ο Οδυσσέας έφτασε.",
        published="2015-12-01T00:00:00Z",
    ),
    article(
        "ja-tokyo",
        "ja",
        "東京の天気",
        "今日は東京で雨が降ります。データ",
        published="2015-12-02T00:00:00Z",
    ),
    article(
        "und-mixed",
        None,
        "Ｖｅｉｌｌｅ ﬁnale",
        "Łódź, Ærø, İstanbul, naïve café; running évacués",
        published="2014-01-01",
    ),
    article(
        "first",
        "en",
        "Epoch",
        "The first second of the clock.",
        published="1970-01-01T00:00:00Z",
        published_precision="second",
    ),
    article(
        "before",
        "en",
        "Before the epoch",
        "A century ago.",
        published="1926-05-04T12:00:00Z",
        published_precision="day",
    ),
]

TWINS: list[Article] = [
    article(
        f"twin-{number:02}",
        "en",
        "Twin story",
        "The same text at the same minute.",
        published="2022-05-01T12:00:00Z",
    )
    for number in range(12)
]
"""Articles with the same date and the same score: only the tie-breaker orders them."""

ARTICLES += TWINS
ALL = [found["id"] for found in ARTICLES]
