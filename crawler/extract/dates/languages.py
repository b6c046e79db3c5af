"""The words of dates, by language (ISO 639-1). Names that mean the same are parted by |; case and accents do not count.

Five languages are read in full; of the others, dates with a month's name. Month names: CLDR 46, wide and abbreviated, with
the abbreviations of the press; Arabic ones of the Levant, the Maghreb, and of Egypt and the Gulf.
"""

from collections.abc import Mapping

from crawler.extract.dates.lexicon import Lexicon, lexicon

FRENCH = lexicon(
    months={
        1: "janvier|janv|jan",
        2: "février|févr|fév|fev",
        3: "mars",
        4: "avril|avr",
        5: "mai",
        6: "juin",
        7: "juillet|juil|juill",
        8: "août|aout|aoû",
        9: "septembre|sept|sep",
        10: "octobre|oct",
        11: "novembre|nov",
        12: "décembre|déc|dec",
    },
    weekdays={
        0: "lundi|lun",
        1: "mardi|mar",
        2: "mercredi|mer",
        3: "jeudi|jeu",
        4: "vendredi|ven",
        5: "samedi|sam",
        6: "dimanche|dim",
    },
    unit_names={
        "second": "seconde|secondes|sec|s",
        "minute": "minute|minutes|min|mins|mn|m",
        "hour": "heure|heures|h|hr",
        "day": "jour|jours|j",
        "week": "semaine|semaines|sem",
        "month": "mois",
        "year": "an|ans|année|années",
    },
    numbers={
        1: "un|une",
        2: "deux",
        3: "trois",
        4: "quatre",
        5: "cinq",
        6: "six",
        7: "sept",
        8: "huit",
        9: "neuf",
        10: "dix",
        11: "onze",
        12: "douze",
        15: "quinze",
        20: "vingt",
        30: "trente",
    },
    named_days={
        0: "aujourd'hui|ce jour|ce matin|ce midi|cet après-midi|ce soir|cette nuit",
        -2: "avant-hier",
        -1: "hier|hier matin|hier midi|hier après-midi|hier soir",
    },
    ago_before="il y a|y a|depuis|voici|voilà|ça fait|cela fait",
    about="environ|plus de|moins de|près de|presque|à peine|déjà|au moins",
    now="à l'instant|maintenant|il y a un instant|il y a quelques instants|il y a quelques secondes",
    last_after="dernier|dernière|passé|passée|précédent|précédente",
)

ENGLISH = lexicon(
    months={
        1: "january|jan",
        2: "february|feb|febr",
        3: "march|mar",
        4: "april|apr",
        5: "may",
        6: "june|jun",
        7: "july|jul",
        8: "august|aug",
        9: "september|sept|sep",
        10: "october|oct",
        11: "november|nov",
        12: "december|dec",
    },
    weekdays={
        0: "monday|mon",
        1: "tuesday|tue|tues",
        2: "wednesday|wed|weds",
        3: "thursday|thu|thur|thurs",
        4: "friday|fri",
        5: "saturday|sat",
        6: "sunday|sun",
    },
    unit_names={
        "second": "second|seconds|sec|secs|s",
        "minute": "minute|minutes|min|mins|m",
        "hour": "hour|hours|hr|hrs|h",
        "day": "day|days|d",
        "week": "week|weeks|wk|wks|w",
        "month": "month|months|mo|mos",
        "year": "year|years|yr|yrs|y",
    },
    numbers={
        1: "a|an|one",
        2: "two|a couple of",
        3: "three",
        4: "four",
        5: "five",
        6: "six",
        7: "seven",
        8: "eight",
        9: "nine",
        10: "ten",
        11: "eleven",
        12: "twelve",
        15: "fifteen",
        20: "twenty",
        30: "thirty",
    },
    named_days={
        0: "today|this morning|this afternoon|this evening|tonight",
        -1: "yesterday|last night|yesterday morning|yesterday afternoon|yesterday evening",
        -2: "the day before yesterday|day before yesterday",
    },
    ago_after="ago|back",
    about="about|around|over|almost|nearly|more than|less than|approximately|some",
    now="just now|now|right now|moments ago|a moment ago|a few moments ago|a few seconds ago",
    last_before="last|this past|past|previous",
    month_first=True,
)

