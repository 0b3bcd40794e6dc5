#!/usr/bin/python3
"""Writes tests/unit/data/msg/*: small Outlook messages (MS-OXMSG in MS-CFB), honest and hostile. Run it again after a
change and commit the files: the tests read them, never this script.

Usage: make_msg.py DIRECTORY
"""
import os, struct, sys

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STREAM, STORAGE, ROOT = 2, 1, 5


class Entry:
    def __init__(self, name, kind, data=b"", children=()):
        self.name, self.kind, self.data, self.children = name, kind, data, list(children)


def storage(name, *children):
    return Entry(name, STORAGE, children=children)


def stream(name, data):
    return Entry(name, STREAM, data)


def text(number, words):
    return stream("__substg1.0_%04X001F" % number, words.encode("utf-16-le"))


def binary(number, data):
    return stream("__substg1.0_%04X0102" % number, data)


def properties(head, *numbers):
    rows = b"".join(struct.pack("<HHIQ", kind, number, 6, value) for number, kind, value in numbers)
    return stream("__properties_version1.0", bytes(head) + rows)


def flatten(root):
    """Entries in the order of their numbers, with left, right, child; siblings are a chain to the right, which is a
    legal tree if not a balanced one."""
    entries, links = [root], {0: [FREE, FREE, FREE]}

    def below(at):
        kids = sorted(entries[at].children, key=lambda e: (len(e.name), e.name.upper()))
        numbers = []
        for kid in kids:
            entries.append(kid)
            links[len(entries) - 1] = [FREE, FREE, FREE]
            numbers.append(len(entries) - 1)
        if numbers:
            links[at][2] = numbers[0]
        for a, b in zip(numbers, numbers[1:]):
            links[a][1] = b
        for n in numbers:
            below(n)
    below(0)
    return entries, links


def compound(root):
    """All streams of 4,096 bytes and more lie in sectors of 512, smaller ones in the mini stream."""
    entries, links = flatten(root)
    sectors, fat, mini, minifat = [], [], b"", []

    def store(data):
        if not data:
            return END
        first, n = len(sectors), (len(data) + 511) // 512
        for i in range(n):
            sectors.append(data[512 * i:512 * i + 512].ljust(512, b"\0"))
            fat.append(first + i + 1 if i + 1 < n else END)
        return first
    place = {}
    for i, e in enumerate(entries):
        if e.kind != STREAM:
            place[i] = (0, 0)
        elif len(e.data) >= 4096:
            place[i] = (store(e.data), len(e.data))
        elif e.data:
            first, n = len(minifat), (len(e.data) + 63) // 64
            minifat += [first + k + 1 for k in range(n - 1)] + [END]
            mini += e.data.ljust(64 * n, b"\0")
            place[i] = (first, len(e.data))
        else:
            place[i] = (END, 0)
    place[0] = (store(mini), len(mini))
    minifat_at = store(b"".join(struct.pack("<I", v) for v in minifat).ljust((len(minifat) * 4 + 511) // 512 * 512, b"\xff"))
    rows = b""
    for i, e in enumerate(entries):
        name = e.name.encode("utf-16-le") + b"\0\0"
        left, right, child = links[i]
        rows += name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name), e.kind, 1, left, right, child)
        rows += b"\0" * 36 + struct.pack("<IQ", *place[i])
    rows += (b"\0" * 66 + b"\0\1" + b"\xff" * 12 + b"\0" * 48) * (-len(entries) % 4)
    directory_at = store(rows)
    n_fat = 1
    while n_fat * 128 < len(fat) + n_fat:
        n_fat += 1
    fat_at = list(range(len(sectors), len(sectors) + n_fat))
    table = fat + [FAT] * n_fat
    table += [FREE] * (n_fat * 128 - len(table))
    packed = struct.pack("<%dI" % len(table), *table)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, n_fat, directory_at, 0, 4096,
        minifat_at, (len(minifat) * 4 + 511) // 512, END, 0)
    head += struct.pack("<109I", *(fat_at + [FREE] * (109 - n_fat)))
    return head + b"".join(sectors) + packed


