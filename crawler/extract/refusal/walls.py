"""Recognises pages that are no article: challenges, consent and login walls, soft errors."""

import re

from crawler.extract.errors import Refused
from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line

# Characters: a wall has few words of its own, and no three paragraphs; an article about captchas
# has them.
_LONG, _SHORT, _SENTENCES = 1_200, 400, 100
_UNTITLED = 40

_BLOCKED = re.compile(
    r"making sure you'?re not a bot|just a moment|attention required|access denied|accès refusé|checking your browser|"
    r"are you (?:a )?(?:human|robot)|verify you are (?:a )?human|you are human|unusual traffic|êtes-vous un robot|"
    r"pardon our interruption|"
    r"please enable (?:js|javascript|cookies)|enable javascript and cookies|security check|ddos[- ]guard|"
    r"ddos protection|"
    r"request (?:unsuccessful|blocked)|you have been blocked|vous avez été bloqué|bot verification|captcha|"
    r"403 forbidden|429 too many requests|too many requests|robot check|human verification|zugriff verweigert|"
    r"acceso denegado|"
    r"^forbidden$|^unauthorized$|تم رفض الوصول|التحقق من أنك إنسان",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"(?:^|\b)(?:404|410)\b.{0,40}(?:not found|introuvable|error|erreur|fehler)|page (?:not found|introuvable|"
    r"non trouvée)|"
    r"(?:error|erreur|fehler) 404|^(?:404|not found)$|seite (?:wurde )?nicht gefunden|página no encontrada|"
    r"pagina non trovata|"
    r"cette page n.existe (?:pas|plus)|this page (?:does not|doesn't) exist|page (?:can't|cannot) be found|"
    r"الصفحة غير موجودة|"
    r"502 bad gateway|503 service|internal server error|service unavailable|site en maintenance|under maintenance",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|avant d'accéder|bevor sie (?:zu|fort)|antes de continuar|prima di continuare|"
    r"(?:we|nous|wir) (?:value|respectons|respektieren|care about) (?:your|votre|ihre) (?:privacy|vie privée|"
    r"privatsphäre)|"
    r"yahoo (?:fait partie|is part|ist teil|forma parte)|consent|cookie (?:wall|einstellungen)|zustimmung",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"^(?:log ?in|sign ?in|connexion|se connecter|s'identifier|identifiez-vous|anmelden|anmeldung|iniciar sesión|"
    r"accedi|login|"
    r"تسجيل الدخول)\b",
    re.IGNORECASE,
)
_MARKS = (
    b"/cdn-cgi/challenge-platform/",
    b"_Incapsula_Resource",
    b"px-captcha",
    b"captcha-delivery.com",
    b"anubis_challenge",
    b"awswaf",
)


def check(evidence: PageEvidence, title: str, text: str, body: bytes) -> None:
    """Raises Refused where the page is a wall or an error instead of an article."""
    if not comparable_line(text) or (not comparable_line(title) and len(text) < _UNTITLED):
        raise Refused("empty", "the page has no text, or a few words without a headline")
    if len(text) > _LONG:
        return
    titles = [clean(title), clean(evidence.tree.findtext(".//title") or "")]
    opening = clean(text)[:160]
    short = len(text) < _SHORT or not jsonld.types(evidence.node) & jsonld.ARTICLE_TYPES
    told = len([line for line in text.split("\n") if len(line) >= _SENTENCES]) >= 3
    if short and not told:
        _check_errors(titles, opening, text, body)
    if any(map(_LOGIN.search, titles)) and evidence.tree.xpath(
        "boolean(.//input[@type='password'])"
    ):
        raise Refused("login", "the page asks for a login")
    if any(map(_CONSENT.search, titles)):
        raise Refused("consent", "the page asks for consent first")


def _check_errors(titles: list[str], opening: str, text: str, body: bytes) -> None:
    challenged = len(text) < _SHORT and any(mark in body for mark in _MARKS)
    if challenged or any(map(_BLOCKED.search, (*titles, opening))):
        raise Refused("blocked", "the site answered with a check for robots")
    if any(map(_MISSING.search, titles)) or (len(text) < _SHORT and _MISSING.search(opening)):
        raise Refused("soft-404", "the page says that there is no such page")
