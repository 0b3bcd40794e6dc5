#!/usr/bin/python3
"""A strict check of the portal's pages, in the standard library: stricter than a browser, so that what passes is
valid HTML5 in the subset our templates use.

    html_check.py SITE_DIR

Every .html: doctype, lang, charset first, one title and one h1, headings without gaps, known elements properly
nested and closed, quoted unique attributes from an allow-list, unique ids, skip link to an id that exists, no
script, style, event handler, form or frame, nothing loaded from outside, every local link leads to a file.
Prints the faults; exit code 1 when there is any.
"""
import os, re, sys
from html.parser import HTMLParser

VOID = {"meta", "link", "br"}
ELEMENTS = VOID | set("html head title body a header footer main nav ul li article p h1 h2 h3 time dl dt dd".split())
ATTRIBUTES = set("lang charset name content http-equiv rel href type title class id aria-label datetime".split())
INSIDE = {"li": {"ul"}, "dt": {"dl"}, "dd": {"dl"}, "head": {"html"}, "body": {"html"}, "title": {"head"},
          "meta": {"head"}, "link": {"head"}, "main": {"body"}}
NO_BLOCKS = {"p", "h1", "h2", "h3", "a", "time", "dt", "title"}
INLINE = {"a", "br", "time"}


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.path, self.faults, self.stack, self.ids, self.links = path, [], [], set(), []
        self.seen, self.heading, self.doctype = {}, 0, False

    def fault(self, text):
        self.faults.append("%s:%d: %s" % (self.path, self.getpos()[0], text))

    def handle_decl(self, decl):
        self.doctype = self.doctype or (decl.lower() == "doctype html" and not self.seen)

    def handle_comment(self, data):
        self.fault("a comment")

    def handle_pi(self, data):
        self.fault("a processing instruction")

    def unknown_decl(self, data):
        self.fault("a declaration")

    def handle_startendtag(self, tag, attrs):
        self.fault("<%s/>: not HTML" % tag)

    def handle_starttag(self, tag, attrs):
        parent = self.stack[-1] if self.stack else None
        self.seen[tag] = self.seen.get(tag, 0) + 1
        if tag not in ELEMENTS:
            self.fault("element <%s>" % tag)
        if tag in INSIDE and parent not in INSIDE[tag]:
            self.fault("<%s> inside <%s>" % (tag, parent))
        if parent in NO_BLOCKS and tag not in INLINE:
            self.fault("<%s> inside <%s>" % (tag, parent))
        if parent in ("ul", "dl") and tag not in ("li", "dt", "dd"):
            self.fault("<%s> directly in <%s>" % (tag, parent))
        if "a" in self.stack and tag == "a":
            self.fault("a link in a link")
        if re.match(r"h[1-6]$", tag):
            level = int(tag[1])
            if level > self.heading + 1:
                self.fault("<%s> after <h%d>" % (tag, self.heading))
            self.heading = level
        self.attributes(tag, attrs)
        if tag not in VOID:
            self.stack.append(tag)

    def attributes(self, tag, attrs):
        names = [n for n, _ in attrs]
        raw = self.get_starttag_text()
        if len(names) != len(set(names)):
            self.fault("an attribute twice in %s" % raw)
        if re.search(r"=[^\"]", re.sub(r'"[^"]*"', '""', raw)):
            self.fault("an attribute that is not quoted in %s" % raw)
        for name, value in attrs:
            if name not in ATTRIBUTES or not value:
                self.fault("attribute %s of <%s>" % (name, tag))
            if name == "id":
                if value in self.ids:
                    self.fault("id %s twice" % value)
                self.ids.add(value)
            if name == "href":
                self.links.append((tag, value, self.getpos()[0]))

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1] != tag:
            self.fault("</%s> closes <%s>" % (tag, self.stack[-1] if self.stack else None))
        else:
            self.stack.pop()

    def finish(self, text):
        self.feed(text)
        self.close()
        html = re.search(r"<html[^>]*>", text)
        if not self.doctype or not text.startswith("<!DOCTYPE html>"):
            self.fault("no doctype")
        if not html or 'lang="vi"' not in html.group():
            self.fault("no lang")
        if not re.search(r"<head>\s*<meta charset=\"utf-8\">", text):
            self.fault("charset does not come first")
        for tag in ("html", "head", "title", "body", "main", "h1", "header", "footer"):
            if self.seen.get(tag, 0) != 1:
                self.fault("<%s> %d times" % (tag, self.seen.get(tag, 0)))
        if self.stack:
            self.fault("not closed: %s" % " ".join(self.stack))
        if re.search(r"<title>\s*</title>|<h1>\s*</h1>", text):
            self.fault("an empty title or heading")
        if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text):
            self.fault("a control character")
        if re.search(r"&(?!(amp|lt|gt|quot|#39);)", text):
            self.fault("a bare &")


def check(root, path, faults):
    with open(path, encoding="utf-8", newline="") as f:
        text = f.read()
    page = Page(os.path.relpath(path, root))
    page.finish(text)
    for tag, href, line in page.links:
        if href.startswith("#"):
            if href[1:] not in page.ids:
                page.faults.append("%s:%d: no id %s" % (page.path, line, href))
        elif re.match(r"[a-z][a-z0-9+.-]*:|//|/", href, re.I):
            page.faults.append("%s:%d: leads outside: %s" % (page.path, line, href))
        elif not os.path.isfile(os.path.join(os.path.dirname(path), href)):
            page.faults.append("%s:%d: leads nowhere: %s" % (page.path, line, href))
    faults += page.faults


def main():
    root, faults, n = sys.argv[1], [], 0
    for base, _, names in os.walk(root):
        for name in sorted(names):
            if name.endswith(".html"):
                check(root, os.path.join(base, name), faults)
                n += 1
    for fault in faults:
        print(fault)
    if not n:
        print("no pages in", root)
    sys.exit(1 if faults or not n else 0)


main()
