#!/usr/bin/python3
"""An SMTP server over TLS that keeps every letter it accepted, for tests that count what was really sent.

As a module: Sink(directory) listens on a free loopback port; .letters() gives the accepted letters as bytes.
A letter counts as accepted at the moment the 250 after the final dot is written, as in real life.
"""
import os, socket, ssl, subprocess, threading


def make_certificate(directory, name="localhost"):
    """A self-signed certificate for `name` and 127.0.0.1; returns (certificate, key) paths."""
    cert, key = os.path.join(directory, "cert.pem"), os.path.join(directory, "key.pem")
    if not os.path.exists(cert):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "3650", "-subj", "/CN=" + name, "-keyout", key, "-out", cert,
                        "-addext", "subjectAltName=DNS:%s,IP:127.0.0.1" % name], check=True, capture_output=True)
    return cert, key


class Sink:
    def __init__(self, directory):
        self.cert, key = make_certificate(directory)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.cert, key)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        self._accepted, self._lock = [], threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def letters(self):
        with self._lock:
            return list(self._accepted)

    def clear(self):
        with self._lock:
            self._accepted = []

    def _serve(self):
        while True:
            plain, _ = self.listener.accept()
            threading.Thread(target=self._session, args=(plain,), daemon=True).start()

    def _session(self, plain):
        try:
            plain.settimeout(20)
            with self.context.wrap_socket(plain, server_side=True) as channel:
                self._talk(channel.makefile("rwb", buffering=0))
        except (OSError, ssl.SSLError):
            plain.close()

    def _talk(self, stream):
        say = lambda text: stream.write(text.encode() + b"\r\n")
        say("220 sink ESMTP")
        reader = Lines(stream)
        while True:
            line = reader.line()
            if line is None:
                return
            verb = line[:4].upper()
            if verb == b"EHLO":
                say("250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 50000000")
            elif verb == b"AUTH":
                self._login(line, reader, say)
            elif verb == b"DATA":
                say("354 go on")
                letter = reader.data()
                if letter is None:
                    return
                with self._lock:
                    self._accepted.append(letter)
                say("250 kept")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def _login(self, line, reader, say):
        words = line.split()
        if words[1].upper() == b"PLAIN" and len(words) == 2:
            say("334 ")
            reader.line()
        elif words[1].upper() == b"LOGIN":
            for prompt in ("334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6")[len(words) - 2:]:
                say(prompt)
                reader.line()
        say("235 welcome")


class Lines:
    def __init__(self, stream):
        self.stream, self.rest = stream, b""

    def line(self):
        while b"\n" not in self.rest:
            more = self.stream.read(65536)
            if not more:
                return None
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return line.rstrip(b"\r")

    def data(self):
        lines = []
        while True:
            line = self.line()
            if line is None:
                return None
            if line == b".":
                return b"\r\n".join(lines)
            lines.append(line[1:] if line.startswith(b".") else line)


if __name__ == "__main__":
    import sys, time
    sink = Sink(sys.argv[1])
    print(sink.port, sink.cert, flush=True)
    while True:
        time.sleep(3600)
