#!/usr/bin/python3
"""send.py PORT HELO MAIL-FROM TO: the letter on stdin, byte for byte."""
import smtplib, sys

port, helo, sender, to = sys.argv[1:]
with smtplib.SMTP("127.0.0.1", int(port), local_hostname=helo, timeout=60) as server:
    server.sendmail(sender, [to], sys.stdin.buffer.read())
