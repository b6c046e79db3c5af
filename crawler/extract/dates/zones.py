"""The time zone of a country that keeps one, for times that name none."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# ISO 3166 → IANA (tzdata's zone1970.tab), countries with several zones left out: there a guess would be wrong by hours.
ZONES: Mapping[str, str] = {
    "AE": "Asia/Dubai", "AF": "Asia/Kabul", "AL": "Europe/Tirane", "AM": "Asia/Yerevan", "AT": "Europe/Vienna",
    "AZ": "Asia/Baku", "BA": "Europe/Sarajevo", "BE": "Europe/Brussels", "BF": "Africa/Ouagadougou", "BG": "Europe/Sofia",
    "BH": "Asia/Bahrain", "BJ": "Africa/Porto-Novo", "BO": "America/La_Paz", "CH": "Europe/Zurich", "CI": "Africa/Abidjan",
    "CM": "Africa/Douala", "CN": "Asia/Shanghai", "CO": "America/Bogota", "CR": "America/Costa_Rica",
    "CU": "America/Havana", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DJ": "Africa/Djibouti",
    "DK": "Europe/Copenhagen", "DO": "America/Santo_Domingo", "DZ": "Africa/Algiers", "EE": "Europe/Tallinn",
    "EG": "Africa/Cairo", "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GA": "Africa/Libreville",
    "GB": "Europe/London", "GE": "Asia/Tbilisi", "GN": "Africa/Conakry", "GR": "Europe/Athens", "GT": "America/Guatemala",
    "HK": "Asia/Hong_Kong", "HN": "America/Tegucigalpa", "HR": "Europe/Zagreb", "HT": "America/Port-au-Prince",
    "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata", "IQ": "Asia/Baghdad",
    "IR": "Asia/Tehran", "IT": "Europe/Rome", "JO": "Asia/Amman", "JP": "Asia/Tokyo", "KR": "Asia/Seoul",
    "KW": "Asia/Kuwait", "LB": "Asia/Beirut", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga",
    "LY": "Africa/Tripoli", "MA": "Africa/Casablanca", "MG": "Indian/Antananarivo", "ML": "Africa/Bamako",
    "MR": "Africa/Nouakchott", "NE": "Africa/Niamey", "NG": "Africa/Lagos", "NI": "America/Managua",
    "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "OM": "Asia/Muscat", "PA": "America/Panama", "PE": "America/Lima",
    "PK": "Asia/Karachi", "PL": "Europe/Warsaw", "PS": "Asia/Gaza", "PY": "America/Asuncion", "QA": "Asia/Qatar",
    "RO": "Europe/Bucharest", "RS": "Europe/Belgrade", "SA": "Asia/Riyadh", "SD": "Africa/Khartoum", "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "SN": "Africa/Dakar",
    "SV": "America/El_Salvador", "SY": "Asia/Damascus", "TD": "Africa/Ndjamena", "TG": "Africa/Lome", "TN": "Africa/Tunis",
    "TR": "Europe/Istanbul", "TW": "Asia/Taipei", "UA": "Europe/Kyiv", "UY": "America/Montevideo",
    "VE": "America/Caracas", "VN": "Asia/Ho_Chi_Minh", "YE": "Asia/Aden", "ZA": "Africa/Johannesburg",
}  # fmt: skip


def country_zone(country: str | None) -> tzinfo:
    """The zone of a country (ISO 3166) that has one; UTC for any other."""
    name = ZONES.get((country or "").upper())
    try:
        return ZoneInfo(name) if name else UTC
    except ZoneInfoNotFoundError:
        return UTC
