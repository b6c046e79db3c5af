"""Learning the lines that come back on page after page of one source."""

from crawler.extract import Learned, fold_line, learn, learned, lines_of

LETTER = "Notre lettre du matin"


def texts(count: int) -> list[frozenset[str]]:
    return [
        lines_of(
            f"Premier paragraphe de l'article {chr(97 + n) * 3}\nSuite {chr(97 + n) * 4}\n{LETTER}"
        )
        for n in range(count)
    ]


def test_lines_fold_alike_whatever_their_case_quotes_and_numbers() -> None:
    assert fold_line("« À lire » : 12 commentaires") == fold_line(
        "\u201cà lire\u201d - 34 COMMENTAIRES"
    )
    assert fold_line("//") == ""


def test_a_line_is_learned_from_several_articles_never_from_one() -> None:
    assert learned(learn(Learned(), texts(2))) == frozenset()
    assert learned(learn(Learned(), texts(3))) == {fold_line(LETTER)}
    assert learned(learn(Learned(), [lines_of("\n".join([LETTER] * 9))])) == frozenset()


def test_counts_are_kept_from_one_crawl_to_the_next() -> None:
    so_far = learn(learn(Learned(), texts(2)), texts(3)[2:])
    assert so_far.articles == 3
    assert learned(so_far) == {fold_line(LETTER)}


def test_editions_of_one_article_teach_nothing() -> None:
    edition = lines_of("Le point à midi\nUn premier fait\nUn deuxième fait\nUn troisième fait")
    assert learned(learn(Learned(), [edition] * 5)) == frozenset()


def test_counts_of_another_version_are_forgotten() -> None:
    old = Learned(9, {fold_line(LETTER): 9}, version=0)
    assert learned(old) == frozenset()
    assert learn(old, texts(1)).articles == 1
