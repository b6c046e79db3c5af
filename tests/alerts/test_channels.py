"""What arrives: mails without foreign headers, signed webhooks, nothing at private addresses."""

import base64
import hashlib
import hmac
import html
import json
import socket
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import String

from crawler.config import Config
from crawler.store.tables import alerts
from search.alerts import channels
from search.alerts.channels import CHANNELS, Channel, DeliveryError
from search.alerts.channels.apprise import AppriseUrls
from search.alerts.channels.mail import address, compose
from search.alerts.channels.webhook import Webhook
from search.alerts.errors import InvalidRecipient
from search.i18n.catalogue import read_texts
from search.pages.alerts.form import channel_label
from tests.support.alerting import SECRET, AlertSetup
from tests.support.documents import ROOT, section

HEADERS = {
    "from", "to", "subject", "date", "message-id", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post",
    "content-language", "mime-version", "content-type", "x-peer", "x-mailfrom", "x-rcptto",
}  # fmt: skip


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is sent does not hang on the kind of database."""
    return f"sqlite:///{tmp_path / 'veille.sqlite'}"


@pytest.fixture(scope="module")
def injections(shared: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(
        (shared / "hostile" / "generated" / "header_injection.json").read_text()
    )
    return found


def message(context: AlertSetup, name: str = "harbour") -> Any:
    from search.alerts.message import MessageBuilder

    context.alert(context.save("harbour", name=name))
    context.found("a", "The harbour <b>opens</b> & more.", title="Harbour <script>news</script>")
    context.relay()
    context.now += timedelta(seconds=10)
    runner = replace(context.runner, channels={})
    runner.tick()
    [notice] = context.store.notices.failing()
    builder = MessageBuilder(
        context.store, context.backend, context.texts, "https://veille.example.org"
    )
    return builder.build(notice, context.now)


def test_a_mail_has_all_that_one_wants(context: AlertSetup) -> None:
    context.alert(context.save("harbour", name="Ports"))
    context.found("a", "Ships wait. " * 30 + "The harbour opens. " + "Ships go. " * 30)
    arabic = context.found(
        "b", "فتح harbour أبوابه اليوم.", source="two", language="ar", title="الميناء"
    )
    context.tick()
    [mail] = context.mailbox.mails
    assert mail["subject"] == "Ports: 2 articles"
    assert mail["to"] == "reader@example.org"
    plain, rich = (part.get_content() for part in mail.iter_parts())
    for part in (plain, html.unescape(rich)):
        assert "The One" in part
        assert "The Two" in part
        assert "https://one.example.org/a" in part
        assert f"https://veille.example.org/article/{arabic}" in part
    assert "*harbour*" in plain
    assert "\u200fالميناء" in plain
    assert "The <mark>harbour</mark> opens." in rich
    assert 'lang="ar" dir="rtl"' in rich
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert mail["list-unsubscribe"].strip("<>") in rich


def test_a_mail_in_arabic_is_right_to_left(context: AlertSetup) -> None:
    context.alert(context.save("harbour", name="الموانئ"), language="ar")
    context.found("a", "The harbour opens.")
    context.found("b", "The harbour closes.")
    context.tick()
    [mail] = context.mailbox.mails
    assert mail["subject"] == "الموانئ: مقالتان"
    assert mail["content-language"] == "ar"
    assert '<html lang="ar" dir="rtl">' in list(mail.iter_parts())[1].get_content()


@pytest.mark.shared
def test_hostile_addresses_are_refused(
    injections: dict[str, list[str]], context: AlertSetup
) -> None:
    for hostile in injections["email"]:
        with pytest.raises(InvalidRecipient):
            context.channels["mail"].check(hostile)


@pytest.mark.shared
def test_hostile_subjects_add_no_header(
    injections: dict[str, list[str]], context: AlertSetup
) -> None:
    told = message(context)
    for hostile in [*injections["subject"], *injections["email"]]:
        hostile_one = replace(told, saved=replace(told.saved, name=hostile))
        raw = compose(hostile_one, "veille@example.org", "reader@example.org").as_bytes()
        head, _, _ = raw.partition(b"\r\n\r\n")
        names = [
            line.split(b":")[0].decode().lower()
            for line in head.split(b"\r\n")
            if line[:1] not in (b" ", b"\t")
        ]
        assert set(names) <= HEADERS
        assert len(names) == len(set(names))
        context.channels["mail"].send(hostile_one, "reader@example.org")
    assert {str(recipient) for some in context.mailbox.recipients for recipient in some} == {
        "reader@example.org"
    }
    assert {name.lower() for mail in context.mailbox.mails for name in mail} <= HEADERS


@pytest.mark.parametrize(
    "good", ["a@example.org", "a.b+c@sub.example.org", "x@localhost", "a@bücher.example"]
)
def test_plain_addresses_are_taken(good: str) -> None:
    assert "@" in address(good).addr_spec


def test_an_article_can_t_write_html_into_a_mail(context: AlertSetup) -> None:
    rich = list(compose(message(context), "veille@example.org", "a@example.org").iter_parts())[
        1
    ].get_content()
    assert "<script>" not in rich
    assert "<b>" not in rich
    assert "&lt;script&gt;" in rich


def test_a_webhook_is_signed(context: AlertSetup) -> None:
    context.alert(context.save("harbour"), channel="webhook", target=context.hook.url)
    context.found("a", "The harbour opens.")
    context.tick()
    [(headers, body)] = context.hook.calls
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/json"
    assert json.loads(body)["id"] == headers["webhook-id"]


def test_a_redirect_is_not_followed(context: AlertSetup) -> None:
    context.hook.answer, context.hook.location = 302, "http://169.254.169.254/"
    try:
        with pytest.raises(DeliveryError, match="answered 302"):
            context.channels["webhook"].send(message(context), context.hook.url)
    finally:
        context.hook.answer, context.hook.location = 204, ""


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection that is tried; all are refused, so that not one packet leaves."""
    tried: list[Any] = []

    def refuse(_: socket.socket, where: Any) -> None:
        tried.append(where)
        raise ConnectionRefusedError("recorded")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return tried


