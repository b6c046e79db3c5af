"""Languages of which only dates with a month's name are read."""

from collections.abc import Mapping

from crawler.extract.dates.lexicon import Lexicon, lexicon

NEIGHBOURS: Mapping[str, Lexicon] = {
    "da": lexicon(
        months="januar|jan, februar|feb, marts|mar, april|apr, maj, juni|jun, juli|jul, august|aug, "
        "september|sep|sept, "
        "oktober|okt, november|nov, december|dec"
    ),
    "id": lexicon(
        months="januari|jan, februari|feb, maret|mar, april|apr, mei, juni|jun, juli|jul, agustus|agu|ags, "
        "september|sep, "
        "oktober|okt, november|nov, desember|des"
    ),
    "it": lexicon(
        months="gennaio|gen|genn, febbraio|feb|febbr, marzo|mar, aprile|apr, maggio|mag|magg, giugno|giu, "
        "luglio|lug, "
        "agosto|ago, settembre|set|sett, ottobre|ott, novembre|nov, dicembre|dic"
    ),
    "nl": lexicon(
        months="januari|jan, februari|feb, maart|mrt, april|apr, mei, juni|jun, juli|jul, augustus|aug, "
        "september|sept|sep, "
        "oktober|okt, november|nov, december|dec"
    ),
    "no": lexicon(
        months="januar|jan, februar|feb, mars|mar, april|apr, mai, juni|jun, juli|jul, august|aug, "
        "september|sep|sept, "
        "oktober|okt, november|nov, desember|des"
    ),
    "pl": lexicon(
        months="stycznia, lutego, marca, kwietnia, maja, czerwca, lipca, sierpnia, września, października, "
        "listopada, grudnia"
    ),
    "pt": lexicon(
        months="janeiro|jan, fevereiro|fev, março|mar, abril|abr, maio|mai, junho|jun, julho|jul, agosto|ago, "
        "setembro|set, "
        "outubro|out, novembro|nov, dezembro|dez"
    ),
    "ru": lexicon(
        months="января|январь|янв, февраля|февраль|фев|февр, марта|март|мар, апреля|апрель|апр, мая|май, "
        "июня|июнь|июн, "
        "июля|июль|июл, августа|август|авг, сентября|сентябрь|сен|сент, октября|октябрь|окт, ноября|ноябрь|ноя|нояб, "
        "декабря|декабрь|дек"
    ),
    "sv": lexicon(
        months="januari|jan, februari|feb, mars|mar, april|apr, maj, juni|jun, juli|jul, augusti|aug, "
        "september|sep|sept, "
        "oktober|okt, november|nov, december|dec"
    ),
    "tr": lexicon(
        months="ocak|oca, şubat|şub, mart|mar, nisan|nis, mayıs|may, haziran|haz, temmuz|tem, ağustos|ağu, "
        "eylül|eyl, "
        "ekim|eki, kasım|kas, aralık|ara"
    ),
    "uk": lexicon(
        months="січня, лютого, березня, квітня, травня, червня, липня, серпня, вересня, жовтня, листопада, грудня"
    ),
}
