"""What changed between two wordings, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from search.api.diff import MOST_WORDS, changes


def test_words_are_compared_and_nothing_else_is_marked() -> None:
    before = "The mayor resigned.\nHe had no comment.\nRain is expected."
    after = "The deputy mayor resigned.\nHe had no comment.\nSnow is expected."
    found = [
        (piece.kind, piece.text.strip()) for piece in changes(before, after) if piece.kind != "same"
    ]
    assert found == [("added", "deputy"), ("removed", "Rain"), ("added", "Snow")]
    assert "He had no comment" in next(
        piece.text for piece in changes(before, after)[1:] if piece.kind == "same"
    )


def test_arabic_words_stay_whole_with_their_marks() -> None:
    found = changes("قال الرَّئيسُ إنه سيغادر", "قال الرَّئيسُ السابق إنه سيبقى")
    assert [piece.text for piece in found if piece.kind == "removed"] == ["سيغادر"]
    assert [piece.text.strip() for piece in found if piece.kind == "added"] == ["السابق", "سيبقى"]


def test_very_long_passages_are_shown_as_replaced() -> None:
    found = changes("a " * MOST_WORDS, "b " * MOST_WORDS)
    assert [piece.kind for piece in found] == ["removed", "added"]


@given(st.text("ab \n'’é\u064b", max_size=60), st.text("ab \n'’é\u064b", max_size=60))
def test_the_pieces_make_both_wordings(before: str, after: str) -> None:
    found = changes(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "added") == before
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after
