"""Spanish."""

from crawler.extract.dates.lexicon import lexicon

SPANISH = lexicon(
    months="enero|ene, febrero|feb, marzo|mar, abril|abr, mayo|may, junio|jun, julio|jul, agosto|ago, "
    "septiembre|setiembre|sept|sep|set, octubre|oct, noviembre|nov, diciembre|dic",
    weekdays="lunes|lun, martes|mar, miércoles|mié, jueves|jue, viernes|vie, sábado|sáb, domingo|dom",
    units="segundo|segundos|seg|s, minuto|minutos|min|mins|m, hora|horas|h|hr|hrs|hs, día|días|d, "
    "semana|semanas|sem, "
    "mes|meses, año|años",
    numbers="un|una|uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez, once, doce",
    tens={15: "quince", 20: "veinte", 30: "treinta"},
    days="hoy|esta mañana|esta tarde|esta noche, "
    "ayer|anoche|ayer por la mañana|ayer por la tarde|ayer por la noche, anteayer|antes de ayer|antier|anteanoche",
    ago_before="hace|desde hace",
    ago_after="atrás",
    last_before="pasado|pasada",
    last_after="pasado|pasada|último|última",
    about="unos|unas|alrededor de|más de|menos de|casi|cerca de|aproximadamente|ya",
    half_hour="media hora",
    and_half="y media|y medio",
    now="ahora|ahora mismo|hace un momento|hace unos instantes|hace unos segundos|hace instantes",
)
