"""Mail, by the SMTP server of the settings: plain text and HTML."""

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from crawler.config import Config
from search.alerts.channels.body import html, text
from search.alerts.channels.channel import DeliveryError, InvalidRecipient
from search.alerts.message import Message

SECONDS = 20.0
LONGEST_ADDRESS = 254
"""Characters of an address, by RFC 5321."""
LONGEST_LOCAL_PART = 64
"""Characters before the @, by RFC 5321."""
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$&'*+/^_`{|}~-]+(?:\.[A-Za-z0-9!#$&'*+/^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LONGEST_HEADER = 180
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


class Mail:
    """Sends from `mail_from` through `smtp`; a login is only told to a server that encrypts."""

    def __init__(self, config: Config) -> None:
        self._server = config.smtp
        self._sender = config.mail_from

    def check(self, recipient: str) -> str:
        if not self._server or not self._sender:
            raise InvalidRecipient("Mail is not set up: set VEILLE_SMTP and VEILLE_MAIL_FROM.")
        address(self._sender)
        return str(address(recipient).addr_spec)

    def send(self, message: Message, recipient: str) -> None:
        self.check(recipient)
        mail = compose(message, str(self._sender), recipient)
        try:
            with _connect(urlsplit(str(self._server))) as server:
                server.send_message(mail, str(self._sender), [recipient])
        except (smtplib.SMTPException, OSError) as error:
            host = urlsplit(str(self._server)).hostname
            raise DeliveryError(f"{host}: {_reason(error)}") from error


def address(text: str) -> Address:
    """One plain mail address; raises `InvalidRecipient`."""
    local_part, at, domain = text.strip(" ").rpartition("@")
    domain = _ascii_domain(domain)
    is_short = len(text) <= LONGEST_ADDRESS and len(local_part) <= LONGEST_LOCAL_PART
    is_plain = _LOCAL_PART.fullmatch(local_part) and _DOMAIN.fullmatch(domain)
    if not (at and is_short and is_plain):
        raise InvalidRecipient(
            f"{_header_line(text)[:60]!r} is no mail address: write one like name@example.org."
        )
    return Address(username=local_part, domain=domain)


def compose(message: Message, sender: str, recipient: str) -> EmailMessage:
    """The mail: each header is made one line of plain text, so that no text can add a header."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Veille", addr_spec=str(address(sender).addr_spec))
    mail["To"] = address(recipient)
    mail["Subject"] = _header_line(message.subject)
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.id}@{address(sender).domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{message.pause}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text(message), cte="quoted-printable")
    mail.add_alternative(html(message), subtype="html", cte="quoted-printable")
    # After the parts, to the first of which it would be moved.
    mail["Content-Language"] = message.texts.language
    return mail


def _ascii_domain(domain: str) -> str:
    """The domain in ASCII (IDNA); empty where it has no such form."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _header_line(text: str) -> str:
    """A text as it may stand in a header: without line breaks and control characters, and nothing
    that reads as an encoded word, which mail programs would decode into any text.
    """
    line = " ".join(_NOT_SHOWN.sub(" ", text).replace("=?", "= ?").split())
    return line if len(line) <= _LONGEST_HEADER else f"{line[: _LONGEST_HEADER - 1]}…"


def _connect(url: SplitResult) -> smtplib.SMTP:
    """An open connection to the server, logged in where the URL holds a login."""
    host = url.hostname or ""
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 587, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif url.username and host not in _LOOPBACK:
            server.close()
            raise smtplib.SMTPException(
                "the server does not encrypt, so that it is not told the password"
            )
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


def _reason(error: Exception) -> str:
    return _header_line(str(error) or type(error).__name__)