def lzfu(rtf):
    """Packed rich text without a repetition: every item is a byte, then the end."""
    out, window = b"", 207
    items = [bytes([b]) for b in rtf]
    at = 0
    while at <= len(items):
        group = items[at:at + 8]
        if len(group) < 8:
            end = (window + len(items)) % 4096
            out += bytes([1 << len(group)]) + b"".join(group) + struct.pack(">H", end << 4)
            break
        out += b"\0" + b"".join(group)
        at += 8
    return struct.pack("<III", len(out) + 12, len(rtf), 0x75465A4C) + b"\0" * 4 + out


def message(top, *more, sender="Nguyễn Văn A", subject="Gửi đăng tin", body="Kính gửi Ban biên tập"):
    return [properties(b"\0" * (32 if top else 24), (0x0039, 0x0040, 0x01DD57B6C5A78000), (0x3FDE, 3, 65001)),
            text(0x0037, subject), text(0x0C1A, sender), text(0x5D01, "a@so.example.vn"), text(0x1000, body)] + list(more)


def attachment(n, name, data):
    return storage("__attach_version1.0_#%08X" % n, properties(b"\0" * 8, (0x3705, 3, 1)), text(0x3707, name),
                   binary(0x3701, data))


def embedded(n, entries):
    return storage("__attach_version1.0_#%08X" % n, properties(b"\0" * 8, (0x3705, 3, 5)), text(0x3001, "Thư kèm"),
                   storage("__substg1.0_3701000D", *entries))


def root(*entries):
    return Entry("Root Entry", ROOT, children=[c for e in entries for c in (e if isinstance(e, list) else [e])])


def files():
    html = '<html><body><p>Chữ thấy được</p><p style="display:none">một hai ba bốn năm sáu bảy</p></body></html>'
    full = root(message(True, binary(0x1013, html.encode()), binary(0x1009, lzfu(b"{\\rtf1\\ansi rich words\\par}")),
                        attachment(0, "phụ lục.txt", "nội dung phụ lục\n".encode() * 300),
                        embedded(1, message(False, attachment(0, "trong.txt", b"inside"), subject="Thư trong"))))
    deep = message(False, subject="bottom")
    for level in range(8):
        deep = message(False, embedded(0, deep), subject="level %d" % level)
    narrow = root(properties(b"\0" * 32, (0x3FFD, 3, 1258)), stream("__substg1.0_0037001E", "Ti\xeau \xf0\xea".encode("latin-1")),
                  stream("__substg1.0_1000001E", "Th\xf4ng b\xe1o c\xf4ng t\xe1c".encode("latin-1")))
    honest = compound(full)
    liar = bytearray(honest)  # a stream that says it is longer than the file
    at = liar.find("__substg1.0_1000001F".encode("utf-16-le"))
    struct.pack_into("<I", liar, at + 120, 0x7FFFFFFF)
    loop = bytearray(honest)  # the directory's first sibling follows itself
    at = loop.find("__substg1.0_0037001F".encode("utf-16-le"))
    number = (at - 512) // 128
    struct.pack_into("<III", loop, at + 68, 1, 1, 1)
    circle = bytearray(honest)  # every sector of the table follows the first
    fat = 512 + struct.unpack_from("<I", circle, 76)[0] * 512
    for i in range(60):
        struct.pack_into("<I", circle, fat + 4 * i, 0)
    many = root(message(True, *[attachment(i, "%d.txt" % i, b"x") for i in range(150)]))
    return {"full.msg": honest, "deep.msg": compound(root(deep)), "narrow.msg": compound(narrow), "liar.msg": bytes(liar),
            "loop.msg": bytes(loop), "circle.msg": bytes(circle), "many.msg": compound(many)}


def main():
    for name, data in files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)


main()
