"""What words, phrases, NEAR and prefixes find."""

import pytest

from indexer.backend import Backend
from indexer.query import Near, Node, Or, Phrase, Prefix, QueryError, Search, Word
from tests.contract.cases import Case, cases

TWINS = " ".join(f"twin-{number:02}" for number in range(12))

FOLDED: list[Case] = [
    ("apostrophe", Word("l'armée"), "fr-armee fr-evacuation"),
    ("typographic apostrophe", Word("l’armée"), "fr-armee fr-evacuation"),
    ("without article", Word("armée"), "fr-armee fr-evacuation"),
    ("without accent", Word("armee"), "fr-armee fr-evacuation"),
    ("upper case", Word("L’ARMÉE"), "fr-armee fr-evacuation"),
    ("upper case without accent", Word("L'ARMEE"), "fr-armee fr-evacuation"),
    ("decomposed accent", Word("arme\u0301e"), "fr-armee fr-evacuation"),
    ("elided conjunction", Word("Jusqu'où"), "fr-evacuation"),
    ("what an elision stands before", Word("où"), "fr-evacuation"),
    ("an apostrophe inside a word", Word("aujourd’hui"), "fr-sport"),
    ("a name with an apostrophe", Word("O'Neil", "author"), "en-war en-nation"),
    ("possessive", Word("Assad's"), "en-war"),
    ("without possessive", Word("assad"), "en-war"),
    ("ligature", Word("oeuvre"), "fr-evacuation"),
    ("ligature in the query", Word("œuvre"), "fr-evacuation"),
    ("hyphen", Word("porte-avions"), "fr-evacuation"),
    ("part of a hyphenated word", Word("avion"), "fr-evacuation"),
    ("digits behind a hyphen", Word("covid-19"), "en-nation"),
    ("dots", Word("U.S."), "en-war"),
    ("sharp s", Word("strasse"), "de-strasse"),
    ("sharp s in the query", Word("Straße"), "de-strasse"),
    ("umlaut", Word("hauser"), "de-strasse"),
    ("tilde", Word("manana"), "es-nacion"),
    ("yo", Word("елки"), "ru-mir"),
    ("yo in the query", Word("ЁЛКИ"), "ru-mir"),
    ("short i is another letter", Phrase("мои"), ""),
    ("short i", Phrase("МОЙ"), "ru-mir"),
    ("Greek accents and final sigma", Word("ΟΔΥΣΣΕΑΣ"), "el-news"),
    ("Greek accent left out", Word("ελλαδα"), "el-news"),
    ("full width", Word("veille"), "und-mixed"),
    ("full width in the query", Word("ｖｅｉｌｌｅ"), "und-mixed"),
    ("Latin ligature", Word("finale"), "und-mixed"),
    ("stroke", Word("lodz"), "und-mixed"),
    ("ash", Word("aero"), "und-mixed"),
    ("dotted capital i", Word("istanbul"), "und-mixed"),
    ("diaeresis", Word("naive"), "und-mixed"),
    ("Arabic article and feminine", Word("السورية"), "ar-syria ar-city"),
    ("Arabic without the article", Word("سورية"), "ar-syria ar-city"),
    ("Arabic with shadda", Word("السوريّة"), "ar-syria ar-city"),
    ("Arabic ha for ta marbuta", Word("سوريه"), "ar-syria ar-city"),
    ("Arabic alef without hamza", Word("الازمة"), "ar-syria"),
    ("Arabic alef with hamza below", Word("إلى"), "ar-city"),
    ("Arabic ya for alef maqsura", Word("علي"), "ar-city"),
    ("Arabic final alef maqsura", Word("مستشفي"), "ar-city"),
    ("Arabic kashida", Word("العربية"), "ar-syria"),
    ("Arabic kashida in the query", Word("العــربية"), "ar-syria"),
    ("Arabic alef madda", Word("القران"), "ar-syria"),
    ("Arabic ta marbuta of another word", Word("مدرسة"), "ar-city"),
    ("Eastern digits", Word("2017"), "ar-syria"),
    ("Eastern digits in the query", Word("٢٠١٧"), "ar-syria"),
    ("Han", Word("東京"), "ja-tokyo"),
    ("Han in another order", Word("京東"), ""),
    ("kana", Word("データ"), "ja-tokyo"),
    ("half-width kana", Word("ﾃﾞｰﾀ"), "ja-tokyo"),
    ("zero-width space", Word("vei\u200blle"), "und-mixed"),
    ("soft hyphen", Word("vei\u00adlle"), "und-mixed"),
]

