#!/usr/bin/python3
"""reply.py DELIVERED FROM [HEADER...]: the answer that a mail program writes to the letter DELIVERED: the own words
from stdin on top, the letter quoted below, its ids in In-Reply-To and References, To as its Reply-To says. Options
before DELIVERED: --no-quote (nothing below), --bare (no ids: a new letter with the same subject)."""
import email.policy, email.utils, sys

args = sys.argv[1:]
options = set()
while args[0].startswith("--"):
    options.add(args.pop(0))
letter = email.message_from_binary_file(open(args[0], "rb"), policy=email.policy.default)
sender, headers = args[1], args[2:]
text = letter.get_body().get_content()
lines = ["From: " + sender, "To: " + str(letter["Reply-To"] or letter["From"]),
         "Subject: " + email.header.Header("Re: " + letter["Subject"], "utf-8").encode(linesep="\r\n"),
         "Date: " + email.utils.formatdate(localtime=True), "Message-ID: " + email.utils.make_msgid(domain="reply.example"),
         "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
if "--bare" not in options:
    lines += ["In-Reply-To: " + letter["Message-ID"], "References: " + letter["Message-ID"]]
body = sys.stdin.read().splitlines()
if "--no-quote" not in options:
    body += ["", "Vào T6, 20 thg 11, 2026 vào lúc 14:00 %s đã viết:" % letter["From"], ""]
    body += ["> " + line for line in text.splitlines()]
sys.stdout.buffer.write("\r\n".join(lines + headers + [""] + body + [""]).encode())
