"""Lines that are printed around an article and are none of it."""

import re
from collections.abc import Callable, Iterable

from crawler.extract.boilerplate import fold_line
from crawler.extract.evidence import clean, fold

Trace = Callable[[str, str], None]

_ICONS = (
    "folder_open access_time star_border star share keyboard_arrow_right keyboard_arrow_left keyboard_arrow_up keyboard_arrow_down "
    "chevron_right chevron_left arrow_forward arrow_back arrow_drop_down expand_more expand_less person_outline person "
    "account_circle calendar_today date_range schedule comment chat_bubble_outline chat_bubble favorite_border favorite "
    "bookmark_border bookmark visibility print email mail_outline location_on local_offer label search menu close "
    "play_arrow play_circle_outline play_circle_filled photo_camera insert_photo volume_up more_vert more_horiz home update "
    "today query_builder watch_later open_in_new link thumb_up thumb_down language notifications"
).split()
_SNAKE = "|".join(sorted((icon for icon in _ICONS if "_" in icon), key=len, reverse=True))
_ICON_WORD = re.compile(
    rf"(?<![\w/.-])(?:{_SNAKE})(?![a-z_])|(?<!\w)(?:star|share|person|schedule|label|bookmark|favorite|print|comment|update)(?=[A-ZÀ-Ý]{{2}})"
)


def without_icons(line: str) -> str:
    """The line without the ligature names that an icon font would draw as pictures."""
    return clean(_ICON_WORD.sub(" ", line))


_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "share",
        re.compile(
            r"^(?:(?:share|partager?|teilen|compartir|tweet(?:er)?|facebook|twitter|whatsapp|linkedin|e-?mail|pinterest|telegram|copy link|copier le lien|imprimer|print|envoyer|x|شارك|مشاركة|طباعة)[\s:|·,/+-]*){1,12}$",
            re.I,
        ),
    ),
    (
        "read also",
        re.compile(
            r"^(?:[-–•»>→]\s*)?(?:lire (?:aussi|également|plus|la suite)|à lire(?: aussi| également)?|voir aussi|read (?:also|more|next)|also read|see also|related(?: articles?| stories)?|lesen sie (?:auch|mehr)|siehe auch|mehr zum thema|auch interessant|lee también|leer (?:también|más)|te puede interesar|también te puede|vea también|اقرأ (?:أيضا|أيضًا|ايضا|المزيد)|إقرأ أيضا|شاهد أيضا)\b\s*(?:[:：>»|-]|$)",
            re.I,
        ),
    ),
    (
        "prompt",
        re.compile(
            r"^(?:please wait|loading|chargement|ajouter aux favoris|add to favou?rites|comments?|commentaires?|kommentare|comentarios|التعليقات|noscript|advertisement|publicité|anzeige|werbung|publicidad|إعلان)\W{0,4}\d{0,4}\W{0,3}$",
            re.I,
        ),
    ),
    (
        "copyright",
        re.compile(
            r"^(?:©|\(c\)|copyright\b|tous droits réservés|all rights reserved|alle rechte vorbehalten|todos los derechos reservados|جميع الحقوق محفوظة).{0,160}$",
            re.I,
        ),
    ),
    ("symbols", re.compile(r"^\W+$")),
)


def tidy(lines: Iterable[str], title: str, boilerplate: frozenset[str], trace: Trace) -> list[str]:
    """The lines that belong to the article, in order: echoes of the title, repeated, learned and known noise left out."""
    kept: list[str] = []
    seen: set[str] = set()
    own = fold(title)
    for line in map(without_icons, lines):
        folded = fold(line)
        rule = _rule(line, folded, own, boilerplate)
        if not rule and len(folded) > 60 and folded in seen:
            rule = "repeated"
        if rule:
            trace(rule, line)
        else:
            kept.append(line)
            seen.add(folded)
    return kept


def _rule(line: str, folded: str, title: str, boilerplate: frozenset[str]) -> str:
    if not folded:
        return "symbols"
    if folded == title:
        return "title"
    if boilerplate and fold_line(line) in boilerplate:
        return "learned"
    return next((name for name, pattern in _RULES if len(line) <= 300 and pattern.search(line)), "")
