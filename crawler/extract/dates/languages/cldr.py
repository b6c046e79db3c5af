"""Languages of which CLDR has the months' names, as Babel brings it, with what the press adds."""

import re
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from crawler.extract.dates.calendars import LUNAR_HIJRI, SOLAR_HIJRI, Calendar
from crawler.extract.dates.lexicon import Lexicon, lexicon

_CODE = re.compile(r"[a-z]{2,3}")
_KEPT = 128  # languages that are held: more than papers are written in
# Small words before a month's name that CLDR takes for a part of it.
_ARTICLE = re.compile(r"^(?:de |d[’'])")
_HIJRI = (SOLAR_HIJRI, LUNAR_HIJRI)
_CALENDARS: Mapping[str, tuple[Calendar, ...]] = {
    "fa": _HIJRI, "ps": _HIJRI, "ckb": _HIJRI, "ku": _HIJRI, "ur": (LUNAR_HIJRI,), "sd": (LUNAR_HIJRI,),
    "ug": (LUNAR_HIJRI,), "tg": _HIJRI,
}  # fmt: skip
_BEHIND: Mapping[str, int] = {"am": 7, "ti": 7}
# Twelve groups, as in `lexicon`.
_MORE: Mapping[str, str] = {
    "ckb": "کانونی دووەم|کانوونی دووەم|کانونی دووهەم|ینایر, شوبات|فێبریوەری, ئازار|مارت, نیسان|نیسانی, "
    "ئایار|ئایاری|مایس, حوزەیران|حوزەیرانی|یونیو, تەممووز|تەموز|تەمموز, ئاب|ئابی|ئۆگەست, "
    "ئەیلول|ئەیلوول|ئەیلولی, تشرینی یەکەم|ئۆکتۆبەر, تشرینی دووەم|تشرینی دووهەم|نۆڤەمبەر, "
    "کانونی یەکەم|کانوونی یەکەم|دیسەمبەر",
    "fa": "ژانویه|جنوری, فوریه|فبروری, مارس|مارچ, آوریل|اپریل, مه|می, ژوئن|ژوین|جون, ژوئیه|ژوئیهٔ|جولای, "
    "اوت|آگوست|اگست|اگوست, سپتامبر|سپتمبر, اکتبر|اکتوبر, نوامبر|نومبر, دسامبر|دسمبر",
    "he": "בינואר, בפברואר, במרץ|במרס|מרס, באפריל, במאי, ביוני, ביולי, באוגוסט, בספטמבר, באוקטובר, בנובמבר, "
    "בדצמבר",
    "hi": "जनवरी, फरवरी|फ़रवरी, मार्च, अप्रैल, मई, जून, जुलाई, अगस्त, सितंबर|सितम्बर, अक्टूबर|अक्तूबर, "
    "नवंबर|नवम्बर, दिसंबर|दिसम्बर",
    "ku": "çile|kanûna duyem, sibat|şibat, adar, nîsan, gulan, hezîran, tîrmeh|temûz, tebax|gelawêj, "
    "îlon|rezber, cotmeh|çiriya pêşîn, mijdar|çiriya paşîn, berfanbar|kanûna pêşîn|kanûn",
    "ur": "جنوری, فروری, مارچ, اپریل, مئی, جون, جولائی, اگست, ستمبر, اکتوبر, نومبر, دسمبر",
}


@lru_cache(_KEPT)
def cldr_lexicon(code: str) -> Lexicon | None:
    """The lexicon of a language that CLDR knows, by its ISO 639 code; reads Babel's file when it
    is first asked for.
    """
    months = _months(code) if _CODE.fullmatch(code) else None
    if months is None:
        return None
    return lexicon(
        months=months,
        calendars=_CALENDARS.get(code, ()),
        buddhist=code == "th",
        behind=_BEHIND.get(code, 0),
    )


def _months(code: str) -> str | None:
    """The names of the months in twelve groups, long, short and as the press has them."""
    try:
        formats = Locale.parse(code).months["format"]
    except (UnknownLocaleError, ValueError):
        return None
    more = _MORE.get(code, "," * 11).split(",")
    groups: list[str] = []
    for number, added in enumerate(more, 1):
        names = [formats["wide"][number], formats["abbreviated"][number]]
        plain = [_ARTICLE.sub("", name).rstrip(".").replace(",", "") for name in names]
        groups.append("|".join([*plain, added.strip()]))
    return ", ".join(groups)
