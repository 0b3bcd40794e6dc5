#!/usr/bin/python3
"""An SMTP server for tests that fails on request at each stage of a dialogue (RELIABILITY 1 row 18).

    smtp_server.py DIR

Makes a certificate authority and certificates in DIR (ca.pem and per listener), listens on loopback and prints
one line `name=port ...`, then serves until its stdin closes. Listeners:
    starttls  good certificate, STARTTLS offered        implicit     TLS from the first byte
    expired   wrong-host   self-signed                  STARTTLS with a certificate that must be refused
    plain     no STARTTLS: a client that insists on TLS must stop

DIR/fault holds `STAGE KIND` (or nothing), read at each stage:
    STAGE  connect ehlo starttls handshake ehlo2 auth mail rcpt data payload dot
    KIND   4xx 5xx timeout close rst garbage odd (a reply with a code that does not exist)
           251 (at dot: another positive reply)
A letter taken is DIR/N.eml with its envelope in DIR/N.env (`FROM TO`, FROM empty for a null return path), also
where the answer to its final dot is then lost: that is the case a client must not answer with a third copy.
A login is user `bbt`, password `secret word`. DIR/log has one line a command.
"""
import asyncio, logging, os, socket, ssl, struct, subprocess, sys, warnings

from aiosmtpd.smtp import SMTP, AuthResult

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)  # what a client breaks off is the test's own doing
DIR = sys.argv[1]
REPLY = {"4xx": b"451 4.3.0 try again later\r\n", "5xx": b"554 5.7.1 not wanted\r\n", "odd": b"999 what is this\r\n",
         "garbage": b"\x00\xff@@ garbage \x1b[31m\r\n", "251": b"251 2.0.0 taken elsewhere\r\n"}


def path(name):
    return os.path.join(DIR, name)


def note(text):
    with open(path("log"), "a") as f:
        f.write(text + "\n")


def wanted():
    try:
        with open(path("fault")) as f:
            return (f.read().split() + ["", ""])[:2]
    except FileNotFoundError:
        return ["", ""]


class Server(SMTP):
    """aiosmtpd with a fault in front of each stage."""

    async def fault(self, stage):
        at, kind = wanted()
        if at != stage:
            return False
        note("fault %s %s" % (stage, kind))
        if kind == "timeout":
            await asyncio.sleep(3600)
        elif kind == "close":
            self.transport.close()
        elif kind == "rst":
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                                               struct.pack("ii", 1, 0))
            self.transport.abort()
        else:
            self._writer.write(REPLY[kind])
            await self._writer.drain()
            if kind == "garbage":  # nothing a client can take for a reply, then the end
                await asyncio.sleep(0.1)
                self.transport.close()
        return True

    async def _handle_client(self):
        note("connected")
        if await self.fault("connect"):
            self.transport.close()
        else:
            await super()._handle_client()

    async def smtp_EHLO(self, hostname):
        note("EHLO")
        if not await self.fault("ehlo2" if self.transport.get_extra_info("ssl_object") else "ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname):
        note("HELO")
        if not await self.fault("ehlo2" if self.transport.get_extra_info("ssl_object") else "ehlo"):
            await super().smtp_HELO(hostname)

    async def smtp_STARTTLS(self, arg):
        note("STARTTLS")
        if await self.fault("starttls"):
            return
        if wanted()[0] == "handshake":
            await self.push("220 go ahead")
            await self.fault("handshake")
            self.transport.close()
            return
        await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg):
        note("AUTH")
        if not await self.fault("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        note("MAIL " + arg)
        if not await self.fault("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        note("RCPT " + arg)
        if not await self.fault("rcpt"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        note("DATA")
        if await self.fault("data"):
            return
        if wanted()[0] == "payload":
            await self.push("354 go ahead")
            await self._reader.read(100)
            await self.fault("payload")
            self.transport.close()
            return
        await super().smtp_DATA(arg)


class Handler:
    def __init__(self):
        self.taken = 0

    async def handle_DATA(self, server, session, envelope):
        at, kind = wanted()
        if at != "dot" or kind not in ("4xx", "5xx"):
            self.taken += 1
            with open(path("%d.eml" % self.taken), "wb") as f:
                f.write(envelope.original_content)
            with open(path("%d.env" % self.taken), "w") as f:
                f.write("%s %s\n" % (envelope.mail_from or "", " ".join(envelope.rcpt_tos)))
            note("taken %d" % self.taken)
        if at == "dot" and kind in REPLY and kind != "garbage":
            return REPLY[kind].decode().strip()
        await server.fault("dot")
        return "250 2.0.0 taken"


def login(server, session, envelope, mechanism, data):
    note("login " + mechanism)
    good = getattr(data, "login", b"") == b"bbt" and getattr(data, "password", b"") == b"secret word"
    return AuthResult(success=good, handled=not good and False)


def certtool(*args):
    subprocess.run(["certtool"] + list(args), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificate(name, template, ca=True):
    key, cert, text = path(name + ".key"), path(name + ".pem"), path(name + ".tmpl")
    with open(text, "w") as f:
        f.write(template)
    certtool("--generate-privkey", "--ecc", "--outfile", key)
    if ca:
        certtool("--generate-certificate", "--load-privkey", key, "--template", text, "--outfile", cert,
                 "--load-ca-certificate", path("ca.pem"), "--load-ca-privkey", path("ca.key"))
    else:
        certtool("--generate-self-signed", "--load-privkey", key, "--template", text, "--outfile", cert)


def context(name):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(path(name + ".pem"), path(name + ".key"))
    return c


def make_certificates():
    leaf = 'cn = "%s"\ndns_name = "%s"\ntls_www_server\nsigning_key\n'
    here = leaf % ("localhost", "localhost")
    make_certificate("ca", 'cn = "Test authority"\nca\ncert_signing_key\nexpiration_days = 30\n', ca=False)
    make_certificate("good", here + "expiration_days = 30\n")
    make_certificate("expired", here + 'activation_date = "2020-01-01 00:00:00"\n'
                     'expiration_date = "2020-02-01 00:00:00"\n')
    make_certificate("wrong-host", leaf % ("other.example", "other.example") + "expiration_days = 30\n")
    make_certificate("self-signed", here + "expiration_days = 30\n", ca=False)


async def main():
    make_certificates()
    loop, handler, ports = asyncio.get_running_loop(), Handler(), []

    async def listen(name, tls=None, implicit=None):
        def factory():
            return Server(handler, hostname="relay.test", tls_context=tls, authenticator=login,
                          auth_require_tls=False, data_size_limit=16 << 20, enable_SMTPUTF8=False)
        server = await loop.create_server(factory, "127.0.0.1", 0, ssl=implicit)
        ports.append("%s=%d" % (name, server.sockets[0].getsockname()[1]))

    await listen("starttls", tls=context("good"))
    await listen("implicit", implicit=context("good"))
    for name in ("expired", "wrong-host", "self-signed"):
        await listen(name, tls=context(name))
    await listen("plain")
    print(" ".join(ports), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    os.makedirs(DIR, exist_ok=True)
    asyncio.run(main())
