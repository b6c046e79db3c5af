"""Known forms of the lines that surround articles, in five languages and more: icon names, prompts,
labels, dates.
"""

import re

# Ligature names that an icon font draws as pictures. Those with an underscore are never prose; the
# others are ordinary words, so they count only where they are glued to a capital ("starAJOUTER") or
# stand beside another ligature.
_LIGATURES = (
    "folder_open|access_time|star_border|star_half|star_rate|keyboard_arrow_(?:right|left|up|down)|chevron_(?:right|"
    "left)|"
    "arrow_(?:forward|back|upward|downward|drop_down|drop_up|right|left)(?:_ios)?|expand_(?:more|less)|"
    "person_outline|person_add|"
    "account_(?:circle|box)|calendar_(?:today|month)|date_range|event_note|chat_bubble(?:_outline)?|mode_comment|"
    "favorite_border|bookmark_border|mail_outline|location_on|location_city|local_(?:offer|library|movies)|play_arrow|"
    "play_circle_(?:outline|filled)|pause_circle_(?:outline|filled)|photo_camera|photo_library|insert_photo|"
    "insert_comment|"
    "volume_(?:up|off|down)|more_(?:vert|horiz)|query_builder|watch_later|open_in_new|thumb_(?:up|down)(?:_alt)?|"
    "remove_red_eye|visibility_off|trending_up|content_copy|format_quote|list_alt|add_circle(?:_outline)?|check_circle|"
    "error_outline|help_outline|info_outline|notifications_(?:none|active)|camera_alt|zoom_(?:in|out)|zoom_out_map|"
    "rss_feed"
)
_WORDS = (
    "star|share|person|schedule|label|bookmark|favorite|print|comment|update|home|search|menu|close|email|event|link|"
    "today|language"
)
# What every match of ICONS holds: a cheap test before it.
ICONIC = re.compile(r"_|[a-z](?=[A-ZÀ-ÝА-Я؀-ۿ]{2})")
ICONS = re.compile(
    rf"(?<![_/.@-])(?:{_LIGATURES})(?![a-z_])|(?<![\w/.@-])(?:{_WORDS})(?=[A-ZÀ-ÝА-Я؀-ۿ]{{2}})"
)

