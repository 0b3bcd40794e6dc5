#!/usr/bin/python3
"""sign.py KEY DOMAIN: the letter on stdin with a DKIM signature of DOMAIN (selector cong), whoever its From is: what a
server that one has to oneself would do. By dkimpy, not by our library."""
import dkim, sys

letter = sys.stdin.buffer.read()
key = open(sys.argv[1], "rb").read()
signature = dkim.sign(letter, b"cong", sys.argv[2].encode(), key, canonicalize=(b"relaxed", b"relaxed"),
                      include_headers=[b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to"])
sys.stdout.buffer.write(signature + letter)
