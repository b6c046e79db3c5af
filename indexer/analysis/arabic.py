"""Arabic words without what is written together with them (and, so, in, as, for, the), and light
stems.

The stem is that of light10 (Larkey, Ballesteros and Connell, "Light Stemming for Arabic Information
Retrieval", 2007) over folded words, with three changes. It keeps more letters, so that names of
three letters and a dual ending stay (لبنان is not لبن). It keeps the ي that makes an inhabitant of
a country (مصري is not مصر). And a و, ف, ب, ك or ل without an article, which may belong to the word
(وزير, لبنان), is not taken off: what the word would be without it is another form of it in the
index, so that a query for that form finds it, and not the other way round.
"""

LETTER_FIRST = "\u0621"
LETTER_LAST = "\u06ff"
_ARTICLES = ("وبال", "وكال", "فبال", "وال", "فال", "بال", "كال", "ولل", "فلل", "لل", "ال")
"""The article with what may stand before it, the longest first."""
_AFTER_ARTICLE = 2
_AFTER_CONJUNCTION = {"و": 3, "ف": 4}
_AFTER_PREPOSITION = 4
"""Letters that must be left, so that what is taken off is hardly ever part of the word."""
_ENDINGS = (("ها", 3), ("ان", 4), ("ات", 3), ("ون", 3), ("ين", 3), ("ه", 3))
"""Endings in the order of light10, each with the letters that must be left."""
MAX_FORMS = 4


def is_arabic(word: str) -> bool:
    """Whether a word begins with an Arabic letter."""
    return LETTER_FIRST <= word[:1] <= LETTER_LAST


def stem(word: str) -> str:
    """The light stem of a folded word."""
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _AFTER_ARTICLE:
            word = word[len(article) :]
            break
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
    return word


def forms(word: str) -> list[str]:
    """What a folded word may be without its conjunction, preposition and article, at most
    `MAX_FORMS`, from the longest on; not the word itself.
    """
    found: list[str] = []
    rest = word
    least = _AFTER_CONJUNCTION.get(word[:1])
    if least and len(word) > least:
        rest = word[1:]
        found.append(rest)
    found += _without_preposition(rest)
    for form in (word, *found):
        if form.startswith("ال") and len(form) - 2 >= _AFTER_ARTICLE:
            found.append(form[2:])
            break
    return [form for form in dict.fromkeys(found) if form != word][:MAX_FORMS]


def _without_preposition(word: str) -> list[str]:
    if word.startswith("لل") and len(word) > 2 + _AFTER_ARTICLE:
        return ["ال" + word[2:]]  # ل takes the first letter of the article
    after = word[1:]
    has_article = after.startswith("ال") and len(after) > 2 + _AFTER_ARTICLE
    if word[:1] in {"ب", "ك", "ل"} and (has_article or len(after) >= _AFTER_PREPOSITION):
        return [after]
    return []
