"""English."""

from crawler.extract.dates.lexicon import lexicon

ENGLISH = lexicon(
    months="january|jan, february|feb|febr, march|mar, april|apr, may, june|jun, july|jul, august|aug, "
    "september|sept|sep, october|oct, november|nov, december|dec",
    weekdays="monday|mon, tuesday|tue|tues, wednesday|wed|weds, thursday|thu|thur|thurs, friday|fri, saturday|sat,"
    " sunday|sun",
    units="second|seconds|sec|secs|s, minute|minutes|min|mins|m, hour|hours|hr|hrs|h, day|days|d, "
    "week|weeks|wk|wks|w, "
    "month|months|mo|mos|mth|mths, year|years|yr|yrs|y",
    numbers="a|an|one, two|a couple of, three, four, five, six, seven, eight, nine, ten, eleven, twelve",
    tens={15: "fifteen", 20: "twenty", 30: "thirty"},
    days="today|this morning|this afternoon|this evening|tonight, "
    "yesterday|last night|yesterday morning|yesterday afternoon|yesterday evening, "
    "the day before yesterday|day before yesterday",
    ago_after="ago|back",
    last_before="last|this past|past|previous",
    about="about|around|over|almost|nearly|more than|less than|approximately|some",
    half_hour="half an hour|a half hour|half hour|half-hour",
    and_half="and a half",
    now="just now|now|right now|moments ago|a moment ago|a few moments ago|a few seconds ago",
    month_first=True,
)
