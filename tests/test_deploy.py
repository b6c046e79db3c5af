"""The dashboard for Grafana and the alert rules for Prometheus: they are read by a parser of PromQL,
and name only what /metrics gives.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from crawler.store import Store
from indexer.backends import open_backend
from search.api.metrics import STATES
from search.app import create_app
from tests.conftest import ROOT
from tests.support.clock import NOW
from tests.support.shelf import client

RULES = ROOT / "deploy" / "prometheus" / "veille-alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "veille.json"
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
PROMETHEUS_S_OWN = {"up"}
INTERVAL = "$__rate_interval"
"""What Grafana puts in by the width of a panel."""
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')


def _rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def _panels() -> list[dict[str, Any]]:
    return list(json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"])


def _expressions() -> Iterator[tuple[str, str]]:
    for rule in _rules():
        yield rule["alert"], rule["expr"]
    for panel in _panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace(INTERVAL, "5m")


EXPRESSIONS = [pytest.param(text, id=name) for name, text in _expressions()]


def _metrics_named(text: str) -> set[str]:
    names: set[str] = set()

    def note(node: Any) -> None:
        name = getattr(node, "name", None)
        if isinstance(node, promql_parser.VectorSelector) and isinstance(name, str):
            names.add(name)

    _walk(promql_parser.parse(text), note)
    return names


def _walk(node: Any, note: Any) -> None:
    note(node)
    for part in ("lhs", "rhs", "expr", "vector_selector"):
        inner = getattr(node, part, None)
        if inner is not None:
            _walk(inner, note)
    for argument in getattr(node, "args", ()):
        _walk(argument, note)


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all samples that /metrics may have."""
    folder: Path = tmp_path_factory.mktemp("metrics")
    store = Store(f"sqlite:///{folder / 'veille.sqlite'}")
    backend = open_backend("embedded", folder, writer=True)
    backend.setup()
    with client(create_app(backend, store, now=lambda: NOW)) as api:
        text = api.get("/metrics").text
    backend.close()
    store.close()
    return {
        f"{family.name}{suffix}"
        for family in text_string_to_metric_families(text)
        for suffix in SUFFIXES[family.type]
    }


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_can_be_parsed_and_asks_for_what_there_is(
    text: str, exposed: set[str]
) -> None:
    named = _metrics_named(text)
    assert named
    assert named - exposed <= PROMETHEUS_S_OWN


def test_the_parser_refuses_what_is_no_promql() -> None:
    with pytest.raises(ValueError, match=r"unexpected|invalid|expected"):
        promql_parser.parse("sum by (le (rate(veille_lag_seconds_bucket[6h])))")


def test_states_that_are_asked_for_exist() -> None:
    asked = {
        value
        for _, text in _expressions()
        for label, value in MATCHER.findall(text)
        if label == "state"
    }
    assert asked
    assert asked <= set(STATES)


def test_every_metric_is_shown_or_watched(exposed: set[str]) -> None:
    named = set().union(*(_metrics_named(text) for _, text in _expressions()))
    unused = {name for name in exposed - named if not name.endswith(("_sum", "_created"))}
    assert unused == set()


def test_each_rule_says_how_long_it_waits_how_bad_it_is_and_what_to_do() -> None:
    rules = _rules()
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert promql_parser.parse_duration(rule["for"]).total_seconds() >= 60
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert set(rule["annotations"]) == {"summary", "description"}


def test_the_panels_have_a_place_each_and_the_data_source_of_the_reader() -> None:
    panels = _panels()
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        taken |= cells
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert {source["uid"] for source in sources} == {"${datasource}"}
    assert len({panel["id"] for panel in panels}) == len(panels)
    (variable,) = json.loads(DASHBOARD.read_text(encoding="utf-8"))["templating"]["list"]
    assert (variable["name"], variable["type"]) == ("datasource", "datasource")
