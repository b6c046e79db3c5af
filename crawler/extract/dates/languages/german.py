"""German, with Austria's months."""

from crawler.extract.dates.lexicon import lexicon

GERMAN = lexicon(
    months="januar|jänner|jan|jän, februar|feber|feb, märz|maerz|mär|mrz|mar, april|apr, mai, juni|jun, juli|jul, "
    "august|aug, september|sept|sep, oktober|okt, november|nov, dezember|dez",
    weekdays="montag|mo, dienstag|di, mittwoch|mi, donnerstag|do, freitag|fr, samstag|sonnabend|sa, sonntag|so",
    units="sekunde|sekunden|sek|s, minute|minuten|min|m, stunde|stunden|std|h, tag|tage|tagen|t, woche|wochen, "
    "monat|monate|monaten, jahr|jahre|jahren",
    numbers="ein|eine|einem|einer|einen, zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn, elf, zwölf",
    tens={15: "fünfzehn", 20: "zwanzig", 30: "dreißig"},
    days="heute|heute morgen|heute früh|heute mittag|heute nachmittag|heute abend, "
    "gestern|gestern morgen|gestern früh|gestern mittag|gestern nachmittag|gestern abend, vorgestern",
    ago_before="vor|seit",
    last_before="letzten|letzter|letztes|letzte|letztem|vergangenen|vergangene|vergangenes|vergangener|vorigen|vorige|"
    "voriges|voriger",
    about="etwa|ca|circa|rund|ungefähr|über|fast|mehr als|weniger als|knapp|gut",
    half_hour="einer halben stunde|eine halbe stunde",
    and_half="und einer halben|und eine halbe",
    now="jetzt|gerade eben|soeben|vor wenigen sekunden|vor wenigen augenblicken|gerade",
)
