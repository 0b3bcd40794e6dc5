#!/usr/bin/env bats
# CONTRACT.md, point by point, where no other file asks: words, times, order, exit codes, what is on which stream.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR/letters
    mkdir "$L"
}

# `bbt run` in the background, and its clean end (exit code 0). No descriptor of bats stays open in it.
daemon() {
    "$BBT" --house "$H" --now "$NOW" run >/dev/null 2>&1 3>&- 4>&- &
    DAEMON=$!
    for _ in $(seq 300); do [ -s "$H/run.lock" ] && break; sleep 0.1; done
}

end_daemon() {
    kill "$DAEMON"
    wait "$DAEMON"
    DAEMON=
}

teardown() {
    [ -z "${DAEMON:-}" ] || kill "$DAEMON"
}

# Each line of stdin as JSON, and one Python expression about the list of them (`r`) that must hold.
json_holds() {
    python3 -c "import json, re, sys
r = [json.loads(line) for line in sys.stdin]
assert $1, r"
}

@test "the vocabularies of a report are the contract's, whatever the letter" {
    news "$L/a.eml"
    complaint "$L/b.eml"
    printf 'nothing like a letter' > "$L/c.eml"
    letter "$L/d.eml" nva@mic.gov.vn fail 'Văn bản số 12/QĐ-BTTTT' <<< 'Đăng gấp.'
    cp "$BATS_TEST_DIRNAME"/../letters/*.eml "$L"
    python3 - "$L/e.eml" <<'PY'
import sys
from email.message import EmailMessage
m = EmailMessage()
m["From"], m["Subject"] = "vtb@mic.gov.vn", "Tệp đính kèm"
m.set_content("Xin gửi.")
m.add_attachment("<p>chào</p>", subtype="html", filename="a.html")
m.add_attachment("a,b", subtype="csv", filename="b.csv")
m.add_attachment(b"\0\1\2", maintype="application", subtype="octet-stream")
m.add_attachment(b"PK\3\4 and no more", maintype="application", subtype="zip", filename="c.docx")
inner = EmailMessage()
inner["Subject"] = "Thư trong thư"
inner.set_content("Nội dung.")
m.add_attachment(inner)
open(sys.argv[1], "wb").write(m.as_bytes())
PY
    bbt --json ingest "$L" > "$BATS_TEST_TMPDIR/r"
    python3 - "$BATS_TEST_TMPDIR/r" <<'PY'
import json, re, sys
words = {"standing": "member partner public forged unknown", "result": "authenticated unauthenticated forged unknown",
         "by": "authentication-results dkim none", "verdict": "accept needs-confirmation confirmed reject-spoof",
         "state": "not-needed needed requested confirmed refused withdrawn",
         "category": "news document draft complaint denunciation question thematic event-notice other spam bounce autoreply",
         "how": "docx odt pdf doc rtf xlsx ocr tnef text none"}
keys = {"sender": "address name standing unit person_role", "authentication": "result by detail",
        "confirmation": "state by how evidence", "secrecy": "marked level where"}
for line in open(sys.argv[1]):
    r = json.loads(line)
    for group, names in keys.items():
        assert set(r[group]) == set(names.split()), r[group]
    said = [("standing", r["sender"]["standing"]), ("result", r["authentication"]["result"]),
            ("by", r["authentication"]["by"]), ("verdict", r["verdict"]), ("state", r["confirmation"]["state"]),
            ("category", r["category"])] + [("how", a["how"]) for a in r["attachments"]]
    for key, word in said:
        assert word in words[key].split(), (r["file"], key, word)
    assert r["sender"]["person_role"] in ("leader", "deputy", "contact", "member", None), r["sender"]
    assert r["fields"]["portal_recipient"] in ("yes", "no", "unclear", None), r["fields"]
    assert 0 <= r["score"] <= 1 and isinstance(r["secrecy"]["marked"], bool)
    for a in r["attachments"]:
        assert {"name", "type", "bytes", "text_chars", "how", "defects"} <= set(a) and a["name"] != "", a
    assert r["file"] != "e.eml" or len(r["attachments"]) == 5, r
    for reason in r["reasons"]:
        assert set(reason) == {"rule", "where", "text", "weight", "cite"}, reason
        assert re.fullmatch(r"subject|body|attachment:.*|header:[A-Za-z-]+", reason["where"]), reason
        assert re.fullmatch(r"model|[a-z]+/[a-z.-]+\.rules:[1-9][0-9]*", reason["rule"]), reason
    for text in (r["subject"], r["sender"]["address"], r["sender"]["name"], r["message_id"]):
        assert text is None or text != "", r
    assert re.fullmatch(r"[0-9a-f]{64}", r["sha256"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00", r["received"]), r["received"]
PY
}

@test "receipt time: the border's Received, else the topmost, else the file's, else now with a defect" {
    news "$L/a.eml"
    {
        printf 'Received: from mx.mic.gov.vn (mx.mic.gov.vn [192.0.2.9]) by mail.mic.gov.vn with LMTP id 2;\r\n\tFri, 20 Nov 2026 08:41:00 +0700\r\n'
        news /dev/stdout "Tin khác"
    } > "$L/b.eml"
    printf 'Received: from x by elsewhere.example; Fri, 20 Nov 2026 08:51:00 +0700\r\nFrom: a@example.vn\r\n\r\nx\r\n' > "$L/ba.eml"
    printf 'From: a@example.vn\r\nDate: Mon, 01 Jan 2001 00:00:00 +0000\r\n\r\nx\r\n' > "$L/c.eml"
    TZ=Asia/Ho_Chi_Minh touch -d '2026-11-19 07:08:09' "$L/c.eml"
    bbt --json ingest "$L" | json_holds '[x["received"][:16] for x in r] == ["2026-11-20T08:30", "2026-11-20T08:30", "2026-11-20T08:51", "2026-11-19T07:08"] and r[3]["defects"] == []'
    printf 'From: a@example.vn\r\n\r\ny\r\n' | bbt --json ingest - |
        json_holds 'r[0]["received"] == "2026-11-20T09:00:00+07:00" and r[0]["defects"] == ["no-receipt-time"]'
    printf 'From: a@example.vn\r\n\r\ny\r\n' | "$BBT" --now "$NOW" --json explain - |
        json_holds 'r[0]["received"] == "2026-11-20T09:00:00+07:00" and r[0]["defects"] == ["no-receipt-time"]'
}

@test "--now reaches every stored time" {
    news "$L/a.eml"
    NOW=2031-03-04T05:06:07+07:00
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    [[ "$ref" == BBT-2031-* ]]
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    at=$(date -d "$NOW" +%s)
    made=$(date -d 2026-11-20T09:00:00+07:00 +%s)
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM journal WHERE at NOT IN ($at, $made)")" -eq 0 ]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM receipts WHERE at <> $at")" -eq 0 ]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM approvals WHERE at <> $at")" -eq 0 ]
    grep -q '<updated>2031-03-04T05:06:07+07:00</updated>' "$H/site/atom.xml"
    find "$H/spool/done" -name '20310304T*.eml' | grep -q .
    mkdir -p "$H/drop/new"
    news "$H/drop/new/1.x" "Tin khác"
    daemon
    for _ in $(seq 300); do [ "$(bbt --json list --all | wc -l)" -lt 2 ] || break; sleep 0.1; done
    end_daemon
    [ "$(sqlite3 "$H/case.db" "SELECT count(*), min(at), max(at) FROM receipts")" = "2|$at|$at" ]
}

@test "a bad file is one line of error, and one object at its place among the reports" {
    news "$L/a.eml"
    : > "$L/b.eml"
    news "$L/c.eml" "Tin khác"
    run -65 --separate-stderr bbt --json ingest "$L" "$L/nowhere"
    [ "${#stderr_lines[@]}" -eq 2 ]
    [[ "${stderr_lines[0]}" == "bbt ingest: '$L/b.eml': "* ]]
    echo "$output" | json_holds '[x["file"][-5:] for x in r] == ["a.eml", "b.eml", "c.eml", "where"] and [x["error"]["kind"] for x in (r[1], r[3])] == ["data"] * 2'
    run -65 --separate-stderr "$BBT" --json explain "$L/b.eml" "$L/a.eml"
    [ "${#stderr_lines[@]}" -eq 1 ]
    echo "$output" | json_holds 'r[0]["error"]["kind"] == "data" and r[1]["category"] == "news"'
}

@test "standard input without a byte is an empty file" {
    for command in ingest explain; do
        run -65 --separate-stderr bbt "$command" - < /dev/null
        [ -z "$output" ]
        [ "${#stderr_lines[@]}" -eq 1 ]
    done
    [ "$(bbt --json list | wc -l)" -eq 0 ]
    run -0 bbt fsck
}

@test "an unreadable file and an unreadable directory are reported, the others are taken" {
    [ "$(id -u)" -ne 0 ] || command -v setpriv || skip "root reads everything"
    news "$L/a.eml"
    news "$L/b.eml" "Tin khác"
    mkdir "$L/dark"
    chmod 000 "$L/b.eml" "$L/dark"
    chmod -R o+rX "$BATS_TEST_TMPDIR" 2>/dev/null || true
    chmod 000 "$L/b.eml" "$L/dark"
    if [ "$(id -u)" -eq 0 ]; then
        chmod 711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR" "${BATS_RUN_TMPDIR%/*}" "$(dirname "$BATS_TEST_TMPDIR")"
        run -65 --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups "$BBT" --profile mic explain "$L"
    else
        run -65 --separate-stderr "$BBT" --profile mic explain "$L"
    fi
    [ "${#stderr_lines[@]}" -eq 2 ]
    [[ "$output" == *a.eml* ]]
    chmod 700 "$L/b.eml" "$L/dark"
}

@test "input order: references, nested directories, mbox numbers and Maildir names" {
    mkdir -p "$L/m/cur" "$L/m/new" "$L/m/tmp" "$L/z/y"
    for i in 1 2 3 4 5 6 7 8; do news "$L/$i.eml" "Tin số $i"; done
    news "$L/m/cur/1700000000.M1.host:2,S" "Tin m"
    news "$L/m/tmp/unfinished" "Tin t"
    news "$L/z/y/n.eml" "Tin n"
    bbt --json ingest "$L/z" "$L" "$L/m" > "$BATS_TEST_TMPDIR/r"
    json_holds '[x["file"] for x in r] == ["y/n.eml"] + ["%d.eml" % i for i in range(1, 9)] + ["m/cur/1700000000.M1.host:2,S", "z/y/n.eml", "cur/1700000000.M1.host:2,S"]' < "$BATS_TEST_TMPDIR/r"
    json_holds '[x["submission"] for x in r if not x["duplicate_of"]] == ["BBT-2026-%06d" % (i + 1) for i in range(10)]' < "$BATS_TEST_TMPDIR/r"
}

@test "CRLF and LF, very long lines, and a name that begins with a dash" {
    news "$L/a.eml"
    tr -d '\r' < "$L/a.eml" > "$L/lf.eml"
    { sed 's/Subject: .*/Subject: Tin dài\r/' "$L/a.eml"; head -c 3000000 /dev/zero | tr '\0' x; } > "$L/long.eml"
    run -0 bbt --json ingest "$L"
    echo "$output" | json_holds '[x["category"] for x in r[:2]] == ["news"] * 2 and len(r) == 3'
    cd "$L"
    news ./-x "Tin gạch"
    run -0 bbt --json ingest -- -x
    echo "$output" | json_holds 'r[0]["file"] == "-x"'
    run -64 bbt ingest -x
    run -0 bbt --json ingest --look-up a.eml
    run -0 "$BBT" --json explain --look-up a.eml
}

