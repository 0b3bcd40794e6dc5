#!/usr/bin/python3
"""send.py PORT HELO MAIL-FROM: the letter on stdin, byte for byte, to banbientap@ministry.example."""
import smtplib, sys

port, helo, sender = sys.argv[1:]
with smtplib.SMTP("127.0.0.1", int(port), local_hostname=helo, timeout=60) as server:
    server.sendmail(sender, ["banbientap@ministry.example"], sys.stdin.buffer.read())