CLOCK = re.compile(
    r"(?<![_/.@-])(?:access_time|query_builder|calendar_(?:today|month)|date_range|event_note|(?<!\w)schedule)\s*([^_]{3,80}?)"
    rf"\s*(?:$|{_LIGATURES})"
)
# The words of a line that only dates the page; checked word by word, since a pattern over all of
# them could backtrack.
_DATE_WORD = re.compile(
    r"\d+(?:er|th|st|nd|rd|h|min|hrs?|am|pm)?|\d+h\d+|heures?|minutes?|hours?|jours?|tage?n?|stunden?|uhr|heute|gestern|today|"
    r"yesterday|hier|aujourd|hui|hoy|ayer|am|pm|a|p|m|gmt|utc|est|edt|et|cet|cest|ist|bst|at|à|um|on|le|il|y|depuis|ago|vor|"
    r"hace|h|min|read|lesezeit|lecture|de|t|z|the|published|posted|updated|last|publié|mis|jour|modifié|créé|veröffentlicht|"
    r"aktualisiert|stand|erstellt|publicado|actualizado|pubblicato|uppdaterad|publicerad|نشر|تحديث|"
    r"(?:jan|f[eé]b|févr|mar|m[äa]rz|a[pvb]r|avril|mai|may|juin|jun|juil|jul|ao[uû]t|aug|ago|sep|o[ck]t|nov|d[eéi][cz]|ene|"
    r"lun|mon|tue|wed|thu|fri|sat|sun|mardi|mercredi|jeudi|vendredi|samedi|dimanche|dienstag|mittwoch|donnerstag|freitag|"
    r"samstag|sonntag|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo)[a-zéûäà]{0,8}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


def is_date(line: str) -> bool:
    """Whether the line only dates the page."""
    words = _WORD.findall(line)
    return (
        2 <= len(words) <= 16
        and any(word[0].isdigit() for word in words)
        and all(map(_DATE_WORD.fullmatch, words))
    )


def _line(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


RULES: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("symbols", 300, _line(r"^[\W_]+$")),
    ("address", 500, _line(r"^https?://\S+$|^www\.\S+$")),
    (
        "share",
        200,
        _line(
            r"^(?:(?:share|shares|partager|partagez|teilen|compartir|compartilhar|condividi|tweet(?:er)?|facebook|"
            r"twitter|whatsapp|"
            r"linkedin|e-?mail|pinterest|telegram|reddit|messenger|flipboard|bluesky|threads|instagram|copy link|"
            r"link copied|"
            r"copier le lien|imprimer|print|drucken|merken|envoyer|post|x|on|sur|auf|en|via|this|article|cet|diesen|"
            r"artikel|"
            r"شارك|مشاركة|طباعة|فيسبوك|تويتر|واتساب)[\s:|·,/+!-]*){1,14}$"
        ),
    ),
    (
        "read also",
        300,
        _line(
            r"^(?:[-–•»>→▶►*]+\s*)?(?:lire (?:aussi|également|plus|la suite|notre)|à lire(?: aussi| également)?|"
            r"voir aussi|"
            r"(?:à|a) (?:voir|découvrir|écouter) (?:aussi|également)|lisez aussi|sur le même sujet|"
            r"read (?:also|more|next|full)|also read|see also|more on this|related(?: articles?| stories| links|"
            r" news| content| topics)?|"
            r"recommended|don'?t miss|watch(?: also| more| now)?|"
            r"lesen sie (?:auch|mehr|hier)|siehe auch|mehr zum thema|mehr (?:dazu|lesen)|auch interessant|weiterlesen|"
            r"lee también|leer (?:también|más)|lea (?:también|además|más)|(?:también )?te puede interesar|"
            r"vea también|más información|"
            r"leggi anche|leia (?:também|mais)|lees ook|czytaj (?:także|więcej|też)|"
            r"اقرأ (?:أيضا|أيضًا|ايضا|المزيد)|إقرأ أيضا|اقرا ايضا|شاهد أيضا|مواضيع ذات صلة)\s*(?:[:：>»|/–-]|$)"
        ),
    ),
    (
        "prompt",
        60,
        _line(
            r"^(?:please wait|loading|chargement|wird geladen|ajouter (?:aux|à mes) favoris|add to favou?rites|"
            r"(?:\d+ )?(?:comments?|commentaires?|kommentare?|comentarios?|réactions?)|leave a (?:comment|reply)|"
            r"comentar|commenter|"
            r"التعليقات|noscript|advertisement|advertising|publicité|anzeige|werbung|publicidad|إعلان|"
            r"sponsored(?: content| link)?|"
            r"your browser does not support.*|quick links|follow us|suivez[- ]nous|síguenos|folgen sie uns|تابعونا|"
            r"listen(?: to (?:this )?article)?|écouter(?: l'article)?|artikel anhören|escuchar|استمع|"
            r"no results found|clear search|first published|last updated|see (?:more|all)|show more|voir plus|"
            r"mehr anzeigen|ver más|"
            r"von|par|by|por|written by|reading time|temps de lecture.*|lesezeit.*|(?:\d+ )?min(?:ute)?s? (?:read|"
            r"de lecture)|"
            r"skip (?:to|advertisement).*|aller au contenu.*|zum inhalt.*|regala esta noticia|play|pause|mute|video|"
            r"vidéo|photos?)"
            r"[\s:.!…\d()-]*$"
        ),
    ),
    (
        "copyright",
        260,
        _line(
            r"^(?:©|ⓒ|\(c\)|copyrights?\b|tous droits réservés|all rights reserved|alle rechte vorbehalten|"
            r"todos los derechos reservados|tutti i diritti riservati|جميع الحقوق محفوظة)|"
            r"(?:all rights reserved|tous droits (?:de reproduction )?réservés|alle rechte vorbehalten|"
            r"todos los derechos reservados|"
            r"reproduction (?:interdite|without permission)|무단\s?전재)[\s.)]*$"
        ),
    ),
    (
        "subscribe",
        260,
        _line(
            r"^(?:subscribe\b|sign up\b|join (?:our|us)\b|register (?:now|for free)|already (?:a )?subscri|"
            r"support (?:our|independent) |"
            r"get (?:the|all the|our) (?:latest|best|top|daily|morning)\b|want to keep up|become a (?:member|"
            r"subscriber)|"
            r"our journalism needs|download (?:our|the) app|follow (?:us|our|him|her|them) (?:on|at)\b|"
            r"stay (?:informed|up to date|updated)|"
            r"abonnez[- ]vous|s'abonner|je m'abonne|inscrivez[- ]vous|recevez |déjà abonné|rejoignez|"
            r"suivez[- ](?:nous|l'actualité)|"
            r"cet article est réservé|article réservé|il vous reste \d|la suite (?:est )?réservée|"
            r"jetzt (?:abonnieren|anmelden|testen|kostenlos)|abonnieren sie|melden sie sich|newsletter\b|sie (?:sind|"
            r"haben) (?:noch|bereits) |"
            r"suscr[ií]b[aei]te|suscr[ií]base|regístrate|únete|sigue (?:toda )?la |esta funcionalidad es|"
            r"contenido exclusivo|"
            r"اشترك|سجل الآن|تابعنا|この記事は会員限定|会員登録|続きを読む)"
        ),
    ),
    (
        "consent",
        700,
        _line(
            r"(?:externe[nr]? inhalt|einwilligung|personenbezogene daten|contenu (?:externe|tiers|est bloqué)|"
            r"(?:accepte|acceptez|accept|akzeptieren|aceptar).{0,40}(?:cookies|traceurs)|cookies? (?:de|sur|policy|"
            r"settings|setzt)|"
            r"datenschutz(?:einstellungen|erklärung)|redaktioneller inhalt|klick für den datenschutz|"
            r"you (?:agree|accept|consent) to (?:our|the) (?:terms|privacy)|terms of (?:use|service) and privacy|"
            r"third[- ]party (?:content|cookies)|"
            r"politique de confidentialité|política de privacidad|consensi relativi|trattamento dei (?:tuoi )?dati)"
        ),
    ),
    (
        "advertiser",
        700,
        _line(
            r"^\W*(?:if you (?:purchase|buy|click)|we (?:may|might) (?:earn|receive)|as an amazon|this (?:article|"
            r"post) (?:may )?contains? affiliate|"
            r"als amazon-partner|.{0,40}affiliate-?links?\b|.{0,60}liens? affili|.{0,60}enlaces? de afiliad|"
            r".{0,60}provision)"
        ),
    ),
    (
        "contact",
        300,
        _line(
            r"(?:reached at|contact(?:er|ez)?|follow|email|e-mail|write to|écrire à|twitter|x)\b.{0,80}(?:@\w|\w@\w)|"
            r"^\W*(?:e-?mail|mail|courriel|twitter|contact|kontakt)\W.{0,40}@|^\S+@\S+\.\w{2,}$|^@\w+$"
        ),
    ),
    (
        "picture credit",
        160,
        _line(
            r"^\W*(?:(?:image|photo|foto|bild|picture|video|vidéo|illustration)s?\s*(?:credit|source|by|:|/|©|\(|von|"
            r"via)|"
            r"(?:crédits?|credits?|créd\.)\s*(?:photos?|images?|:)|getty images|©)"
        ),
    ),
)

# Who wrote it is read off this line later, however often it comes.
SOURCE = _line(
    r"\W{0,3}(?:sources?|quellen?|fuentes?|المصدر|مصدر|avec|with|mit|con)\b\s*[:：]?\s*\S.{1,60}$"
)
COMMENTS = _line(
    r"^\W*(?:\d+\s*)?(?:comments?|commentaires?|kommentare?|comentarios?|leserkommentare|التعليقات|"
    r"reader comments)[\s:()\d]*$"
)
RELATED = _line(
    r"^\W*(?:related(?: \w+)?|(?:more|read) (?:news|stories|articles|from \w+)|latest (?:news|articles|stories)|"
    r"popular (?:news|articles|posts)|"
    r"our sources|sources utilisées|sur le même (?:sujet|thème)|(?:articles|contenus) (?:liés|similaires|associés|"
    r"connexes)|à lire aussi|"
    r"mehr zum thema|weitere (?:artikel|themen|nachrichten)|das könnte sie auch interessieren|noticias relacionadas|"
    r"(?:artículos|contenidos) relacionados|te puede interesar|más noticias|berita (?:lainnya|terkait)|"
    r"مواضيع ذات صلة|اقرأ أيضا|"
    r"관련기사|関連記事|相关新闻|相关阅读)\W*$"
)