ARABIC = lexicon(
    months={
        1: "يناير|كانون الثاني|جانفي|ينايير",
        2: "فبراير|شباط|فيفري|فبرائر",
        3: "مارس|آذار|مارت",
        4: "أبريل|نيسان|أفريل|ابريل",
        5: "مايو|أيار|ماي|مايس",
        6: "يونيو|حزيران|جوان|يونيه",
        7: "يوليو|تموز|جويلية|يوليوز|يوليه|جويليه",
        8: "أغسطس|آب|أوت|غشت|اغسطس",
        9: "سبتمبر|أيلول|شتنبر",
        10: "أكتوبر|تشرين الأول|اكتوبر|تشرين أول",
        11: "نوفمبر|تشرين الثاني|نونبر|تشرين ثاني|تشرين ثان",
        12: "ديسمبر|كانون الأول|دجنبر|كانون أول",
    },
    weekdays={
        0: "الاثنين|الإثنين|اثنين",
        1: "الثلاثاء|ثلاثاء|الثلثاء",
        2: "الأربعاء|أربعاء",
        3: "الخميس|خميس",
        4: "الجمعة|جمعة",
        5: "السبت|سبت",
        6: "الأحد|أحد",
    },
    unit_names={
        "second": "ثانية|ثواني|ثوان",
        "minute": "دقيقة|دقائق|دقايق",
        "hour": "ساعة|ساعات",
        "day": "يوم|أيام|يوما",
        "week": "أسبوع|أسابيع|أسبوعا",
        "month": "شهر|أشهر|شهور|شهرا",
        "year": "سنة|سنوات|سنين|عام|أعوام|عاما",
    },
    pair_names={
        "second": "ثانيتين|ثانيتان",
        "minute": "دقيقتين|دقيقتان",
        "hour": "ساعتين|ساعتان",
        "day": "يومين|يومان",
        "week": "أسبوعين|أسبوعان",
        "month": "شهرين|شهران",
        "year": "سنتين|سنتان|عامين|عامان",
    },
    numbers={
        1: "واحد|واحدة",
        2: "اثنين|اثنتين",
        3: "ثلاث|ثلاثة",
        4: "أربع|أربعة",
        5: "خمس|خمسة",
        6: "ست|ستة",
        7: "سبع|سبعة",
        8: "ثماني|ثمانية|ثمان",
        9: "تسع|تسعة",
        10: "عشر|عشرة",
        20: "عشرين",
        30: "ثلاثين",
    },
    named_days={
        0: "اليوم|هذا اليوم|هذا الصباح|صباح اليوم|مساء اليوم|هذا المساء",
        -1: "أمس|البارحة|يوم أمس|امبارح|مساء أمس|صباح أمس|الأمس",
        -2: "أول أمس|أول من أمس|أمس الأول|قبل أمس|قبل البارحة",
    },
    ago_before="منذ|قبل|من",
    ago_after="مضت|مضى|مضوا",
    about="حوالي|نحو|أكثر من|أقل من|قرابة|ما يقارب",
    now="الآن|قبل قليل|منذ قليل|منذ لحظات|قبل لحظات|منذ ثوان",
    last_after="الماضي|الماضية|الفائت|الفائتة|المنصرم|المنصرمة",
    bare_units=True,
)

