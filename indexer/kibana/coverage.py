"""The dashboard *Coverage*: what the watched sources published, by source, topic, place and
language.
"""

from indexer.kibana.board import Control, Panel, PanelRow, dashboard
from indexer.kibana.charts import figure, over_time, ranking, ring
from indexer.kibana.columns import count, number, steps, top
from indexer.kibana.objects import SavedObject
from indexer.kibana.searches import search
from indexer.kibana.views import DashboardTopic, View, Views

CONTROLS = (
    Control("source", "Source"),
    Control("language", "Language"),
    Control("topics", "Topic"),
    Control("places", "Place"),
)
"""What the articles of a dashboard are chosen by."""
_DESCRIPTION = (
    "What was published, by source, topic, place and language. "
    "Articles without a date are on Veille: Quality."
)
LATEST = ("published", "source", "title_exact", "topics", "places", "id", "url")


def coverage(views: Views) -> list[SavedObject]:
    """The dashboard and what stands on it."""
    view = views.published
    total, sources = _figures(view)
    timeline = _timeline(view)
    top_sources, top_topics, top_places = _rankings(view)
    languages = _languages(view)
    latest = search(DashboardTopic("veille-latest", "Latest articles", view), LATEST, "calendar")
    rows = [
        PanelRow(12, (Panel(total, 8), Panel(timeline, 40))),
        PanelRow(
            14,
            (
                Panel(sources, 8),
                Panel(top_sources, 13),
                Panel(top_topics, 14),
                Panel(top_places, 13),
            ),
        ),
        PanelRow(16, (Panel(languages, 14), Panel(latest, 34))),
    ]
    about = DashboardTopic("veille-coverage", "Veille: Coverage", view)
    board = dashboard(about, _DESCRIPTION, rows, CONTROLS, "now-30d")
    return [
        total,
        sources,
        timeline,
        top_sources,
        top_topics,
        top_places,
        languages,
        latest,
        board,
    ]


def _figures(view: View) -> tuple[SavedObject, SavedObject]:
    """How many articles there are, and how many sources published any."""
    articles = DashboardTopic("veille-coverage-articles", "Articles", view)
    sources = DashboardTopic("veille-coverage-sources", "Sources that published", view)
    return (
        figure(articles, count("Articles")),
        figure(sources, number("unique_count", "source", "Sources")),
    )


def _timeline(view: View) -> SavedObject:
    about = DashboardTopic("veille-coverage-timeline", "Articles over time by source", view)
    articles = count("Articles")
    by_source = top("source", "Source", 12, articles, other=True)
    return over_time(about, "bar_stacked", steps("calendar", "Published"), articles, by_source)


def _languages(view: View) -> SavedObject:
    about = DashboardTopic("veille-coverage-languages", "Languages", view)
    articles = count("Articles")
    return ring(about, top("language", "Language", 10, articles, other=True), articles)


def _rankings(view: View) -> list[SavedObject]:
    """The sources, topics and places with most articles."""
    articles = count("Articles")
    rankings = []
    for name, field, label in (
        ("sources", "source", "Source"),
        ("topics", "topics", "Topic"),
        ("places", "places", "Place"),
    ):
        about = DashboardTopic(f"veille-coverage-top-{name}", f"Top {name}", view)
        rankings.append(ranking(about, top(field, label, 15, articles), articles))
    return rankings
