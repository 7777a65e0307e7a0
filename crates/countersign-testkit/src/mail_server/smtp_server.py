"""A mail server for tests: Debian's aiosmtpd, told on stdin how to behave, telling on stdout what it sees.

Both are one JSON object a line. The first line in says how to listen; the first line out says on which port.
"""

import asyncio
import email
import email.header
import email.policy
import email.utils
import json
import logging
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def tell(what, **more):
    sys.stdout.write(json.dumps({"event": what, **more}) + "\n")
    sys.stdout.flush()


class Book:
    """What holds for all sessions."""

    rules = []
    sessions = 0
    open = []

    @classmethod
    def rule(cls, phase):
        for rule in cls.rules:
            if rule["phase"] == phase and rule.get("times", 1) > 0:
                if "times" in rule:
                    rule["times"] -= 1
                return rule
        return None


class Scripted(SMTP):
    """Does at each phase what the rules say, and otherwise what a mail server does."""

    AuthLoginUsernameChallenge = "Username:"
    AuthLoginPasswordChallenge = "Password:"
    number = None
    greeted = False

    def connection_made(self, transport):
        super().connection_made(transport)
        if self.number is None:
            Book.sessions += 1
            self.number = Book.sessions
            Book.open.append(self)
            tell("open", session=self.number, open=len(Book.open))

    def connection_lost(self, error):
        if self in Book.open:
            Book.open.remove(self)
            tell("close", session=self.number, open=len(Book.open))
        if self.transport is not None:
            super().connection_lost(error)

    def _client_connected_cb(self, reader, writer):
        super()._client_connected_cb(reader, writer)
        readuntil = reader.readuntil

        async def recorded(*separator):
            line = await readuntil(*separator)
            # Lines of a message are read with a separator, commands without.
            if not separator:
                secure = self.transport.get_extra_info("sslcontext") is not None
                tell("command", session=self.number, tls=secure, line=line.decode("latin-1"))
            return line

        reader.readuntil = recorded

    async def obey(self, phase):
        """Whether the rules took the place of what would happen."""
        rule = Book.rule(phase)
        return rule is not None and await self.act(rule)

    async def act(self, rule):
        action = rule["action"]
        if action == "delay":
            await asyncio.sleep(rule["seconds"])
            return False
        if action == "reply":
            await super().push(self.filled(rule["text"]))
        elif action == "garbage":
            await super().push(rule["text"].encode("latin-1"))
        elif action == "close":
            self.transport.abort()
        if action in ("close", "hang"):
            # Until the connection is gone, and this with it.
            await asyncio.sleep(3600)
        return True

    def filled(self, text):
        """A filter's reply may repeat anything: whom it is for, and what it says."""
        envelope = self.envelope
        content = (envelope.content or b"").decode("latin-1")
        to = (envelope.rcpt_tos or [""])[0]
        return text.replace("{to}", to).replace("{content}", " ".join(content.split())[:900])

    async def push(self, status):
        text = status if isinstance(status, str) else status.decode("latin-1")
        if not self.greeted:
            self.greeted = True
            if await self.obey("greeting"):
                return
        if text.startswith("220 Ready"):
            rule = Book.rule("starttls")
            if rule is not None and rule["action"] == "inject":
                await super().push("220 Ready\r\n" + rule["text"])
                return
        await super().push(status)
        if text.startswith("354"):
            await self.obey("content")

    async def smtp_EHLO(self, hostname):
        if not await self.obey("ehlo2" if self._tls_protocol else "ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg):
        rule = Book.rule("starttls")
        if rule is None or rule["action"] == "inject" or not await self.act(rule):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg):
        if not await self.obey("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        if not await self.obey("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        if not await self.obey("rcpt"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if not await self.obey("data"):
            await super().smtp_DATA(arg)

    async def smtp_RSET(self, arg):
        if not await self.obey("rset"):
            await super().smtp_RSET(arg)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        message = described(server, envelope)
        tell("offered", **message)
        rule = Book.rule("message")
        if rule is not None and rule["action"] == "reply":
            return server.filled(rule["text"])
        if rule is not None and await server.act(rule):
            return "250 never said"
        # Told before the client goes on.
        tell("message", **message)
        return "250 2.0.0 Ok: queued"


def described(server, envelope):
    raw = envelope.original_content
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    parts = list(parsed.walk())
    defects = [repr(defect) for part in parts for defect in part.defects]
    for part in parts:
        for value in part.values():
            defects += [repr(defect) for defect in getattr(value, "defects", [])]
    return {
        "session": server.number,
        "mail_from": envelope.mail_from,
        "mail_options": envelope.mail_options,
        "rcpt_tos": envelope.rcpt_tos,
        "raw": raw.decode("latin-1"),
        "headers": [[name, str(value)] for name, value in parsed.items()],
        "from": [[name_of(raw), address.addr_spec] for address in parsed["from"].addresses],
        "to": [[address.display_name, address.addr_spec] for address in parsed["to"].addresses],
        "date": parsed["date"].datetime.timestamp(),
        "types": [part.get_content_type() for part in parts],
        "charsets": [part.get_content_charset() for part in parts],
        "contents": [part.get_content() for part in parts if not part.is_multipart()],
        "defects": defects,
    }


def name_of(raw):
    """The sender's name. By the newer parser it has a space between encoded words, against RFC 2047, section 6.2."""
    sender = email.message_from_bytes(raw, policy=email.policy.compat32)["from"]
    name = email.utils.parseaddr(" ".join(sender.split("\r\n ")))[0]
    return str(email.header.make_header(email.header.decode_header(name)))


def authenticate(server, session, envelope, mechanism, data):
    tell("auth", session=server.number, mechanism=mechanism, user=data.login.decode(), password=data.password.decode())
    return AuthResult(success=data.password == b"open sesame", handled=False)


async def main():
    loop = asyncio.get_running_loop()
    stdin = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    setup = json.loads(await stdin.readline())
    mode = setup["mode"]
    context = None
    if mode != "plaintext":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(setup["certificate"], setup["key"])

    def session():
        server = Scripted(
            Handler(),
            hostname="mail.test",
            tls_context=context if mode == "starttls" else None,
            require_starttls=mode == "starttls",
            auth_require_tls=mode == "starttls",
            auth_required=setup["auth"],
            authenticator=authenticate,
            auth_exclude_mechanism=setup["without"],
            loop=loop,
        )
        return server

    implicit = context if mode == "implicit" else None
    listener = await loop.create_server(session, "127.0.0.1", 0, ssl=implicit, backlog=200)
    tell("listening", port=listener.sockets[0].getsockname()[1])
    while line := await stdin.readline():
        command = json.loads(line)
        if "rules" in command:
            Book.rules = command["rules"]
        if command.get("close"):
            for server in list(Book.open):
                server.transport.close()
        # What happened until now is told before this.
        await asyncio.sleep(0.01)
        tell("done")


# It warns of its own deprecated parts.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
asyncio.run(main())
