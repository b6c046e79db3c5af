"""Which language a text is written in."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Restricting the model to languages that news sites use keeps short texts from being taken for rare
# relatives.
LANGUAGES = (
    "fr", "en", "ar", "es", "de", "it", "pt", "nl", "ru", "ja", "ko", "zh", "tr", "pl", "sv",
    "no", "nb", "nn", "da", "fi", "hu", "cs", "sk", "ro", "bg", "el", "he", "fa", "ur", "hi",
    "bn", "id", "ms", "vi", "th", "uk", "hr", "sr", "sl", "lt", "lv", "et", "is", "ca", "eu",
    "gl", "ka", "hy", "az", "kk", "sw", "am", "ta", "te", "ml", "mr", "gu", "pa", "ne", "si",
    "km", "lo", "my", "mn", "sq", "mk", "bs", "af",
)  # fmt: skip
_SAMPLE = 500
"""Characters that are looked at: on 6,000 texts in three languages twice as many gave the same
answer each time.
"""


def language_of(text: str, declared: str | None = None) -> str | None:
    """The ISO 639-1 code of the text's language, None for no text; `declared` decides where the
    text is too short.
    """
    sample = text[:_SAMPLE]
    declared = (declared or "").strip().lower().replace("_", "-").split("-")[0] or None
    if sum(char.isalpha() for char in sample) < 20:
        return declared if declared in LANGUAGES else None
    code = _identifier().classify(sample)[0]
    return "no" if code in ("nb", "nn") else str(code)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([code for code in LANGUAGES if code in identifier.nb_classes])
    return identifier
