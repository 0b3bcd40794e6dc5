#!/usr/bin/python3
"""Signed letters for tests/unit/test_dkim.c: tests/unit/data/dkim/{NAME.eml,keys,expected.tsv}.

    tests/tools/make_dkim.py        (Debian: python3-dkim python3-nacl openssl; keys are made anew each time)

The signer is not ours: dkimpy where it can write what is wanted, else the few lines of RFC 6376 below with
openssl for the arithmetic. Everything is signed at SIGNED (t=) and received a minute later.
"""
import base64, hashlib, os, re, subprocess, sys, tempfile
import dkim, nacl.signing

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "unit", "data", "dkim")
SIGNED = 1700000000
dkim.time.time = lambda: SIGNED

MESSAGE = (b"Received: from mx.vanphong.vn by mail.example.vn; Wed, 15 Nov 2023 05:13:20 +0700\r\n"
           b"From: Van phong <vp@vanphong.vn>\r\nTo: banbientap@mic.gov.vn\r\n"
           b"Subject: Gui bai dang\r\nDate: Wed, 15 Nov 2023 05:13:20 +0700\r\nMessage-ID: <1@vanphong.vn>\r\n"
           b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
           b"K\xc3\xadnh g\xe1\xbb\xadi Ban Bi\xc3\xaan t\xe1\xba\xadp,\r\n\r\n  hai  dau  cach \r\n\r\n")


def openssl(*argv, given=None):
    return subprocess.run(["openssl", *argv], input=given, capture_output=True, check=True).stdout


