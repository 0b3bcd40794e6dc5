#!/usr/bin/python3
"""ask.py PORT NAME: the TXT record of NAME from the DNS server on loopback, as "RCODE TEXT"."""
import socket, struct, sys

port, name = int(sys.argv[1]), sys.argv[2]
question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0" + struct.pack(">HH", 16, 1)
with socket.create_connection(("127.0.0.1", port), timeout=20) as s:  # TCP: a key does not fit into 512 bytes
    query = struct.pack(">HHHHHH", 4711, 0x0100, 1, 0, 0, 0) + question
    s.sendall(struct.pack(">H", len(query)) + query)
    stream = s.makefile("rb")
    answer = stream.read(struct.unpack(">H", stream.read(2))[0])
count, text = struct.unpack(">H", answer[6:8])[0], b""
if count:  # name (a pointer), type, class, ttl, length
    at = 12 + len(question) + 12
    length = struct.unpack(">H", answer[at - 2:at])[0]
    end = at + length
    while at < end:
        text += answer[at + 1:at + 1 + answer[at]]
        at += 1 + answer[at]
print(answer[3] & 15, text.decode())
