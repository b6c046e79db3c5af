"""Time zones: as printed beside times ("GMT+2", "CET", "heure de Paris"), and by country for times
that name none.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.extract.dates.lexicon import fold_date_text, words
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, starts

Zone = int | str  # minutes east of UTC, or a name of the IANA where summer time decides

# Of the three zones called IST, India's is the one that papers print.
ABBREVIATIONS: Mapping[str, Zone] = {
    "utc": 0, "gmt": 0, "tu": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "mez": 60,
    "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "trt": 180, "ist": 330, "pkt": 300, "wib": 420, "sgt": 480,
    "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "est": -300, "edt": -240,
    "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "brt": -180, "art": -180,
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
}  # fmt: skip
CITIES: Mapping[str, str] = {
    "Europe/Paris": "paris|française|باريس", "Europe/Brussels": "bruxelles", "Europe/Zurich": "genève",
    "Europe/London": "londres|london|لندن", "Europe/Berlin": "berlin", "Europe/Madrid": "madrid|peninsular",
    "Europe/Moscow": "moscou|moscow|موسكو", "Asia/Beirut": "beyrouth|beirut|بيروت", "Asia/Damascus": "damas|دمشق",
    "Asia/Jerusalem": "القدس", "Africa/Cairo": "le caire|القاهرة", "Asia/Riyadh": "مكة|السعودية|الرياض",
    "Asia/Dubai": "dubai|دبي|أبوظبي|الإمارات", "Asia/Baghdad": "بغداد", "Africa/Tunis": "tunis|تونس",
    "Africa/Algiers": "alger|الجزائر", "Africa/Casablanca": "rabat|الرباط|المغرب", "America/Bogota": "bogotá",
    "Etc/UTC": "greenwich|غرينتش|جرينتش|غرينيتش", "America/New_York": "washington|new york",
    "America/Toronto": "montréal", "America/Argentina/Buenos_Aires": "buenos aires",
}  # fmt: skip
# ISO 3166 → IANA (tzdata's zone1970.tab). Countries with several zones are left out: a guess would
# be wrong by hours.
COUNTRIES: Mapping[str, str] = {
    "AE": "Asia/Dubai", "AF": "Asia/Kabul", "AL": "Europe/Tirane", "AM": "Asia/Yerevan", "AT": "Europe/Vienna",
    "AZ": "Asia/Baku", "BA": "Europe/Sarajevo", "BE": "Europe/Brussels", "BF": "Africa/Ouagadougou",
    "BG": "Europe/Sofia", "BH": "Asia/Bahrain", "BJ": "Africa/Porto-Novo", "BO": "America/La_Paz",
    "CH": "Europe/Zurich", "CI": "Africa/Abidjan", "CM": "Africa/Douala", "CN": "Asia/Shanghai",
    "CO": "America/Bogota", "CR": "America/Costa_Rica", "CU": "America/Havana", "CZ": "Europe/Prague",
    "DE": "Europe/Berlin", "DJ": "Africa/Djibouti", "DK": "Europe/Copenhagen", "DO": "America/Santo_Domingo",
    "DZ": "Africa/Algiers", "EE": "Europe/Tallinn", "EG": "Africa/Cairo", "FI": "Europe/Helsinki",
    "FR": "Europe/Paris", "GA": "Africa/Libreville", "GB": "Europe/London", "GE": "Asia/Tbilisi",
    "GN": "Africa/Conakry", "GR": "Europe/Athens", "GT": "America/Guatemala", "HK": "Asia/Hong_Kong",
    "HN": "America/Tegucigalpa", "HR": "Europe/Zagreb", "HT": "America/Port-au-Prince", "HU": "Europe/Budapest",
    "IE": "Europe/Dublin", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata", "IQ": "Asia/Baghdad", "IR": "Asia/Tehran",
    "IT": "Europe/Rome", "JO": "Asia/Amman", "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "KW": "Asia/Kuwait",
    "LB": "Asia/Beirut", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga",
    "LY": "Africa/Tripoli", "MA": "Africa/Casablanca", "MG": "Indian/Antananarivo", "ML": "Africa/Bamako",
    "MR": "Africa/Nouakchott", "NE": "Africa/Niamey", "NG": "Africa/Lagos", "NI": "America/Managua",
    "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "OM": "Asia/Muscat", "PA": "America/Panama", "PE": "America/Lima",
    "PK": "Asia/Karachi", "PL": "Europe/Warsaw", "PS": "Asia/Gaza", "PY": "America/Asuncion", "QA": "Asia/Qatar",
    "RO": "Europe/Bucharest", "RS": "Europe/Belgrade", "SA": "Asia/Riyadh", "SD": "Africa/Khartoum",
    "SE": "Europe/Stockholm", "SG": "Asia/Singapore", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
    "SN": "Africa/Dakar", "SV": "America/El_Salvador", "SY": "Asia/Damascus", "TD": "Africa/Ndjamena",
    "TG": "Africa/Lome", "TN": "Africa/Tunis", "TR": "Europe/Istanbul", "TW": "Asia/Taipei", "UA": "Europe/Kyiv",
    "UY": "America/Montevideo", "VE": "America/Caracas", "VN": "Asia/Ho_Chi_Minh", "YE": "Asia/Aden",
    "ZA": "Africa/Johannesburg",
}  # fmt: skip
_CITY = {
    tuple(fold_date_text(name).split()): zone
    for zone, names in CITIES.items()
    for name in names.split("|")
}
# The offsets that are in use, in minutes.
EARLIEST_OFFSET = -12 * 60
LATEST_OFFSET = 14 * 60
_TIME_OF = words("heure de|heure d'|heures de|à l'heure de|hora de|بتوقيت|توقيت|hora|heure")


def printed_zone(line: list[DateToken], at: int) -> tuple[Zone | None, int]:
    """The zone named at token `at`, None where none is, and the token after it."""
    after_comma = is_mark(line, at, ",") and starts(line, at + 1, _TIME_OF) is not None
    start = at + (is_mark(line, at, "([") or after_comma)
    if start >= len(line):
        return None, at
    if line[start].kind == "offset":
        return _minutes(line[start].text), start + 1
    if is_word(line, start, ABBREVIATIONS):
        following = line[start + 1] if start + 1 < len(line) else None
        if following is not None and following.kind == "offset":
            return _minutes(following.text), start + 2
        return ABBREVIATIONS[line[start].text], start + 1
    return _city(line, start) or (None, at)


def _city(line: list[DateToken], at: int) -> tuple[Zone, int] | None:
    """ "heure de Paris", "London time"."""
    named = starts(line, at, _TIME_OF)
    for length in (2, 1):
        first = at if named is None else named
        key = tuple(token.text for token in line[first : first + length])
        if key in _CITY and (named is not None or is_word(line, first + length, {"time"})):
            return _CITY[key], first + length + (named is None)
    return None


def _minutes(offset: str) -> int:
    """+02:00, +0200 or +2 in minutes."""
    sign = -1 if "-" in offset else 1
    digits = offset.strip().lstrip("+-").replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return sign * (int(hours) * 60 + int(minutes))


def zoned(moment: datetime, zone: Zone | None, default: tzinfo) -> datetime | None:
    """A naive moment in its zone, at a fixed offset; None where no zone lies so far from UTC."""
    if isinstance(zone, int):
        if not EARLIEST_OFFSET <= zone <= LATEST_OFFSET:
            return None
        return moment.replace(tzinfo=timezone(timedelta(minutes=zone)))
    where = iana(zone) if zone else default
    if where is UTC:
        return moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=timezone(moment.replace(tzinfo=where).utcoffset() or timedelta()))


def iana(name: str) -> tzinfo:
    """The zone of that name; UTC on a system without time zone data."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return UTC


def country_zone(country: str | None) -> tzinfo:
    """The zone of a country (ISO 3166) that keeps one; UTC for any other."""
    name = COUNTRIES.get((country or "").upper())
    return iana(name) if name else UTC
