"""French."""

from crawler.extract.dates.lexicon import lexicon

FRENCH = lexicon(
    months="janvier|janv|jan, février|févr|fév|fev, mars, avril|avr, mai, juin, juillet|juil|juill, août|aout|aoû, "
    "septembre|sept|sep, octobre|oct, novembre|nov, décembre|déc|dec",
    weekdays="lundi|lun, mardi|mar, mercredi|mer, jeudi|jeu, vendredi|ven, samedi|sam, dimanche|dim",
    units="seconde|secondes|sec|s, minute|minutes|min|mins|mn|m, heure|heures|h|hr, jour|jours|j, "
    "semaine|semaines|sem, "
    "mois, an|ans|année|années",
    numbers="un|une, deux, trois, quatre, cinq, six, sept, huit, neuf, dix, onze, douze",
    tens={15: "quinze", 20: "vingt", 30: "trente"},
    days="aujourd'hui|ce jour|ce matin|ce midi|cet après-midi|ce soir|cette nuit, "
    "hier|hier matin|hier midi|hier après-midi|hier soir, avant-hier",
    ago_before="il y a|y a|depuis|voici|voilà|ça fait|cela fait",
    last_after="dernier|dernière|passé|passée|précédent|précédente",
    about="environ|plus de|plus d'|moins de|moins d'|près de|près d'|presque|à peine|déjà|au moins",
    half_hour="une demi-heure|une demie heure|demi-heure",
    and_half="et demi|et demie",
    now="à l'instant|maintenant|il y a un instant|il y a quelques instants|il y a quelques secondes",
)
