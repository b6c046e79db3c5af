"""Mail, by the SMTP server of the settings: plain text and HTML."""

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from crawler.config import Config
from search.alerts.channels.channel import DeliveryError, InvalidRecipient
from search.alerts.channels.letter import html, text
from search.alerts.message import Message

SECONDS = 20.0
LONGEST = 254
"""Characters of an address, by RFC 5321."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$&'*+/^_`{|}~-]+(?:\.[A-Za-z0-9!#$&'*+/^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SUBJECT = 180


class Mail:
    """Sends from `mail_from` through `smtp`; a login is only told to a server that encrypts."""

    def __init__(self, config: Config) -> None:
        self._server = config.smtp
        self._sender = config.mail_from

    def check(self, target: str) -> str:
        if not self._server or not self._sender:
            raise InvalidRecipient("Mail is not set up: set VEILLE_SMTP and VEILLE_MAIL_FROM.")
        address(self._sender)
        return str(address(target).addr_spec)

    def send(self, message: Message, target: str) -> None:
        self.check(target)
        letter = written(message, str(self._sender), target)
        try:
            with _connected(str(self._server)) as server:
                server.send_message(letter, str(self._sender), [target])
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(
                f"{urlsplit(str(self._server)).hostname}: {_reason(error)}"
            ) from error


def address(text: str) -> Address:
    """One plain mail address; raises `Unsendable`."""
    local, at, domain = text.strip(" ").rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if (
        not at
        or len(text) > LONGEST
        or len(local) > 64
        or not _LOCAL.fullmatch(local)
        or not _DOMAIN.fullmatch(domain)
    ):
        raise InvalidRecipient(
            f"{_line(text)[:60]!r} is no mail address: write one like name@example.org."
        )
    return Address(username=local, domain=domain)


def written(message: Message, sender: str, target: str) -> EmailMessage:
    """The mail: what stands in its headers has been made one line of plain text each."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address("Veille", addr_spec=str(address(sender).addr_spec))
    letter["To"] = address(target)
    letter["Subject"] = _line(message.subject)
    letter["Date"] = format_datetime(message.created_at)
    letter["Message-ID"] = f"<{message.id}@{address(sender).domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["List-Unsubscribe"] = f"<{message.pause}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(text(message), cte="quoted-printable")
    letter.add_alternative(html(message), subtype="html", cte="quoted-printable")
    # After the parts, to the first of which it would be moved.
    letter["Content-Language"] = message.texts.language
    return letter


def _line(text: str) -> str:
    """A text as it may stand in a header: without line breaks and control characters, and nothing
    that reads as an encoded word, which mail programs would decode into what it likes.
    """
    line = " ".join(_NOT_SHOWN.sub(" ", text).replace("=?", "= ?").split())
    return line if len(line) <= _SUBJECT else f"{line[: _SUBJECT - 1]}…"


def _connected(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif parts.username and host not in ("localhost", "127.0.0.1", "::1"):
            server.close()
            raise smtplib.SMTPException(
                "the server does not encrypt, so that it is not told the password"
            )
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _reason(error: Exception) -> str:
    return _line(str(error) or type(error).__name__)
