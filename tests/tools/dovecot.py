#!/usr/bin/python3
"""A private Dovecot on loopback, for measurements and for the kill harness: IMAP over TLS, own certificate.

    with Dovecot(directory) as server:      server.port, server.cert, server.password
        server.add_mailbox(user, files)     any user may log in; MAILBOXES/USER is the user's Maildir

Everything lies under `directory`; nothing of the system's configuration is read. Needs root, because Dovecot
gives its login processes another user.
"""
import os, pwd, shutil, signal, socket, subprocess, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from smtp_sink import make_certificate

CONFIG = """
base_dir = {dir}/run
state_dir = {dir}/run
log_path = {dir}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
mail_location = maildir:{dir}/mailboxes/%n
mail_uid = {uid}
mail_gid = {uid}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={dir}/home
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Dovecot:
    password = "mat-khau-thu"

    def __init__(self, directory):
        self.directory, self.port = directory, free_port()
        self.mailboxes = os.path.join(directory, "mailboxes")
        for name in ("run", "home", "mailboxes"):
            os.makedirs(os.path.join(directory, name), exist_ok=True)
        self.cert, self.key = make_certificate(directory)
        self.owner = pwd.getpwnam("mail")
        self.own(self.mailboxes)
        self.own(os.path.join(directory, "home"))

    def own(self, path):
        os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def add_mailbox(self, user, files):
        """A fresh INBOX with hard copies of these files, names and times kept; returns its directory."""
        box = os.path.join(self.mailboxes, user)
        for place in (box, *(os.path.join(box, sub) for sub in ("tmp", "new", "cur"))):
            os.makedirs(place)
            self.own(place)
        for path in files:
            copy = os.path.join(box, "cur", os.path.basename(path).split(":2,")[0] + ":2,")
            shutil.copy2(path, copy)
            self.own(copy)
        return box

    def __enter__(self):
        config = os.path.join(self.directory, "dovecot.conf")
        with open(config, "w") as f:
            f.write(CONFIG.format(dir=self.directory, cert=self.cert, key=self.key, password=self.password, port=self.port,
                                  uid=self.owner.pw_name))
        self.process = subprocess.Popen(["dovecot", "-F", "-c", config], stdin=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError("dovecot does not start: see %s/dovecot.log" % self.directory)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def warm_up(self, user):
        """One untimed pass over the mailbox, so that no client pays for building the index."""
        import imaplib, ssl
        box = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=ssl.create_default_context(cafile=self.cert))
        box.login(user, self.password)
        count = int(box.select("INBOX", readonly=True)[1][0])
        box.fetch("1:*", "(UID RFC822.SIZE INTERNALDATE FLAGS)")
        box.logout()
        return count