@pytest.mark.shared
def test_no_webhook_reaches_a_private_address(
    shared: Path, context: AlertSetup, connects: list[Any]
) -> None:
    told = message(context)
    channel = Webhook(Config(webhook_secret=SECRET, allow_hosts=frozenset()))
    cases = json.loads((shared / "hostile" / "generated" / "ssrf_urls.json").read_text())
    for case in cases:
        if case["expect"] == "block":
            with pytest.raises((InvalidRecipient, DeliveryError)):
                channel.send(told, case["url"])
    assert connects == []


def test_a_name_is_checked_by_what_it_means_when_it_is_called(
    context: AlertSetup, connects: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["10.0.0.5", "93.184.216.34"])

    def resolve(*_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    channel = Webhook(Config(webhook_secret=SECRET))
    told = message(context)
    with pytest.raises(DeliveryError, match="private address"):
        channel.send(told, "https://rebinding.example.org/")
    assert connects == []


def test_a_webhook_is_called_at_an_allowed_port_alone(
    context: AlertSetup, connects: list[Any]
) -> None:
    allowed = frozenset({"127.0.0.1:8081", "hook.example.org:9443"})
    channel = Webhook(Config(webhook_secret=SECRET, allow_hosts=allowed))
    assert channel.check("https://hook.example.org:9443/x")
    for url in ("http://127.0.0.1:8082/", "http://127.0.0.1/", "https://hook.example.org:9444/"):
        with pytest.raises(InvalidRecipient):
            channel.send(message(context), url)
    assert connects == []


@pytest.mark.parametrize("name", ["mail", "webhook", "apprise"])
def test_channels_that_are_not_set_up_say_so(name: str) -> None:
    recipient = "reader@example.org" if name == "mail" else "https://example.org/"
    with pytest.raises(InvalidRecipient, match="VEILLE_"):
        CHANNELS[name](Config()).check(recipient)


def test_every_channel_is_registered_under_a_name_that_fits_its_column() -> None:
    folder = Path(channels.__file__).parent
    modules = [import_module(f"{channels.__name__}.{path.stem}") for path in folder.glob("*.py")]
    classes = {
        member
        for module in modules
        for member in vars(module).values()
        if isinstance(member, type) and hasattr(member, "check") and hasattr(member, "send")
    }
    assert classes - {Channel} == set(CHANNELS.values())
    column = alerts.c.channel.type
    assert isinstance(column, String)
    assert all(len(name) <= (column.length or 0) for name in CHANNELS)


def test_every_channel_is_described_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    described = " ".join(section(reference, "veille alert").split())
    assert [name for name in CHANNELS if f"`{name}` (TARGET is" not in described] == []


def test_a_channel_that_no_catalogue_names_has_its_own_name() -> None:
    for texts in read_texts().values():
        assert channel_label("pigeon", texts) == "Pigeon"
        assert channel_label("webhook", texts) == texts("channel_webhook")


def test_apprise_sends_to_a_service_of_the_settings(context: AlertSetup) -> None:
    told = message(context)
    host = urlsplit(context.hook.url).netloc
    channel = AppriseUrls(
        Config(channels={"room": f"json://{host}/hook"}, allow_hosts=frozenset({host}))
    )
    channel.send(told, "room")
    [(_, body)] = context.hook.calls
    assert json.loads(body)["title"] == told.subject


def test_apprise_reaches_no_private_address_that_is_not_allowed(context: AlertSetup) -> None:
    told = message(context)
    host = urlsplit(context.hook.url).netloc
    channel = AppriseUrls(
        Config(channels={"room": f"json://{host}/hook", "name": f"json://localhost:{host[-5:]}/"})
    )
    other_port = AppriseUrls(
        Config(
            channels={"room": f"json://{host}/hook"},
            allow_hosts=frozenset({"127.0.0.1:8081", "localhost:8081"}),
        )
    )
    for tried, name in ((channel, "room"), (channel, "name"), (other_port, "room")):
        with pytest.raises(DeliveryError, match="VEILLE_ALLOW_HOSTS"):
            tried.send(told, name)
    assert context.hook.calls == []
    with pytest.raises(InvalidRecipient):
        channel.check(f"json://{host}/hook")
