"""The settings: environment before veille.toml before defaults, and mistakes that are named."""

from pathlib import Path

import pytest

from crawler.config import ConfigError, load_config


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, and no setting in the environment."""
    import os

    for name in [name for name in os.environ if name.upper().startswith("VEILLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_defaults_need_no_file() -> None:
    config = load_config()
    assert config.index == "embedded"
    assert config.data == Path("data")
    assert config.sources == Path("sources.toml")
    assert config.download_delay == 2.0
    assert config.allow_hosts == frozenset()
    assert config.database_url == f"sqlite:///{Path('data').resolve() / 'veille.sqlite'}"


def test_the_environment_comes_before_the_file(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "veille.toml").write_text('download_delay = 5\nindex = "http://127.0.0.1:9200/"\n')
    monkeypatch.setenv("VEILLE_DOWNLOAD_DELAY", "0.5")
    config = load_config()
    assert (config.download_delay, config.index) == (0.5, "http://127.0.0.1:9200")


def test_what_a_command_is_told_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_SOURCES", "one.toml")
    assert load_config(sources=Path("two.toml")).sources == Path("two.toml")
    assert load_config(sources=None).sources == Path("one.toml")


def test_hosts_are_separated_by_commas(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_ALLOW_HOSTS", "127.0.0.1:8001, LOCALHOST ,")
    assert load_config().allow_hosts == {"127.0.0.1:8001", "localhost"}
    monkeypatch.delenv("VEILLE_ALLOW_HOSTS")
    (bare / "veille.toml").write_text('allow_hosts = ["127.0.0.1", "LOCALHOST:81"]\n')
    assert load_config().allow_hosts == {"127.0.0.1", "localhost:81"}


def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_DOWNLOAD_DELY", "1")
    with pytest.raises(
        ConfigError, match=r"VEILLE_DOWNLOAD_DELY is no setting.*VEILLE_DOWNLOAD_DELAY"
    ):
        load_config()


def test_an_unknown_key_of_the_file_is_named(bare: Path) -> None:
    (bare / "veille.toml").write_text("download_dely = 1\n")
    with pytest.raises(ConfigError, match=r"download_dely.*veille\.toml"):
        load_config()


def test_the_variable_of_the_tests_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_SHARED", "/somewhere")
    load_config()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VEILLE_DOWNLOAD_DELAY", "-1"),
        ("VEILLE_DOWNLOAD_DELAY", "soon"),
        ("VEILLE_DOWNLOAD_DELAY", "nan"),
        ("VEILLE_DOWNLOAD_DELAY", "inf"),
        ("VEILLE_INDEX", "elastic"),
        ("VEILLE_WORKERS", "0"),
        ("VEILLE_CRAWLS", "9999"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=name):
        load_config()


@pytest.mark.parametrize("text", ["download_delay = ", "\udc80".encode("utf-8", "surrogateescape")])
def test_a_broken_file_is_named(bare: Path, text: str | bytes) -> None:
    (bare / "veille.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError, match=r"veille\.toml"):
        load_config()


def test_the_user_agent_says_whom_to_write_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_CONTACT", "https://example.org/bot")
    assert "https://example.org/bot" in load_config().user_agent
    assert load_config().user_agent.startswith("Veille/")
