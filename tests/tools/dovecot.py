#!/usr/bin/python3
"""A private Dovecot on loopback for measurements: IMAP over TLS, one user, one Maildir, own certificate.

    with Dovecot(directory, maildir) as server: server.port, server.cert, server.user, server.password

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
mail_location = maildir:{mail}
mail_uid = {uid}
mail_gid = {uid}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {dir}/users
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
    user, password = "banbientap", "mat-khau-thu"

    def __init__(self, directory, maildir):
        self.directory, self.maildir, self.port = directory, maildir, free_port()
        os.makedirs(os.path.join(directory, "run"), exist_ok=True)
        os.makedirs(os.path.join(directory, "home"), exist_ok=True)
        self.cert, self.key = make_certificate(directory)
        self.owner = pwd.getpwnam("mail")

    def __enter__(self):
        for base in (self.maildir, os.path.join(self.directory, "home")):
            for place, _, files in os.walk(base):
                os.chown(place, self.owner.pw_uid, self.owner.pw_gid)
                for name in files:
                    os.chown(os.path.join(place, name), self.owner.pw_uid, self.owner.pw_gid)
        with open(os.path.join(self.directory, "users"), "w") as f:
            f.write("%s:{PLAIN}%s\n" % (self.user, self.password))
        config = os.path.join(self.directory, "dovecot.conf")
        with open(config, "w") as f:
            f.write(CONFIG.format(dir=self.directory, cert=self.cert, key=self.key, mail=self.maildir, port=self.port,
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

    def warm_up(self):
        """One untimed pass over the mailbox, so that no client pays for building the index."""
        import imaplib, ssl
        box = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=ssl.create_default_context(cafile=self.cert))
        box.login(self.user, self.password)
        count = int(box.select("INBOX", readonly=True)[1][0])
        box.fetch("1:*", "(UID RFC822.SIZE INTERNALDATE FLAGS)")
        box.logout()
        return count
