"""The dashboard *Coverage*: what the watched sources published, by source, topic, place and
language.
"""

from indexer.kibana.board import Control, Panel, PanelRow, dashboard
from indexer.kibana.charts import figure, over_time, ranking, ring
from indexer.kibana.columns import count, number, steps, top
from indexer.kibana.objects import SavedObject
from indexer.kibana.searches import search
from indexer.kibana.views import DashboardTopic, Views

CONTROLS = (
    Control("source", "Source"),
    Control("language", "Language"),
    Control("topics", "Topic"),
    Control("places", "Place"),
)
"""What the articles of a dashboard are chosen by."""
LATEST = ("published", "source", "title_exact", "topics", "places", "id", "url")


def coverage(views: Views) -> list[SavedObject]:
    """The dashboard and what stands on it."""
    view, articles = views.published, count("Articles")
    total = figure(DashboardTopic("veille-coverage-articles", "Articles", view), articles)
    publishing = DashboardTopic("veille-coverage-sources", "Sources that published", view)
    sources = figure(publishing, number("unique_count", "source", "Sources"))
    timeline = over_time(
        DashboardTopic("veille-coverage-timeline", "Articles over time by source", view),
        "bar_stacked",
        steps("published", "Published"),
        articles,
        top("source", "Source", 12, articles, other=True),
    )
    rankings = [
        ranking(
            DashboardTopic(f"veille-coverage-top-{name}", f"Top {name}", view),
            top(field, label, 15, articles),
            articles,
        )
        for name, field, label in (
            ("sources", "source", "Source"),
            ("topics", "topics", "Topic"),
            ("places", "places", "Place"),
        )
    ]
    spoken = top("language", "Language", 10, articles, other=True)
    languages = ring(
        DashboardTopic("veille-coverage-languages", "Languages", view), spoken, articles
    )
    latest = search(DashboardTopic("veille-latest", "Latest articles", view), LATEST, "published")
    rows = [
        PanelRow(12, (Panel(total, 8), Panel(timeline, 40))),
        PanelRow(
            14,
            (
                Panel(sources, 8),
                *(Panel(one, width) for one, width in zip(rankings, (13, 14, 13), strict=True)),
            ),
        ),
        PanelRow(16, (Panel(languages, 14), Panel(latest, 34))),
    ]
    told = "What was published, by source, topic, place and language. Articles without a date are on Veille: Quality."
    board = dashboard(
        DashboardTopic("veille-coverage", "Veille: Coverage", view), told, rows, CONTROLS, "now-30d"
    )
    return [total, sources, timeline, *rankings, languages, latest, board]