STEMMED: list[Case] = [
    ("French noun", Word("évacuations"), "fr-evacuation en-war"),
    ("French without accents", Word("evacuation"), "fr-evacuation en-war"),
    ("French participle", Word("évacuée"), "fr-armee"),
    ("French plural without accents", Word("evacues"), "fr-armee und-mixed"),
    ("French plural", Word("sécurités"), "fr-html"),
    ("French singular", Word("securite"), "fr-html"),
    ("French feminine", Word("française"), "fr-evacuation"),
    ("French adjective", Word("syrien"), "fr-armee"),
    ("English gerund", Word("running"), "en-nation en-undated und-mixed"),
    ("English verb", Word("runs"), "en-nation en-undated"),
    ("English plural", Word("universities"), "en-nation"),
    ("English singular", Word("university"), "en-nation"),
    ("English derivation", Word("organization"), "en-nation"),
    ("German plural", Word("Regierung"), "de-strasse"),
    ("Spanish plural", Word("naciones"), "es-nacion"),
    ("Russian case", Word("города"), "ru-mir"),
    ("no stemmer, no stem", Word("ειδηση"), ""),
    ("in the title only", Word("civilians", "title"), "en-war"),
    ("not in the title", Word("civils", "title"), ""),
    ("in the text only", Word("civils", "text"), "fr-armee"),
    ("not in the text", Word("syrienne", "text"), ""),
    ("an author's name", Word("dupont", "author"), "fr-armee fr-evacuation en-nation"),
    ("an author's first name without accent", Word("elodie", "author"), "fr-evacuation fr-sport"),
    ("an author is not stemmed", Word("martins", "author"), ""),
    ("an Arabic author", Word("احمد", "author"), "ar-syria ar-city"),
    ("an author is not in the text", Word("dupont"), ""),
    ("nowhere", Word("zzzz"), ""),
    ("a markup name in the text", Word("script"), "fr-html"),
    ("many", Word("twin"), TWINS),
]

PHRASES: list[Case] = [
    ("adjacent", Phrase("civils évacués"), "fr-armee"),
    ("folded", Phrase("CIVILS EVACUES"), "fr-armee"),
    ("not stemmed", Phrase("civil évacué"), ""),
    ("one word is not stemmed", Phrase("armée"), "fr-armee"),
    ("one word in another form", Phrase("armées"), "fr-evacuation"),
    ("through an apostrophe", Phrase("l'armée contrôle"), "fr-armee"),
    ("behind an elision", Phrase("armée contrôle"), "fr-armee"),
    ("another order", Phrase("évacués civils"), ""),
    ("across fields", Phrase("Alep les civils"), ""),
    ("through punctuation", Phrase("ville attendent L'armée"), "fr-armee"),
    ("Arabic", Phrase("الحكومة السورية"), "ar-syria"),
    ("Arabic with the other article", Phrase("حكومة سورية"), ""),
    ("in the title", Phrase("vers Alep", field="title"), "fr-armee"),
    ("in the text", Phrase("vers Alep", field="text"), ""),
    (
        "full name of an author",
        Phrase("Jean Dupont", field="author"),
        "fr-armee fr-evacuation en-nation",
    ),
    ("two authors do not join", Phrase("Dupont Élodie", field="author"), ""),
    ("slop that suffices", Phrase("civils ville", slop=4), "fr-armee"),
    ("slop that does not", Phrase("civils ville", slop=3), ""),
    ("slop in the other order", Phrase("évacués civils", slop=2), "fr-armee"),
    ("too little for the other order", Phrase("évacués civils", slop=1), ""),
    ("slop over three words", Phrase("civils de ville", slop=3), "fr-armee"),
    ("slop over three words, too little", Phrase("civils de ville", slop=2), ""),
    ("the highest slop over three words", Phrase("civils de ville", slop=50), "fr-armee"),
    (
        "slop over many words, of which one is nowhere",
        Phrase("les civils de la ville nowhere", slop=50),
        "",
    ),
    ("slop in the title", Phrase("armée Alep", slop=3, field="title"), "fr-armee"),
    ("a word twice", Phrase("running running", slop=2), ""),
    ("only punctuation", Phrase("« … »"), ""),
]

