#!/usr/bin/python3
"""A scripted IMAP server for the cases a real one does not give: it can stop at any byte of the dialogue,
stall instead, or lie. Imported by cuts.py; as a program it serves one MODE until killed:

    fakeimap.py CERTS PORT MODE      MODE is one of the methods mode_* below

Every connection appends what the client said to CERTS/../fake.log, so that a test can see that no password
was sent.
"""
import os, re, socket, ssl, sys, threading, time

LETTERS = [
    b"From: a@mic.gov.vn\r\nSubject: one\r\nMessage-ID: <same@x>\r\n\r\nFirst.\r\n",
    b"From: b@mic.gov.vn\r\nSubject: two\r\nMessage-ID: <same@x>\r\n\r\n)\r\nA3 OK not the end\r\n.\r\n",
    b"From: c@mic.gov.vn\r\nSubject: three\r\n\r\n" + b"Third letter, a little longer than the others.\r\n" * 9,
]


class Cut(Exception):
    pass


class Server:
    def __init__(self, certs, port, letters=LETTERS, mode="plain", cut=None, stall=False):
        self.letters, self.mode, self.cut, self.stall = letters, mode, cut, stall
        self.sent = 0            # bytes of dialogue in the last connection
        self.log = os.path.join(certs, "..", "fake.log")
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(os.path.join(certs, "good.pem"), os.path.join(certs, "good.key"))
        self.listener = socket.create_server(("127.0.0.1", port), backlog=16)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            c, _ = self.listener.accept()
            c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each second answer waits 40 ms for an ACK
            threading.Thread(target=self.serve, args=(c,), daemon=True).start()

    def serve(self, c):
        c.settimeout(30)
        try:
            if self.mode not in ("no_starttls", "inject_starttls", "preauth_plain", "refuse_starttls"):
                c = self.tls.wrap_socket(c, server_side=True)
            Session(self, c).run()
        except (OSError, Cut):
            pass
        finally:
            c.close()


class Session:
    def __init__(self, server, sock):
        self.server, self.sock, self.n, self.buf = server, sock, 0, b""
        self.idle = None
        server.sent = 0

    def say(self, data):
        cut = self.server.cut
        if cut is not None and self.server.sent + len(data) > cut:
            part = data[: cut - self.server.sent]
            self.server.sent += len(part)
            if part:
                self.sock.sendall(part)
            if self.server.stall:
                time.sleep(8)
            raise Cut
        self.server.sent += len(data)
        self.sock.sendall(data)

    def line(self):
        while b"\n" not in self.buf:
            more = self.sock.recv(65536)
            if not more:
                raise Cut
            self.buf += more
        text, self.buf = self.buf.split(b"\n", 1)
        with open(self.server.log, "ab") as log:
            log.write(text + b"\n")
        return text.rstrip(b"\r").decode("latin-1")

    def run(self):
        mode = self.server.mode
        self.say(b"* PREAUTH welcome\r\n" if mode.startswith("preauth") else b"* OK fake\r\n")
        while True:
            tag, _, rest = self.line().partition(" ")
            word = rest.split(" ")[0].upper()
            if rest.upper().startswith("UID FETCH"):
                self.fetch(tag, rest)
                continue
            getattr(self, "do_" + word.lower(), self.unknown)(tag, rest)

    def ok(self, tag, text="done"):
        self.say(f"{tag} OK {text}\r\n".encode())

    def unknown(self, tag, rest):
        self.say(f"{tag} BAD what\r\n".encode())

    def do_capability(self, tag, rest):
        extra = {"no_starttls": "", "inject_starttls": " STARTTLS", "refuse_starttls": " STARTTLS"}
        caps = extra.get(self.server.mode, " IDLE UIDPLUS MOVE")
        if self.server.mode == "no_capability":
            return self.ok(tag)
        self.say(f"* CAPABILITY IMAP4rev1{caps}\r\n".encode())
        self.ok(tag)

    def do_starttls(self, tag, rest):
        if self.server.mode == "refuse_starttls":
            return self.say(f"{tag} NO not today\r\n".encode())
        self.say(f"{tag} OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nA9 OK injected\r\n".encode())
        time.sleep(1)

    def do_login(self, tag, rest):
        if self.server.mode == "flood":
            while True:
                self.say(b"* 1 FETCH (UID 1 RFC822.SIZE 10)\r\n" * 200)
        if self.server.mode == "endless_line":
            while True:
                self.say(b"* OK " + b"x" * 65536)
        if self.server.mode == "drip":
            while True:
                self.say(b"*")
                time.sleep(0.3)
        if self.server.mode == "unavailable":
            return self.say(f"{tag} NO [UNAVAILABLE] later\r\n".encode())
        self.ok(tag)

    def do_select(self, tag, rest):
        n = len(self.server.letters)
        validity = b"" if self.server.mode == "no_uidvalidity" else b"* OK [UIDVALIDITY 7] v\r\n"
        self.say(b"* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* 0 RECENT\r\n%s* OK [UIDNEXT %d] n\r\n" % (n, validity, n + 1))
        self.ok(tag, "[READ-ONLY] selected")

    do_examine = do_select

    def do_noop(self, tag, rest):
        self.ok(tag)

    def do_idle(self, tag, rest):
        if self.server.mode == "idle_untagged":
            self.say(b"* OK still here\r\n")
        self.say(b"+ idling\r\n")
        self.line()
        self.ok(tag)

    def do_logout(self, tag, rest):
        self.say(b"* BYE\r\n")
        self.ok(tag)
        raise Cut

    def fetch(self, tag, rest):
        low, high = re.search(r"FETCH (\d+):?(\d+|\*)?", rest).groups()
        n = len(self.server.letters)
        low = int(low)
        high = low if high is None else 2**32 if high == "*" else int(high)
        uids = [u for u in range(1, n + 1) if low <= u <= high] or ([n] if "*" in rest else [])
        for uid in uids:
            self.one(uid, "BODY" in rest.upper(), "HEADER" in rest.upper())
        self.ok(tag)

    def one(self, uid, body, header):
        mode, letter = self.server.mode, self.server.letters[uid - 1]
        date = b'INTERNALDATE "21-Nov-2026 08:30:00 +0700"'
        if not body:
            size = 2**31 if mode == "size_lie" else len(letter)
            return self.say(b"* %d FETCH (UID %d RFC822.SIZE %d %s)\r\n" % (uid, uid, size, date))
        if header:
            letter = letter.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
        if mode == "hole" and uid == 2:
            return self.say(b"* 2 FETCH (UID 2 BODY[] NIL)\r\n")
        if mode == "huge_literal":
            self.say(b"* %d FETCH (UID %d BODY[] {4294967290}\r\n" % (uid, uid))
            raise Cut
        if mode == "wrapped_literal":
            self.say(b"* %d FETCH (UID %d BODY[] {4294967299}\r\n" % (uid, uid))
            return self.say(b"abc and four thousand million bytes more\r\n" * 1000)
        if mode == "strangers":
            self.say(b"* 9 FETCH (UID 99 BODY[] {9}\r\ninjected!)\r\n")
            self.say(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(letter), letter))
        what = b"BODY[HEADER]<0>" if header else b"BODY[]"
        self.say(b"* %d FETCH (UID %d %s {%d}\r\n%s)\r\n" % (uid, uid, what, len(letter), letter))


if __name__ == "__main__":
    certs, port, mode = sys.argv[1:]
    Server(certs, int(port), mode=mode)
    print("ready", flush=True)
    while True:
        time.sleep(3600)