@test "three slips for each command: usage is 64, one line, its own name, and JSON when asked" {
    for c in init fetch intake run ingest explain list show search approve refuse confirm publish digest rules units outbox send site fsck status audit backup restore held reread keygen unseal export campaign duties record interim; do
        for slip in --frobnicate "--frobnicate=1 x" "check --bad one two"; do
            # shellcheck disable=SC2086
            run -64 --separate-stderr bbt --json "$c" $slip
            [ "${#stderr_lines[@]}" -eq 1 ] || { echo "$c $slip: $stderr"; false; }
            [[ "$stderr" == "bbt $c: "* ]] || { echo "$c $slip: $stderr"; false; }
            [ "${#lines[@]}" -eq 1 ] || { echo "$c $slip: $output"; false; }
            echo "$output" >> "$BATS_TEST_TMPDIR/said"
        done
    done
    json_holds 'len(r) >= 99 and all(x["error"]["kind"] == "usage" and x["error"]["message"] for x in r)' < "$BATS_TEST_TMPDIR/said"
    run -64 bbt help frobnicate
    run -64 "$BBT" --frobnicate list
    [[ "$output" == *"--frobnicate"* ]]
    run -64 "$BBT" init ""
    run -64 bbt publish BBT-2026-000001 --all
    run -64 bbt outbox --preview x
    run -64 bbt outbox --preview 1 --raw 1
    run -64 bbt confirm BBT-2026-000001 --request --how paper
    run -64 bbt list --category frobnicate
    run -64 bbt list --state frobnicate
    run -64 bbt list --hold frobnicate
}