SPANISH = lexicon(
    months={
        1: "enero|ene",
        2: "febrero|feb",
        3: "marzo|mar",
        4: "abril|abr",
        5: "mayo|may",
        6: "junio|jun",
        7: "julio|jul",
        8: "agosto|ago",
        9: "septiembre|setiembre|sept|sep|set",
        10: "octubre|oct",
        11: "noviembre|nov",
        12: "diciembre|dic",
    },
    weekdays={
        0: "lunes|lun",
        1: "martes|mar",
        2: "miércoles|mié",
        3: "jueves|jue",
        4: "viernes|vie",
        5: "sábado|sáb",
        6: "domingo|dom",
    },
    unit_names={
        "second": "segundo|segundos|seg|s",
        "minute": "minuto|minutos|min|mins|m",
        "hour": "hora|horas|h|hr|hrs|hs",
        "day": "día|días|d",
        "week": "semana|semanas|sem",
        "month": "mes|meses",
        "year": "año|años",
    },
    numbers={
        1: "un|una|uno",
        2: "dos",
        3: "tres",
        4: "cuatro",
        5: "cinco",
        6: "seis",
        7: "siete",
        8: "ocho",
        9: "nueve",
        10: "diez",
        11: "once",
        12: "doce",
        15: "quince",
        20: "veinte",
        30: "treinta",
    },
    named_days={
        0: "hoy|esta mañana|esta tarde|esta noche",
        -1: "ayer|anoche|ayer por la mañana|ayer por la tarde|ayer por la noche",
        -2: "anteayer|antes de ayer|antier|anteanoche",
    },
    ago_before="hace|desde hace",
    ago_after="atrás",
    about="unos|unas|alrededor de|más de|menos de|casi|cerca de|aproximadamente|ya",
    now="ahora|ahora mismo|hace un momento|hace unos instantes|hace unos segundos|hace instantes",
    last_before="pasado|pasada",
    last_after="pasado|pasada|último|última",
)

GERMAN = lexicon(
    months={
        1: "januar|jänner|jan|jän",
        2: "februar|feber|feb",
        3: "märz|maerz|mär|mrz|mar",
        4: "april|apr",
        5: "mai",
        6: "juni|jun",
        7: "juli|jul",
        8: "august|aug",
        9: "september|sept|sep",
        10: "oktober|okt",
        11: "november|nov",
        12: "dezember|dez",
    },
    weekdays={
        0: "montag|mo",
        1: "dienstag|di",
        2: "mittwoch|mi",
        3: "donnerstag|do",
        4: "freitag|fr",
        5: "samstag|sonnabend|sa",
        6: "sonntag|so",
    },
    unit_names={
        "second": "sekunde|sekunden|sek|s",
        "minute": "minute|minuten|min|m",
        "hour": "stunde|stunden|std|h",
        "day": "tag|tage|tagen|t",
        "week": "woche|wochen",
        "month": "monat|monate|monaten",
        "year": "jahr|jahre|jahren",
    },
    numbers={
        1: "ein|eine|einem|einer|einen",
        2: "zwei",
        3: "drei",
        4: "vier",
        5: "fünf",
        6: "sechs",
        7: "sieben",
        8: "acht",
        9: "neun",
        10: "zehn",
        11: "elf",
        12: "zwölf",
        15: "fünfzehn",
        20: "zwanzig",
        30: "dreißig",
    },
    named_days={
        0: "heute|heute morgen|heute früh|heute mittag|heute nachmittag|heute abend",
        -1: "gestern|gestern morgen|gestern früh|gestern mittag|gestern nachmittag|gestern abend",
        -2: "vorgestern",
    },
    ago_before="vor|seit",
    about="etwa|ca|circa|rund|ungefähr|über|fast|mehr als|weniger als|knapp|gut",
    now="jetzt|gerade eben|soeben|vor wenigen sekunden|vor wenigen augenblicken|gerade",
    last_before="letzten|letzter|letztes|letzte|letztem|vergangenen|vergangene|vergangenes|vergangener|vorigen|vorige|voriges|voriger",
)

# Read in full, in the order in which they are tried where the language is not known.
FULL: Mapping[str, Lexicon] = {"fr": FRENCH, "en": ENGLISH, "ar": ARABIC, "es": SPANISH, "de": GERMAN}

