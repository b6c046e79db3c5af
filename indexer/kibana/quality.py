"""The dashboard *Quality*: what the articles lack, by when Veille first saw them: some have no
date.
"""

from indexer.kibana.board import Panel, PanelRow, dashboard
from indexer.kibana.charts import figure, over_time, ranking, table
from indexer.kibana.columns import count, number, steps, top
from indexer.kibana.coverage import CONTROLS
from indexer.kibana.objects import SavedObject
from indexer.kibana.searches import search
from indexer.kibana.views import DashboardTopic, View, Views

UNDATED = "not published: *"
NAMELESS = "not authors: *"
PAYWALLED = "paywalled: true"
_DESCRIPTION = (
    "What the articles lack, by when Veille first saw them. "
    "A source whose texts become short or whose dates disappear has changed its pages."
)


def quality(views: Views) -> list[SavedObject]:
    """The dashboard and what stands on it."""
    view = views.seen
    articles = count("Articles")
    figures = _figures(view)
    lacking = _lacking(view)
    lengths = _lengths(view)
    where_from = DashboardTopic("veille-quality-origins", "Where dates come from", view)
    origins = ranking(where_from, top("published_origin", "Origin", 10, articles), articles)
    how_precise = DashboardTopic("veille-quality-precisions", "How precise dates are", view)
    precisions = ranking(
        how_precise, top("published_precision", "Precision", 10, articles), articles
    )
    undated = search(
        DashboardTopic("veille-undated", "Articles without a date", view, UNDATED),
        ("first_seen", "source", "title_exact", "section", "id", "url"),
        "first_seen",
    )
    rows = [
        PanelRow(7, tuple(Panel(shown, 12) for shown in figures)),
        PanelRow(14, (Panel(lacking, 28), Panel(origins, 20))),
        PanelRow(14, (Panel(lengths, 28), Panel(precisions, 20))),
        PanelRow(14, (Panel(undated, 48),)),
    ]
    board = dashboard(
        DashboardTopic("veille-quality", "Veille: Quality", view),
        _DESCRIPTION,
        rows,
        CONTROLS,
        "now-30d",
    )
    return [*figures, lacking, lengths, origins, precisions, undated, board]


def _figures(view: View) -> list[SavedObject]:
    figures = []
    for name, column in (
        ("articles", count("Articles seen")),
        ("undated", count("Without a date", UNDATED)),
        ("nameless", count("Without an author", NAMELESS)),
        ("paywalled", count("Paywalled", PAYWALLED)),
    ):
        about = DashboardTopic(f"veille-quality-{name}", column.label, view)
        figures.append(figure(about, column))
    return figures


def _lengths(view: View) -> SavedObject:
    about = DashboardTopic("veille-quality-lengths", "Length of the text by source, in words", view)
    words = number("median", "words", "Words (median)")
    by_source = top("source", "Source", 12, words)
    return over_time(about, "line", steps("first_seen", "First seen"), words, by_source)


def _lacking(view: View) -> SavedObject:
    articles = count("Articles")
    values = [
        articles,
        count("Without a date", UNDATED, column_id="undated"),
        count("Without an author", NAMELESS, column_id="nameless"),
        count("Paywalled", PAYWALLED, column_id="paywalled"),
        number("median", "words", "Words (median)", column_id="words"),
    ]
    about = DashboardTopic("veille-quality-sources", "What each source lacks", view)
    return table(about, [top("source", "Source", 50, articles)], values)