NEAR: list[Case] = [
    ("within the distance", Near(Word("civil"), Word("ville"), 4), "fr-armee"),
    ("at the distance", Near(Word("civil"), Word("ville"), 4), "fr-armee"),
    ("too far", Near(Word("civil"), Word("ville"), 3), ""),
    ("in either order", Near(Word("ville"), Word("civil"), 4), "fr-armee"),
    ("adjacent", Near(Word("armée"), Word("syrien"), 0), "fr-armee"),
    ("a phrase and a word", Near(Phrase("vieille ville"), Word("évacuée"), 2), "fr-armee"),
    ("a phrase and a word, too far", Near(Phrase("vieille ville"), Word("évacuée"), 1), ""),
    ("a word and a phrase", Near(Word("évacuée"), Phrase("vieille ville"), 2), "fr-armee"),
    ("two phrases", Near(Phrase("les civils"), Phrase("vieille ville"), 3), "fr-armee"),
    ("two phrases, too far", Near(Phrase("les civils"), Phrase("vieille ville"), 2), ""),
    ("a phrase is not stemmed", Near(Phrase("civil"), Word("ville"), 9), ""),
    (
        "one of several",
        Near(Or((Word("rue"), Word("civil"))), Or((Word("gare"), Word("ville"))), 4),
        "fr-armee",
    ),
    (
        "one of several, too far",
        Near(Or((Word("rue"), Word("civil"))), Or((Word("gare"), Word("ville"))), 3),
        "",
    ),
    ("the beginning of a word", Near(Prefix("civ"), Word("ville"), 4), "fr-armee"),
    ("two beginnings", Near(Prefix("civ"), Prefix("vil"), 4), "fr-armee"),
    ("two beginnings, too far", Near(Prefix("civ"), Prefix("vil"), 3), ""),
    (
        "a beginning or a phrase",
        Near(Or((Prefix("zzz"), Phrase("vieille ville"))), Prefix("évac"), 2),
        "fr-armee",
    ),
    (
        "in several scripts",
        Near(Or((Word("civil"), Word("الحكومة"))), Or((Word("ville"), Word("الجيش"))), 4),
        "fr-armee ar-syria",
    ),
    ("across fields", Near(Word("Alep"), Word("civil"), 9), ""),
    ("in the title", Near(Word("armée", "title"), Word("alep", "title"), 9), "fr-armee"),
    ("one field given", Near(Word("armée", "title"), Word("alep"), 9), "fr-armee"),
    ("in the text only", Near(Word("armée", "text"), Word("alep"), 9), ""),
    ("not the same word twice", Near(Word("civil"), Word("civil"), 9), ""),
    ("the same word twice", Near(Word("wells"), Word("wells"), 2), "en-undated"),
    ("the same word twice, too far", Near(Word("wells"), Word("wells"), 1), ""),
    ("a word within a phrase", Near(Phrase("vieille ville"), Word("ville"), 9), ""),
    ("Arabic", Near(Word("الحكومة"), Word("الجيش"), 2), "ar-syria"),
    (
        "authors",
        Near(Word("dupont", "author"), Word("jean", "author"), 0),
        "fr-armee fr-evacuation en-nation",
    ),
]

PREFIXES: list[Case] = [
    ("begins so", Prefix("évac"), "fr-armee fr-evacuation en-war und-mixed"),
    ("without accent", Prefix("evac"), "fr-armee fr-evacuation en-war und-mixed"),
    ("a whole word", Prefix("civils"), "fr-armee"),
    ("longer than the word", Prefix("civilsx"), ""),
    ("not stemmed", Prefix("evacuees"), ""),
    ("behind an elision", Prefix("l'arm"), "fr-armee fr-evacuation fr-sport en-war"),
    ("in the title", Prefix("arm", "title"), "fr-armee fr-evacuation en-war"),
    ("Arabic", Prefix("سور"), "ar-city ar-syria"),
    ("behind a hyphen", Prefix("porte-av"), "fr-evacuation"),
    ("behind a hyphen, other", Prefix("porte-bag"), ""),
    ("digits", Prefix("201"), "ar-syria"),
    ("an author", Prefix("dup", "author"), "fr-armee fr-evacuation en-nation"),
    ("signs that mean something elsewhere", Prefix(".*"), ""),
]


def ids(backend: Backend, tree: Node) -> set[str]:
    found = backend.search(Search(tree, limit=100))
    assert found.total == len(found.hits)
    return {str(hit.article["id"]) for hit in found.hits}


@cases(FOLDED)
def test_spellings_of_one_word_find_the_same(
    filled: Backend, tree: Node, expected: set[str]
) -> None:
    assert ids(filled, tree) == expected


@cases(STEMMED)
def test_words_find_their_forms(filled: Backend, tree: Node, expected: set[str]) -> None:
    assert ids(filled, tree) == expected


@cases(PHRASES)
def test_phrases_stand_as_written(filled: Backend, tree: Node, expected: set[str]) -> None:
    assert ids(filled, tree) == expected


@cases(NEAR)
def test_near(filled: Backend, tree: Node, expected: set[str]) -> None:
    assert ids(filled, tree) == expected


@cases(PREFIXES)
def test_prefixes(filled: Backend, tree: Node, expected: set[str]) -> None:
    assert ids(filled, tree) == expected


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (Near(Word("a"), Word("b"), 1_000), "distance"),
        (Near(Word("a"), Word("b"), -1), "distance"),
        (Near(Phrase("a b", slop=2), Word("c"), 3), "phrase"),
        (Near(Word("a", "title"), Word("b", "text"), 3), "same field"),
        (Phrase("word " * 65), "words"),
    ],
)
def test_what_costs_too_much_is_refused(filled: Backend, tree: Node, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        filled.search(Search(tree))