MONTHS_ONLY: Mapping[str, Lexicon] = {
    "it": lexicon(months={
        1: "gennaio|gen|genn", 2: "febbraio|feb|febbr", 3: "marzo|mar", 4: "aprile|apr", 5: "maggio|mag|magg", 6: "giugno|giu",
        7: "luglio|lug", 8: "agosto|ago", 9: "settembre|set|sett", 10: "ottobre|ott", 11: "novembre|nov", 12: "dicembre|dic",
    }),
    "pt": lexicon(months={
        1: "janeiro|jan", 2: "fevereiro|fev", 3: "março|mar", 4: "abril|abr", 5: "maio|mai", 6: "junho|jun", 7: "julho|jul",
        8: "agosto|ago", 9: "setembro|set", 10: "outubro|out", 11: "novembro|nov", 12: "dezembro|dez",
    }),
    "nl": lexicon(months={
        1: "januari|jan", 2: "februari|feb", 3: "maart|mrt", 4: "april|apr", 5: "mei", 6: "juni|jun", 7: "juli|jul",
        8: "augustus|aug", 9: "september|sept|sep", 10: "oktober|okt", 11: "november|nov", 12: "december|dec",
    }),
    "ru": lexicon(months={
        1: "января|январь|янв", 2: "февраля|февраль|фев|февр", 3: "марта|март|мар", 4: "апреля|апрель|апр", 5: "мая|май",
        6: "июня|июнь|июн", 7: "июля|июль|июл", 8: "августа|август|авг", 9: "сентября|сентябрь|сен|сент",
        10: "октября|октябрь|окт", 11: "ноября|ноябрь|ноя|нояб", 12: "декабря|декабрь|дек",
    }),
    "uk": lexicon(months={
        1: "січня", 2: "лютого", 3: "березня", 4: "квітня", 5: "травня", 6: "червня", 7: "липня", 8: "серпня",
        9: "вересня", 10: "жовтня", 11: "листопада", 12: "грудня",
    }),
    "pl": lexicon(months={
        1: "stycznia", 2: "lutego", 3: "marca", 4: "kwietnia", 5: "maja", 6: "czerwca", 7: "lipca", 8: "sierpnia",
        9: "września", 10: "października", 11: "listopada", 12: "grudnia",
    }),
    "tr": lexicon(months={
        1: "ocak|oca", 2: "şubat|şub", 3: "mart|mar", 4: "nisan|nis", 5: "mayıs|may", 6: "haziran|haz", 7: "temmuz|tem",
        8: "ağustos|ağu", 9: "eylül|eyl", 10: "ekim|eki", 11: "kasım|kas", 12: "aralık|ara",
    }),
    "sv": lexicon(months={
        1: "januari|jan", 2: "februari|feb", 3: "mars|mar", 4: "april|apr", 5: "maj", 6: "juni|jun", 7: "juli|jul",
        8: "augusti|aug", 9: "september|sep|sept", 10: "oktober|okt", 11: "november|nov", 12: "december|dec",
    }),
    "no": lexicon(months={
        1: "januar|jan", 2: "februar|feb", 3: "mars|mar", 4: "april|apr", 5: "mai", 6: "juni|jun", 7: "juli|jul",
        8: "august|aug", 9: "september|sep|sept", 10: "oktober|okt", 11: "november|nov", 12: "desember|des",
    }),
    "da": lexicon(months={
        1: "januar|jan", 2: "februar|feb", 3: "marts|mar", 4: "april|apr", 5: "maj", 6: "juni|jun", 7: "juli|jul",
        8: "august|aug", 9: "september|sep|sept", 10: "oktober|okt", 11: "november|nov", 12: "december|dec",
    }),
    "id": lexicon(months={
        1: "januari|jan", 2: "februari|feb", 3: "maret|mar", 4: "april|apr", 5: "mei", 6: "juni|jun", 7: "juli|jul",
        8: "agustus|agu|ags", 9: "september|sep", 10: "oktober|okt", 11: "november|nov", 12: "desember|des",
    }),
}  # fmt: skip


def lexicons(language: str | None) -> tuple[Lexicon, ...]:
    """The lexicons to try for a language tag ("fr", "en-US"): its own and English; the five where it is not known."""
    code = (language or "").casefold().replace("_", "-").partition("-")[0]
    own = FULL.get(code) or MONTHS_ONLY.get(code)
    if own is None:
        return tuple(FULL.values())
    return (own,) if own is ENGLISH else (own, ENGLISH)


# Tags and countries where 03/09/2024 is the ninth of March (CLDR, short date patterns).
MONTH_FIRST_TAGS = frozenset({"en-us", "en-ph", "es-us", "es-pr"})
MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "PR", "GU", "FM", "MH"})