@test "exit codes 0, 1, 65, 75 and 78" {
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    run -0 bbt show "$ref"
    run -1 bbt show BBT-2026-999999
    run -1 bbt search khongcogiday
    run -1 bbt --as bientap publish "$ref"
    run -65 bbt units import "$L/a.eml"
    run -78 bbt send --once
    run -78 bbt units import "$L/nowhere.tsv"
    daemon
    run -75 bbt run
    end_daemon
}

@test "--json on everything prints JSON and nothing else" {
    news "$L/a.eml"
    complaint "$L/b.eml"
    ref=$(bbt --json ingest "$L" | ref_of)
    mkdir "$BATS_TEST_TMPDIR/said"
    for c in "list" "search khai" "show $ref" "rules check" "rules show" "rules test" "units check" "outbox" "outbox --preview 1" "confirm $ref --request" "confirm --remind" "site build" "publish --all" "fsck" "status" "audit verify" "held" "reread --all" "consultation --run" "backup $BATS_TEST_TMPDIR/backup" \
             "duties" "timers" "--as truongban duties done mic/training" "fetch --once" "intake --once" "send --once" "digest complaints --dry-run --week 2026-W47" "--as thuky record $ref as-is --at $NOW" "--as thuky interim $ref --until 2026-12-30" "--as truongban approve $ref" \
             "--as bientap publish $ref" "--as truongban note $ref --reason x" \
             "--as thuky campaign new c1 --title T --section A" "campaign list" "campaign show c1" "--as thuky topic $ref X" "topic $ref" "topic" "users add nga --roles editor" "ingest $L" "explain $L"; do
        # shellcheck disable=SC2086
        run --separate-stderr bbt --json $c
        [ "$c" = outbox ] || [ -n "$output" ] || { echo "$c printed nothing"; false; }
        printf '%s\n' "${lines[@]}" | sed '/^$/d' > "$BATS_TEST_TMPDIR/said/${c//\//:}"
    done
    python3 - "$BATS_TEST_TMPDIR/said" <<'PY'
import glob, json, sys
for path in glob.glob(sys.argv[1] + "/*"):
    for line in open(path, encoding="utf-8"):
        try:
            json.loads(line)
        except ValueError:
            raise SystemExit("%s: %s" % (path, line))
PY
}

