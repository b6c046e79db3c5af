"""The dashboard *Topic*: how a subject is covered: when, by whom, in which words, on whose word."""

from indexer.kibana.board import Panel, PanelRow, dashboard
from indexer.kibana.charts import grid, over_time, ranking, table
from indexer.kibana.columns import count, number, steps, top
from indexer.kibana.coverage import CONTROLS
from indexer.kibana.objects import SavedObject
from indexer.kibana.views import DashboardTopic, Views
from indexer.kibana.words import words

_DESCRIPTION = (
    "How a subject is covered. Choose a topic, a place or a source above: the words are those that "
    "stand in this selection far more often than in all articles of the language."
)


def topic(views: Views, latest: SavedObject) -> list[SavedObject]:
    """The dashboard and what stands on it, but for `latest`, which it shares with another."""
    view = views.published
    articles = count("Articles")
    time = steps("calendar", "Published")
    timeline = over_time(
        DashboardTopic("veille-topic-timeline", "Articles over time by topic", view),
        "bar_stacked",
        time,
        articles,
        top("topics", "Topic", 8, articles),
    )
    apart = words(
        DashboardTopic(
            "veille-topic-words", "Words that set the selection apart, by language", view
        )
    )
    over = DashboardTopic("veille-topic-sources", "Sources over time", view)
    sources = grid(over, time, top("source", "Source", 20, articles), articles)
    credited = DashboardTopic("veille-topic-agencies", "Agencies credited", view)
    agencies = ranking(credited, top("agencies.name", "Agency", 12, articles), articles)
    sections = table(
        DashboardTopic("veille-topic-sections", "Sections, as the sources print them", view),
        [top("section", "Section", 25, articles)],
        [articles, number("unique_count", "source", "Sources")],
    )
    rows = [
        PanelRow(12, (Panel(timeline, 48),)),
        PanelRow(16, (Panel(apart, 28), Panel(agencies, 20))),
        PanelRow(14, (Panel(sources, 28), Panel(sections, 20))),
        PanelRow(14, (Panel(latest, 48),)),
    ]
    board = dashboard(
        DashboardTopic("veille-topic", "Veille: Topic", view),
        _DESCRIPTION,
        rows,
        CONTROLS,
        "now-90d",
    )
    return [timeline, apart, sources, agencies, sections, board]
