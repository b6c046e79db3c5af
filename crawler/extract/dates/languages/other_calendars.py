"""Names of the months of other calendars, in the languages that print them."""

from collections.abc import Iterator

from crawler.extract.dates.calendars import (
    ETHIOPIC,
    HEBREW,
    LUNAR_HIJRI,
    SOLAR_HIJRI,
    Calendar,
)
from crawler.extract.dates.lexicon import Phrases, phrases

CalendarMonth = tuple[Calendar, int]

# Groups of one month are parted by commas, names of one month by |.
_MONTHS: tuple[tuple[Calendar, str], ...] = (
    # Persian; Dari; Pashto; in Latin letters.
    (
        SOLAR_HIJRI,
        "فروردین|حمل|وری|farvardin, اردیبهشت|ثور|غویی|ordibehesht, خرداد|جوزا|غبرګولی|khordad, "
        "تیر|سرطان|چنګاښ|tir, مرداد|امرداد|اسد|زمری|mordad, شهریور|سنبله|وږی|shahrivar, "
        "مهر|میزان|تله|mehr, آبان|عقرب|لړم|aban, آذر|قوس|لیندۍ|azar, "
        "دی|جدی|مرغومی|dey, بهمن|دلو|سلواغه|bahman, اسفند|اسپند|حوت|کب|esfand",
    ),
    # Arabic; Persian and Urdu; English, Indonesian and Turkish.
    (
        LUNAR_HIJRI,
        "محرم|محرم الحرام|المحرم|muharram|muharam|muharrem, صفر|صفر المظفر|صفر الخير|safar|shafar|safer, "
        "ربيع الأول|ربيع أول|ربيع الاول|rabi al awwal|rabi al awal|rabiul awal|rabi i|rebiülevvel, "
        "ربيع الآخر|ربيع الثاني|ربيع ثاني|rabi al thani|rabi al akhir|rabiul akhir|rabi ii|rebiülahir, "
        "جمادى الأولى|جمادى الأول|جمادي الأولى|جمادى الاولى|جمادی الاول|"
        "jumada al awwal|jumada al ula|jumadil awal|jumada i|cemaziyelevvel, "
        "جمادى الآخرة|جمادى الثانية|جمادى الآخر|جمادى الثاني|جمادی الثانی|"
        "jumada al thani|jumada al akhirah|jumada al akhira|jumadil akhir|jumada ii|cemaziyelahir, "
        "رجب|رجب المرجب|rajab|recep, شعبان|شعبان المعظم|shaban|sha'ban|syaban|sya'ban|şaban, "
        "رمضان|رمضان المبارك|رمضان المعظم|ramadan|ramadhan|ramazan, شوال|شوال المكرم|shawwal|syawal|şevval, "
        "ذو القعدة|ذي القعدة|ذيقعده|ذیقعد|ذوالقعدة|dhu al qadah|dhul qadah|dzulkaidah|zulkaidah|zilkade, "
        "ذو الحجة|ذي الحجة|ذیحجه|ذوالحجة|ذوالحجہ|dhu al hijjah|dhul hijjah|dzulhijjah|zulhijah|zilhicce",
    ),
    # From Nisan; of a leap year, Adar is printed as the first or the second.
    (
        HEBREW,
        "ניסן|בניסן, אייר|באייר|אייר|איר, סיון|סיוון|בסיון|בסיוון, תמוז|בתמוז, אב|באב|מנחם אב, אלול|באלול, "
        "תשרי|בתשרי, חשון|חשוון|מרחשוון|מרחשון|בחשון|בחשוון|במרחשוון|במרחשון, כסלו|כסליו|בכסלו|בכסליו, "
        "טבת|בטבת, שבט|בשבט, אדר|באדר|אדר א|באדר א|אדר ראשון, אדר ב|באדר ב|אדר שני",
    ),
    (
        ETHIOPIC,
        "መስከረም, ጥቅምት, ኅዳር|ህዳር|ሕዳር, ታኅሣሥ|ታህሳስ|ታህሣሥ|ታኅሳስ, ጥር, የካቲት, መጋቢት, ሚያዝያ|ሚያዚያ, "
        "ግንቦት, ሰኔ, ሐምሌ|ሀምሌ, ነሐሴ|ነሀሴ, ጳጉሜን|ጳጉሜ|ጷጉሜን",
    ),
)


def _entries() -> Iterator[tuple[str, CalendarMonth]]:
    for calendar, groups in _MONTHS:
        for number, names in enumerate(groups.split(","), 1):
            # Persian joins the words of a name by a mark that is not seen.
            joined = "|".join(name.replace(" ", "") for name in names.strip().split("|"))
            yield f"{names.strip()}|{joined}", (calendar, number)


OTHER_MONTHS: Phrases[CalendarMonth] = phrases(_entries())