@test "status --json has every key of the contract" {
    bbt --json status | json_holds '{"mailboxes", "spool", "held", "open", "overdue", "outbox", "digests", "last_backup", "schema_version"} <= set(r[0]) and {"name", "last_good_poll", "cursor", "backlog"} <= set(r[0]["mailboxes"][0])'
    news "$L/a.eml"
    mkdir -p "$H/drop/new"
    cp "$L/a.eml" "$H/drop/new/1.a"
    bbt --json fetch --once | json_holds 'r == [{"mailboxes": 1, "taken": 1}]'
    bbt --json status | json_holds 'r[0]["mailboxes"][0]["backlog"] == 1 and r[0]["spool"]["waiting"] == 1'
    bbt intake --once >/dev/null
    bbt --json status | json_holds 'r[0]["mailboxes"][0]["backlog"] == 0 and r[0]["open"] == {"received": 1}'
}

@test "language: --lang, then LC_ALL, LC_MESSAGES, LANG; C and POSIX are Vietnamese" {
    vi='Không có hồ sơ nào.'
    for lang in C POSIX C.UTF-8 vi_VN.UTF-8 fr_FR.UTF-8 ''; do
        [ "$(env -u LC_ALL -u LC_MESSAGES LANG=$lang "$BBT" --house "$H" list)" = "$vi" ]
    done
    for lang in en_US.UTF-8 en_GB en; do
        [ "$(env -u LC_ALL -u LC_MESSAGES LANG=$lang "$BBT" --house "$H" list)" != "$vi" ]
    done
    [ "$(LC_ALL=C LANG=en_US.UTF-8 "$BBT" --house "$H" list)" = "$vi" ]
    [ "$(LC_ALL=en_US.UTF-8 "$BBT" --lang vi --house "$H" list)" = "$vi" ]
}

