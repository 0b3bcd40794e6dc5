#!/usr/bin/env bats
# Letters in: every way of naming them, every kind of bad input, and the report's contract.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR/letters
    mkdir "$L"
}

@test "a letter report has every key of the contract" {
    news "$L/a.eml"
    bbt --json ingest "$L/a.eml" > "$BATS_TEST_TMPDIR/r.json"
    python3 - "$BATS_TEST_TMPDIR/r.json" <<'PY'
import json, sys
r = json.loads(open(sys.argv[1]).read())
keys = """file sha256 message_id received subject profile sender authentication verdict confirmation kind category score
reasons secrecy fields holds deadlines route attachments defects submission state duplicate_of""".split()
missing = [k for k in keys if k not in r]
assert not missing, missing
assert set("address name standing unit person_role".split()) <= set(r["sender"])
assert set("doc_number doc_type doc_date trich_yeu signer portal_recipient urgency consult_from consult_to title".split()) <= set(r["fields"])
assert r["verdict"] == "accept" and r["category"] == "news", r
assert r["authentication"]["result"] == "authenticated" and r["sender"]["unit"] == "CVT", r
assert r["received"] == "2026-11-20T08:30:00+07:00", r["received"]
assert r["submission"].startswith("BBT-2026-"), r
PY
}

@test "explain says the same and stores nothing" {
    news "$L/a.eml"
    "$BBT" --profile mic --json explain "$L/a.eml" > "$BATS_TEST_TMPDIR/e.json"
    python3 - "$BATS_TEST_TMPDIR/e.json" <<'PY'
import json, sys
r = json.loads(open(sys.argv[1]).read())
assert r["submission"] is None and r["state"] is None and r["category"] == "news", r
PY
    run -0 "$BBT" --profile mic explain "$L/a.eml"
    [[ "$output" == *"Lập hồ sơ: mic/news"* ]]
}

@test "directories by name, mboxes by number, standard input as -" {
    news "$L/b.eml" "Tin hai"
    news "$L/a.eml" "Tin một"
    { printf 'From x@y Fri Nov 20 08:30:00 2026\n'; tr -d '\r' < "$L/a.eml" | sed 's/a.eml/m1/'; printf '\nFrom x@y Fri Nov 20 08:31:00 2026\n'; tr -d '\r' < "$L/b.eml" | sed 's/b.eml/m2/'; } > "$BATS_TEST_TMPDIR/box"
    files=$( { bbt --json ingest "$L" "$BATS_TEST_TMPDIR/box"; sed s/a.eml/stdin/ "$L/a.eml" | bbt --json ingest -; } |
        python3 -c 'import json,sys; print(" ".join(json.loads(l)["file"] for l in sys.stdin))')
    [ "$files" = "a.eml b.eml box#1 box#2 -" ]
    [ "$(bbt --json list | wc -l)" -eq 5 ]
}

@test "an empty file is reported, exit 65, and the others are done" {
    news "$L/a.eml"
    : > "$L/b.eml"
    news "$L/c.eml" "Tin khác"
    run -65 bbt --json ingest "$L" "$BATS_TEST_TMPDIR/nowhere"
    [[ "$output" == *"b.eml"*"empty"* ]]
    [[ "$output" == *"nowhere"* ]]
    [ "$(bbt --json list | wc -l)" -eq 2 ]
}

@test "any readable, non-empty file is a letter" {
    head -c 3000 /dev/urandom > "$L/noise"
    printf '\n' > "$L/newline"
    printf 'From: x' > "$L/short"
    run -0 bbt --json ingest "$L"
    [ "$(echo "$output" | wc -l)" -eq 3 ]
    run -0 bbt fsck
}

@test "the same letter twice is one submission with two receipts" {
    news "$L/a.eml"
    one=$(bbt --json ingest "$L/a.eml" | ref_of)
    cp "$L/a.eml" "$L/copy.eml"
    bbt --json ingest "$L/copy.eml" | grep -q "\"duplicate_of\":\"$one\""
    [ "$(bbt --json list | wc -l)" -eq 1 ]
    [ "$(bbt --json show "$one" | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["receipts"]))')" -eq 2 ]
}

@test "the same letter through another hop is the same submission" {
    news "$L/a.eml"
    one=$(bbt --json ingest "$L/a.eml" | ref_of)
    { printf 'Received: from mx.mic.gov.vn by archive.mic.gov.vn; Fri, 20 Nov 2026 08:45:00 +0700\r\n'; cat "$L/a.eml"; } > "$L/b.eml"
    bbt --json ingest "$L/b.eml" | grep -q "\"duplicate_of\":\"$one\""
}

@test "1,000 letters that share one Message-ID are 1,000" {
    news "$L/seed.eml"
    mkdir "$BATS_TEST_TMPDIR/many"
    shipped
    for i in $(seq 1000); do sed "s/Khai trương/Khai trương lần $i/" "$L/seed.eml" > "$BATS_TEST_TMPDIR/many/$i.eml"; done
    bbt --json ingest "$BATS_TEST_TMPDIR/many" > "$BATS_TEST_TMPDIR/out"
    [ "$(wc -l < "$BATS_TEST_TMPDIR/out")" -eq 1000 ]
    [ "$(bbt --json list --limit 5000 | wc -l)" -eq 1000 ]
    run -0 bbt fsck
}

@test "more letters than reports are kept waiting, in their order" {
    kept_in_order 500
    shipped
    kept_in_order 5000
}

# Takes in a mailbox of so many letters; their reports come in its order.
kept_in_order() {
    for i in $(seq "$1"); do printf 'From a@example.vn Sat Nov 21 08:30:00 2026\nFrom: a@example.vn\nSubject: %s\n\nx\n\n' "$i"; done > "$L/many.mbox"
    bbt --json ingest "$L/many.mbox" > "$BATS_TEST_TMPDIR/out"
    grep -o '"subject":"[0-9]*"' "$BATS_TEST_TMPDIR/out" | cmp - <(seq -f '"subject":"%.0f"' "$1")
}

@test "raw letters are kept byte for byte" {
    news "$L/a.eml"
    sum=$(sha256sum < "$L/a.eml" | cut -d' ' -f1)
    bbt ingest "$L/a.eml" >/dev/null
    [ "$(sha256sum < "$(find "$H/spool/done" -name '*.eml')" | cut -d' ' -f1)" = "$sum" ]
}

@test "a letter left in the spool is taken by intake --once" {
    news "$L/a.eml"
    mkdir -p "$H/drop/new"
    cp "$L/a.eml" "$H/drop/new/1.a"
    run -0 bbt fetch --once
    run -0 bbt --json intake --once
    [[ "$output" == *'"applied":1'* ]]
    run -0 bbt fetch --once
    run -0 bbt --json intake --once
    [[ "$output" == *'"applied":0'* ]]
    [ "$(bbt --json list | wc -l)" -eq 1 ]
    run -0 bbt fsck
}

@test "a file that fails while it is read is reported, and the others are done" {
    news "$L/a.eml"
    short=/sys/kernel/mm/transparent_hugepage/enabled # says 4096 bytes and has fewer
    [ -r "$short" ] || skip "no such file here"
    run -65 bbt --json ingest "$short" "$L/a.eml" "$L"
    [[ "$output" == *"shorter"* ]]
    [ "$(bbt --json list | wc -l)" -eq 1 ]
    run -65 bbt ingest - < /dev/null
    [[ "$output" == *"empty"* ]]
    [ "$(bbt --json list | wc -l)" -eq 1 ]
}