class Keys:
    """One RSA key for each size, one Ed25519 key, and the DNS records of all."""

    def __init__(self, work):
        self.work, self.records = work, []
        for bits in (512, 1024, 2048):
            openssl("genrsa", "-traditional", "-out", self.path(bits), str(bits))
        self.edward = nacl.signing.SigningKey(os.urandom(32))
        self.publish("ed", "v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(self.edward.verify_key)).decode())
        self.publish("r2048", self.rsa(2048))
        self.publish("r1024", self.rsa(1024))
        self.publish("r512", self.rsa(512))
        self.publish("testing", self.rsa(2048, "t=y; "))
        self.publish("strict", self.rsa(2048, "t=s; "))
        self.publish("revoked", "v=DKIM1; k=rsa; p=")
        self.publish("broken", "v=DKIM1; k=rsa; p=!!!")
        self.publish("slow", "!")
        self.publish("twice", self.rsa(2048))
        self.publish("twice", self.rsa(1024))
        self.publish("beside", "some other text")
        self.publish("beside", self.rsa(2048))
        self.publish("other", self.rsa(1024))
        self.publish("sha1only", self.rsa(2048, "h=sha1; "))
        self.publish("web", self.rsa(2048, "s=web; "))

    def path(self, bits):
        return os.path.join(self.work, "%d.pem" % bits)

    def pem(self, bits=2048):
        with open(self.path(bits), "rb") as f:
            return f.read()

    def rsa(self, bits, more=""):
        der = openssl("rsa", "-in", self.path(bits), "-pubout", "-outform", "DER")
        return "v=DKIM1; %sk=rsa; p=%s" % (more, base64.b64encode(der).decode())

    def publish(self, selector, text, domain="vanphong.vn"):
        self.records.append("%s._domainkey.%s\t%s" % (selector, domain, text))


def relaxed(line):
    name, value = line.split(b":", 1)
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()


def sign(keys, message, bits=2048, algorithm="rsa-sha256", hashed="sha256", h="from:to:subject:date:message-id",
         selector=None, domain="vanphong.vn", length=None, **tags):
    """DKIM-Signature by hand, c=relaxed/simple."""
    head, body = message.split(b"\r\n\r\n", 1)
    body = re.sub(rb"(\r\n)*\Z", b"\r\n", body, count=1) if body else b"\r\n"
    digest = hashlib.new(hashed, body[:length] if length is not None else body).digest()
    value = "v=1; a=%s; c=relaxed/simple; d=%s; s=%s; " % (algorithm, domain, selector or "r%d" % bits)
    tags.setdefault("t", SIGNED)
    value += "".join("%s=%s; " % (k, v) for k, v in tags.items() if v is not None)
    value += "l=%d; " % length if length is not None else ""
    value += "h=%s;\r\n bh=%s;\r\n b=" % (h, base64.b64encode(digest).decode())
    fields, left = re.split(rb"\r\n(?![ \t])", head), []
    pool = [f for f in fields if b":" in f]
    for name in h.split(":"):
        for field in reversed(pool):
            if field.split(b":")[0].strip().lower() == name.lower().encode():
                left.append(relaxed(field) + b"\r\n")
                pool.remove(field)
                break
    data = b"".join(left) + relaxed(b"DKIM-Signature: " + value.encode())
    signature = openssl("dgst", "-" + hashed, "-sign", keys.path(bits), given=data)
    text = base64.b64encode(signature).decode()
    return ("DKIM-Signature: " + value + "\r\n  ".join(re.findall(".{1,72}", text)) + "\r\n").encode()


def by_dkimpy(keys, message, canon, selector=b"r2048", edward=False, **more):
    key = base64.b64encode(bytes(keys.edward)) if edward else keys.pem()
    algorithm = b"ed25519-sha256" if edward else b"rsa-sha256"
    return dkim.sign(message, b"ed" if edward else selector, b"vanphong.vn", key,
                     canonicalize=canon, signature_algorithm=algorithm, **more)


def letters(k):
    m = MESSAGE
    good = sign(k, m) + m
    forms = ((b"simple", b"simple"), (b"relaxed", b"relaxed"), (b"relaxed", b"simple"), (b"simple", b"relaxed"))
    for form in forms:
        yield "dkimpy-%s-%s" % tuple(f.decode() for f in form), by_dkimpy(k, m, form) + m, "pass/ok"
    yield "ed25519", by_dkimpy(k, m, forms[1], edward=True) + m, "pass/ok"
    yield "by-hand", good, "pass/ok"
    yield "lf-only", good.replace(b"\r\n", b"\n"), "pass/ok"
    yield "key-1024", sign(k, m, bits=1024) + m, "pass/ok"
    yield "key-512", sign(k, m, bits=512) + m, "weak/key-bits"
    yield "sha1", sign(k, m, algorithm="rsa-sha1", hashed="sha1") + m, "weak/sha1"
    whole = m[:-2]  # without its empty last line
    yield "length-all", sign(k, whole, length=len(whole.split(b"\r\n\r\n", 1)[1])) + whole, "pass/ok"
    yield "length-appended", sign(k, m, length=20) + m, "weak/length"
    yield "length-none", sign(k, m, length=0) + m, "weak/length"
    yield "length-too-large", sign(k, m, length=99999) + m, "fail/syntax"
    yield "from-unsigned", sign(k, m, h="to:subject:date") + m, "fail/syntax"
    yield "body-changed", good.replace(b"cach", b"cAch"), "fail/body-hash"
    yield "subject-changed", good.replace(b"Gui bai", b"Gui Bai"), "fail/signature"
    yield "from-changed", good.replace(b"<vp@", b"<xp@"), "fail/signature"
    yield "footer-appended", good + b"-- \r\nhttps://lists.example.org\r\n", "fail/body-hash"
    yield "unsigned-header-added", b"X-Spam: no\r\n" + good, "pass/ok"
    yield "subject-tag-by-list", good.replace(b"Subject: ", b"Subject: [nhom] "), "fail/signature"
    yield "second-from-above", b"From: bt@mic.gov.vn\r\n" + good, "pass/ok"
    yield "second-from-below", good.replace(b"\r\n\r\n", b"\r\nFrom: bt@mic.gov.vn\r\n\r\n", 1), "fail/signature"
    yield "expired", sign(k, m, x=SIGNED + 10, t=SIGNED - 1000) + m, "pass/ok"
    yield "expired-long-ago", sign(k, m, x=SIGNED - 86400, t=SIGNED - 90000) + m, "weak/expired"
    yield "expires-later", sign(k, m, x=SIGNED + 86400) + m, "pass/ok"
    yield "from-the-future", sign(k, m, t=SIGNED + 86400) + m, "weak/expired"
    yield "no-time", sign(k, m, t=None) + m, "pass/ok"
    yield "x-before-t", sign(k, m, x=SIGNED - 5) + m, "fail/syntax"
    yield "testing", sign(k, m, selector="testing") + m, "weak/testing"
    yield "strict-same", sign(k, m, selector="strict", i="@vanphong.vn") + m, "pass/ok"
    yield "strict-below", sign(k, m, selector="strict", i="@a.vanphong.vn") + m, "fail/syntax"
    yield "identity-elsewhere", sign(k, m, i="@mic.gov.vn") + m, "fail/syntax"
    yield "revoked", sign(k, m, selector="revoked") + m, "fail/revoked"
    yield "key-broken", sign(k, m, selector="broken") + m, "fail/syntax"
    yield "no-key", sign(k, m, selector="nowhere") + m, "fail/no-key"
    yield "slow-key", sign(k, m, selector="slow") + m, "unknown/temporary"
    yield "two-keys", sign(k, m, selector="twice") + m, "fail/no-key"
    yield "key-beside-text", sign(k, m, selector="beside") + m, "pass/ok"
    yield "wrong-key", sign(k, m, selector="other") + m, "fail/signature"
    yield "key-for-sha1", sign(k, m, selector="sha1only") + m, "fail/syntax"
    yield "key-for-web", sign(k, m, selector="web") + m, "fail/syntax"
    yield "version-2", good.replace(b"v=1;", b"v=2;"), "fail/syntax"
    yield "no-version", good.replace(b"v=1; ", b""), "fail/syntax"
    yield "no-body-hash", re.sub(rb"bh=[^;]*;", b"", good, count=1), "fail/syntax"
    yield "no-signature-value", re.sub(rb" b=[^\r]*(\r\n  [^\r]*)*", b" b=", good, count=1), "fail/syntax"
    yield "unknown-algorithm", good.replace(b"rsa-sha256", b"rsa-sha512"), "fail/syntax"
    yield "domain-with-slash", sign(k, m, domain="van/phong.vn") + m, "fail/syntax"
    yield "key-not-asked-by-path", sign(k, m, selector="../etc") + m, "fail/syntax"
    yield "other-domain", sign(k, m, domain="evil.example") + m, "fail/no-key"
    yield "unsigned", m, ""
    yield "two-good", sign(k, m, bits=1024) + good, "pass/ok pass/ok"
    yield "broken-above-good", sign(k, m).replace(b"v=1; ", b"") + good, "fail/syntax pass/ok"
    yield "bad-above-good", sign(k, m, selector="nowhere") + good, "fail/no-key pass/ok"
    yield "slow-above-good", sign(k, m, selector="slow") + good, "unknown/temporary pass/ok"
    yield "nine", sign(k, m, selector="nowhere") * 8 + good, " ".join(["fail/no-key"] * 8)
    arc = (b"ARC-Seal: i=1; a=rsa-sha256; d=vanphong.vn; s=r2048; cv=none; t=1700000000; b=AAAA\r\n"
           b"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/simple; d=vanphong.vn; s=r2048; h=from; bh=AA=; b=AA==\r\n"
           b"ARC-Authentication-Results: i=1; mx.mic.gov.vn; dkim=pass header.d=vanphong.vn; dmarc=pass\r\n")
    yield "arc-and-good", arc + good, "pass/ok"
    yield "arc-alone", arc + m, ""
    yield "arc-and-changed", arc + good.replace(b"cach", b"cAch"), "fail/body-hash"
    yield "mbox-line-above", b"From vp@vanphong.vn Wed Nov 15 05:13:20 2023\r\n" + good, "pass/ok"
    head, body = m.split(b"\r\n\r\n", 1)
    large = head + b"\r\n\r\n" + b"a line that is the same each time\r\n" * 20000
    with open(os.path.join(HERE, "large.head"), "wb") as f:  # the test appends the body itself
        f.write(sign(k, large) + head + b"\r\n\r\n")
    for form in forms:
        yield "no-last-line-end-" + form[1].decode() + form[0].decode(), by_dkimpy(k, m[:-5], form) + m[:-5], "pass/ok"
    empty = m.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n"
    yield "no-body", sign(k, empty) + empty, "pass/ok"


def main():
    os.makedirs(HERE, exist_ok=True)
    for name in os.listdir(HERE):
        os.unlink(os.path.join(HERE, name))
    with tempfile.TemporaryDirectory() as work:
        keys = Keys(work)
        rows = []
        for name, text, expected in letters(keys):
            with open(os.path.join(HERE, name + ".eml"), "wb") as f:
                f.write(text)
            rows.append("%s\t%s" % (name, expected))
    with open(os.path.join(HERE, "keys"), "w") as f:
        f.write("\n".join(keys.records) + "\n")
    with open(os.path.join(HERE, "expected.tsv"), "w") as f:
        f.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