@test "tables fit 80 columns with Vietnamese and wide characters, and hide what orders a terminal" {
    news "$L/a.eml" "Đề nghị đăng tin: Hội nghị sơ kết sáu tháng đầu năm về ứng dụng công nghệ thông tin trong cơ quan nhà nước"
    news "$L/b.eml" "日本語のニュース記事 한국어 소식 日本語のニュース記事 한국어 소식 日本語のニュース記事"
    news "$L/c.eml" "$(printf 'x\033[31mred\302\205\342\200\256')"
    bbt ingest "$L" > "$BATS_TEST_TMPDIR/ingest"
    bbt list > "$BATS_TEST_TMPDIR/list"
    bbt search 'cap quang' >> "$BATS_TEST_TMPDIR/list"
    python3 - "$BATS_TEST_TMPDIR/list" <<'PY'
import sys, unicodedata
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
assert len(lines) >= 8, lines
for line in lines:
    wide = sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    assert wide <= 80, (wide, line)
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in line), line
PY
    run ! grep -P '\x1b' "$BATS_TEST_TMPDIR/ingest" "$BATS_TEST_TMPDIR/list"
}

@test "progress is for a terminal only" {
    news "$L/a.eml"
    run -0 --separate-stderr bbt ingest "$L"
    [ -z "$stderr" ]
    shipped
    python3 - "$L" <<'PY'
import sys
letter = open(sys.argv[1] + "/a.eml", encoding="utf-8", newline="").read()
for i in range(3000):
    with open("%s/%d.eml" % (sys.argv[1], i), "w", encoding="utf-8", newline="") as f:
        f.write(letter.replace("Khai trương", "Khai trương %d" % i))
PY
    script -qec "$BBT --house $H --now $NOW ingest $L >/dev/null" /dev/null > "$BATS_TEST_TMPDIR/tty"
    grep -q '/s' "$BATS_TEST_TMPDIR/tty"
}

