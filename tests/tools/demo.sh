#!/bin/sh
# What `make demo` does after the build: a house in build/demo, twelve sample letters, the queue, one letter
# explained, one approved, the site. Needs no server and no network; everything is under build/demo.
set -eu
cd "$(dirname "$0")/../.."
house=build/demo
now=2026-11-21T09:00:00+07:00
bbt() {
    printf '\n$ bbt %s\n' "$*" >&2
    build/bbt "$@"
}

rm -rf "$house"
bbt init "$house" --profile mic --trial
bbt --house "$house" units import tests/letters/directory.tsv
bbt --house "$house" --now "$now" ingest tests/letters/*.eml
bbt --house "$house" list
bbt --house "$house" --now "$now" explain tests/letters/01-tin-bai-don-vi.eml

# The reference of the news letter, from the machine-readable queue (one JSON object a line).
reference=$(build/bbt --house "$house" --json list --category news |
    sed -n '/"verdict": *"accept"/s/.*"submission": *"\([^"]*\)".*/\1/p' | head -n 1)
[ -n "$reference" ] || { echo "demo: no news letter was accepted" >&2; exit 1; }
bbt --house "$house" --now "$now" --as truongban approve "$reference"
bbt --house "$house" --now "$now" --as truongban publish "$reference"
bbt --house "$house" --now "$now" site build

page=$house/site/index.html
[ -f "$page" ] || { echo "demo: $page is not there" >&2; exit 1; }
printf '\nThe portal is in %s: open it with a browser.\n' "$(pwd)/$page"
