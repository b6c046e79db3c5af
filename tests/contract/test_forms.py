"""What is found with what is written together with a word, in its light forms, in a compound, in an
acronym, and as typed.
"""

import pytest

from indexer.backend import Backend
from indexer.query import And, Near, Node, Not, Phrase, Prefix, Search, Typed, Word
from tests.contract.articles import article
from tests.contract.cases import Case, cases
from tests.support.backends import KINDS, OpenBackend, hold

ARTICLES = [
    article("ar-envoy", "ar", "وصول المبعوث", "زار المبعوث الكويت والبحرين ومسقط أمس."),
    article("ar-court", "ar", "جلسة", "صدر حكم بمحكمة العدل الدولية وبالسجن سنة."),
    article("ar-sailors", "ar", "عودة", "عاد بحارة كويتيون ولاعبون عمانيون ومهندسان إلى الكويت."),
    article("ar-minister", "ar", "وزير", "قال وزير الصحة إن اللقاح وصل للمدينة."),
    article("ar-milk", "ar", "لبن", "ارتفع سعر اللبن."),
    article("ar-lebanon", "ar", "بيان", "أعلن لبنان عن خطة."),
    article("fr-pay", "fr", "La paie", "La paye des salariés est versée. Une tâche de peintre."),
    article("fr-stain", "fr", "Une tache", "La tache d’encre. Le député accusé sort."),
    article("fr-town", "fr", "Vosges", "Le train de Limoges. Deux organes. Une organisation."),
    article("fr-fair", "fr", "Foires", "Les foires régionales et le salon régional de la Préfète."),
    article("en-army", "en", "Armies", "The armies marched on; organisers and an organ."),
    article("en-tool", "en", "C++ and C#", "Rust and C++ at AT&T. She wrote A+ code for 5G."),
    article("en-plain", "en", "Plan C", "Vitamin C; it is for us."),
    article("en-un", "en", "U.N. vote", "The U.N. and the UN. J.R.R. Marlow, i.e. the writer."),
    article("en-jet", "en", "A Kestrel-9 jet", "The Kestrel-9 landed. E-ferries sail."),
    article("en-jets", "en", "Kestrel9", "Kestrel9 and eferries."),
]


@pytest.fixture(scope="module", params=KINDS)
def forms(request: pytest.FixtureRequest, open_empty: OpenBackend) -> Backend:
    return hold(open_empty(request.param), ARTICLES)


FOUND: list[Case] = [
    # what is written together with an Arabic word
    ("and with an article", Word("البحرين"), "ar-envoy"),
    ("and without one", Word("مسقط"), "ar-envoy"),
    ("the bare word for one with an article", Word("كويت"), "ar-envoy ar-sailors"),
    ("in", Word("محكمة"), "ar-court"),
    ("and in the", Word("السجن"), "ar-court"),
    ("to the", Word("مدينة"), "ar-minister"),
    ("to the, with the article", Word("المدينة"), "ar-minister"),
    ("a plural in -un", Word("لاعب"), "ar-sailors"),
    ("a plural in -in", Word("لاعبين"), "ar-sailors"),
    ("a dual", Word("مهندس"), "ar-sailors"),
    ("an inhabitant is no country", Word("كويتي"), "ar-sailors"),
    ("a letter that belongs to the word", Word("وزير"), "ar-minister"),
    ("a country is no milk", Word("لبنان"), "ar-lebanon"),
    ("milk is no country", Word("لبن"), "ar-milk"),
    ("a phrase behind in", Phrase("محكمة العدل"), "ar-court"),
    ("a phrase behind and", Phrase("البحرين ومسقط"), "ar-envoy"),
    ("a phrase as written", Phrase("والبحرين ومسقط"), "ar-envoy"),
    ("a phrase of other words", Phrase("البحرين مسقط"), ""),
    ("a phrase of one word", Phrase("المدينة"), "ar-minister"),
    ("near, behind and", Near(Word("الكويت"), Word("مسقط"), 1), "ar-envoy"),
    ("near, too far", Near(Word("الكويت"), Word("مسقط"), 0), ""),
    ("near in the other order", Near(Word("البحرين"), Word("كويت"), 0), "ar-envoy"),
    ("near a phrase", Near(Phrase("العدل الدولية"), Word("محكمة"), 0), "ar-court"),
    ("a beginning behind and the", Prefix("بحر"), "ar-envoy"),
    ("a beginning with the article", Prefix("البحر"), "ar-envoy"),
    # light stems
    ("a verb is no town", Word("limogé"), ""),
    ("an organ is no organisation", Word("organes"), "fr-town en-army"),
    ("an English organ either", Word("organs"), "en-army"),
    ("French plural of -al", Word("régionaux"), "fr-fair"),
    ("French feminine", Word("préfètes"), "fr-fair"),
    ("French participle", Word("accusées"), "fr-stain"),
    ("French participle without accents", Word("accusees"), "fr-stain"),
    ("English plural in -ies", Word("army"), "en-army"),
    ("English verb", Word("marching"), "en-army"),
    # compounds and acronyms
    ("a compound closed", Word("kestrel9"), "en-jet en-jets"),
    ("a compound with a hyphen", Word("Kestrel-9"), "en-jet en-jets"),
    ("a part of a compound", Word("kestrel"), "en-jet"),
    ("the singular of a compound", Word("eferry"), "en-jet en-jets"),
    ("a closed compound in the title", Word("kestrel9", "title"), "en-jet en-jets"),
    ("dots", Word("U.N."), "en-un"),
    ("no dots", Word("UN"), "en-un"),
    ("several initials", Phrase("JRR Marlow"), "en-un"),
    ("letters with a point are one word", Word("ie"), "en-un"),
    # as typed
    ("an accent", Typed("tâche"), "fr-pay"),
    ("no accent", Typed("tache"), "fr-stain"),
    ("folded as before", Word("tache"), "fr-pay fr-stain"),
    ("without another's accent", And((Word("tache"), Not(Typed("tâche")))), "fr-stain"),
    ("a phrase with an accent", Typed("tâche de peintre"), "fr-pay"),
    ("a phrase with another", Typed("tache de peintre"), ""),
    ("in the title only", Typed("tache", field="title"), "fr-stain"),
    ("capitals where some are typed", Typed("UN"), "en-un"),
    ("other capitals", Typed("Un"), ""),
    ("any capitals where none are typed", Typed("une"), "fr-pay fr-stain fr-town"),
    ("signs", Typed("C++"), "en-tool"),
    ("another sign", Typed("C#"), "en-tool"),
    ("without the sign", Typed("C"), "en-plain"),
    ("letters around a sign", Typed("AT&T"), "en-tool"),
    ("a digit and a letter", Typed("5G"), "en-tool"),
    ("an acronym with its dots", Typed("U.N."), "en-un"),
    ("near", Near(Typed("tâche"), Word("peintres"), 1), "fr-pay"),
    ("near another", Near(Typed("tache"), Word("peintres"), 1), ""),
    ("moved", Typed("peintre tâche", slop=3), "fr-pay"),
]


@cases(FOUND)
def test_forms(forms: Backend, tree: Node, expected: set[str]) -> None:
    found = forms.search(Search(tree, limit=100))
    assert {str(hit.article["id"]) for hit in found.hits} == expected
    assert found.total == len(expected)
    # What is found is marked, and by the same terms.
    if not isinstance(tree, And):
        assert all(hit.highlights for hit in found.hits)