@test "the built pages are valid, and a line that a mail program broke is whole again" {
    letter "$L/a.eml" vtb@mic.gov.vn pass 'Đề nghị đăng tin: <b>Khai trương</b> & "mạng"' <<'TEXT'
Kính gửi Ban Biên tập,

Sáng nay, tại Hà Nội, Cục Viễn thông đã tổ chức lễ khai trương mạng cáp
quang mới cho các xã vùng cao.
- Một
- Hai
TEXT
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    python3 "$BATS_TEST_DIRNAME/../tools/html_check.py" "$H/site"
    page=$(find "$H/site/" -name "$ref.html")
    grep -q 'mạng cáp quang mới' "$page"
    grep -q 'vùng cao.<br>- Một<br>- Hai' "$page"
    run ! grep -q '<b>' "$page"
}

@test "all four profiles: init, units import, ingest at once" {
    for p in mic langson dongnai bca; do
        "$BBT" --now "$NOW" init "$BATS_TEST_TMPDIR/$p" --profile "$p" >/dev/null
        "$BBT" --house "$BATS_TEST_TMPDIR/$p" --json units import "$BATS_TEST_TMPDIR/directory.tsv" |
            json_holds 'r[0]["imported"] + r[0]["other_profiles"] == 4'
        "$BBT" --house "$BATS_TEST_TMPDIR/$p" --json ingest "$BATS_TEST_DIRNAME"/../letters/*.eml |
            json_holds "len(r) == 12 and {x['profile'] for x in r} == {'$p'}"
    done
    run -1 "$BBT" --house "$BATS_TEST_TMPDIR/bca" units check
}

@test "usage: the nearest command and the remedy, in the language asked for" {
    run -64 "$BBT" aprove
    [[ "$output" == "bbt: không có lệnh 'aprove'; có phải là: approve? xem: bbt --help" ]]
    run -64 "$BBT" --lang en help lst
    [[ "$output" == "bbt: command 'lst': not known; did you mean: list? see: bbt --help" ]]
    run -64 "$BBT" --lang en xyzxyzxyz
    [[ "$output" == "bbt: command 'xyzxyzxyz': not known; see: bbt --help" ]]
    run -64 bbt list --sate received
    [[ "$output" == *"'--sate'"*"bbt list --help"* ]]
    run -64 bbt --lang en show
    [[ "$output" == *"missing argument: REF; see: bbt show --help" ]]
    run -64 "$BBT" --house "$H" show
    [[ "$output" == *"thiếu tham số: MÃ-SỐ; xem: bbt show --help" ]]
    run -64 "$BBT" --house "$H" assign BBT-2026-000001
    [[ "$output" == *"thiếu tham số: --unit, --to; "* ]]
    run -1 "$BBT" --house "$H" campaign show tet
    [[ "$output" == *"; see: bbt campaign list" ]]
    run -1 "$BBT" --house "$H" users disable nobody
    [[ "$output" == *"; see: bbt users list" ]]
}

@test "help: every command has its texts in both languages, within 80 columns" {
    for lang in vi en; do
        "$BBT" --lang $lang --help > "$BATS_TEST_TMPDIR/help"
        awk '/^  [a-z]/ {print $1}' "$BATS_TEST_TMPDIR/help" > "$BATS_TEST_TMPDIR/names"
        [ "$(wc -l < "$BATS_TEST_TMPDIR/names")" -ge 40 ]
        while read -r name; do
            "$BBT" --lang $lang "$name" --help >> "$BATS_TEST_TMPDIR/help" </dev/null
        done < "$BATS_TEST_TMPDIR/names"
        [ "$(grep -c '^$' < <("$BBT" --lang $lang --help))" -eq 9 ] # eight groups, and where to begin
        run -1 grep -E '(summary|help|usage)\.[a-z]' "$BATS_TEST_TMPDIR/help"
        python3 -c 'import sys, unicodedata
for line in open(sys.argv[1], encoding="utf-8"):
    assert len(unicodedata.normalize("NFC", line.rstrip("\n"))) <= 80, line' "$BATS_TEST_TMPDIR/help"
    done
}
