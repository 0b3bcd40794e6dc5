#!/usr/bin/env bats
# Complaints and denunciations: sealed, in exactly one digest, seen by few, and each look written down.
load lib

MONDAY=2026-11-23T09:00:00+07:00

setup() {
    house
    L=$BATS_TEST_TMPDIR/letters
    mkdir "$L"
}

keys() {
    for k in inspectorate recovery "$@"; do
        "$BBT" keygen "$BATS_TEST_TMPDIR/$k" > /dev/null
        cp "$BATS_TEST_TMPDIR/$k.pub" "$H"
    done
    {
        printf 'seal {\n'
        for k in inspectorate recovery "$@"; do printf '    %s %s.pub\n' "$k" "$k"; done
        printf '}\n'
    } >> "$H/banbientap.conf"
}

at() {
    local now=$1
    shift
    "$BBT" --house "$H" --now "$now" "$@"
}

sql() {
    python3 -c 'import sqlite3,sys; print("\n".join("|".join(map(str,r)) for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])))' "$H/case.db" "$1"
}

# The attachment of that ending of the newest digest.
attachment() {
    python3 - "$H/case.db" "$1" <<'PY'
import email, email.policy, sqlite3, sys
raw, = sqlite3.connect(sys.argv[1]).execute("SELECT bytes FROM outbox WHERE key LIKE 'digest/%' ORDER BY id DESC LIMIT 1").fetchone()
for part in email.message_from_bytes(raw, policy=email.policy.default).walk():
    if (part.get_filename() or "").endswith(sys.argv[2]):
        sys.stdout.buffer.write(part.get_payload(decode=True) or part.get_payload()[0].as_bytes())
PY
}

@test "keygen: the secret half is for its holder alone, and neither half is ever overwritten" {
    K=$BATS_TEST_TMPDIR/k
    "$BBT" keygen "$K" > /dev/null
    [ "$(stat -c %a "$K")" = 600 ]
    grep -q '^bbt-secret-key [0-9a-f]\{64\}$' "$K"
    grep -q '^bbt-public-key [0-9a-f]\{64\}$' "$K.pub"
    before=$(sha256sum "$K" "$K.pub")
    run -1 "$BBT" keygen "$K"
    [ "$(sha256sum "$K" "$K.pub")" = "$before" ]
}

@test "a house that is to seal does not go on plain: no key, half a block, or the secret half" {
    complaint "$L/a.eml"
    printf 'seal {\n    inspectorate nowhere.pub\n    recovery nowhere.pub\n}\n' >> "$H/banbientap.conf"
    run -78 bbt ingest "$L"
    [ "$(sql 'SELECT count(*) FROM submissions')" = 0 ]
    sed -i '/^seal/,$d' "$H/banbientap.conf"
    printf 'seal {\n    inspectorate nowhere.pub\n}\n' >> "$H/banbientap.conf"
    run -78 bbt list
    [[ "$output" == *recovery* ]]
    sed -i '/^seal/,$d' "$H/banbientap.conf"
    keys
    cp "$BATS_TEST_TMPDIR/recovery" "$H/recovery.pub"
    run -78 bbt intake --once
    [[ "$output" == *secret* ]]
}

@test "sealed to the inspectorate and for recovery, opened byte for byte, and by nobody else" {
    keys
    complaint "$L/a.eml"
    bbt ingest "$L" > /dev/null
    S=$H/sealed/BBT-2026-000001.sealed
    for k in inspectorate recovery; do
        "$BBT" unseal "$S" --key "$BATS_TEST_TMPDIR/$k" | cmp - "$L/a.eml"
    done
    "$BBT" keygen "$BATS_TEST_TMPDIR/stranger" > /dev/null
    run -1 "$BBT" unseal "$S" --key "$BATS_TEST_TMPDIR/stranger"
    [[ "$output" != *dan.thuong* ]]
    [ -z "$(find "$H/spool" -name '*.eml')" ]
    run -1 grep -rqa dan.thuong "$H"
    bbt fsck > /dev/null
    "$BBT" unseal "$S" --key "$BATS_TEST_TMPDIR/recovery" --out "$BATS_TEST_TMPDIR/out" > /dev/null
    cmp "$BATS_TEST_TMPDIR/out/BBT-2026-000001/letter.eml" "$L/a.eml"
    grep -q dan.thuong@gmail.com "$BATS_TEST_TMPDIR/out/register.csv"
    python3 -m json.tool "$BATS_TEST_TMPDIR/out/BBT-2026-000001/record.json" > /dev/null
}

@test "a sealed file that was altered, cut or lengthened opens no further, and fsck says so" {
    keys
    complaint "$L/a.eml"
    bbt ingest "$L" > /dev/null
    S=$H/sealed/BBT-2026-000001.sealed
    python3 - "$S" "$BBT" "$BATS_TEST_TMPDIR/inspectorate" "$L/a.eml" <<'PY'
import random, subprocess, sys
path, bbt, key, letter = sys.argv[1:]
good, raw = open(path, "rb").read(), open(letter, "rb").read()
rng = random.Random(1)
def opens(data):
    open(path + ".x", "wb").write(data)
    r = subprocess.run([bbt, "unseal", path + ".x", "--key", key], capture_output=True)
    return r.returncode, r.stdout
assert opens(good) == (0, raw)
for n in range(120):
    what = n % 4
    if what == 0:
        i = rng.randrange(good.index(b"\npart "), len(good))
        bad = good[:i] + bytes([good[i] ^ 1 << rng.randrange(8)]) + good[i + 1:]
    elif what == 1:
        bad = good[:rng.randrange(1, len(good))]
    elif what == 2:
        bad = good + rng.choice([b"x", b"\n", b"part letter 3\nabc", good[:rng.randrange(1, 200)]])
    else:
        i = good.index(b"part letter "); j = good.index(b"\n", i)
        bad = good[:i] + b"part letter %d" % rng.randrange(0, 10 ** 9) + good[j:]
    code, out = opens(bad)
    assert code != 0 and code in (1, 65, 78), (n, code)
    assert out in (b"", raw), n
import os; os.unlink(path + ".x")
open(path, "r+b").write(b"Z")
PY
    run -1 bbt fsck
    [[ "$output" == *"sealed file"* ]]
}

@test "letters under one reference, and the same letter twice, are each sealed once and for all" {
    keys
    complaint "$L/a.eml"
    bbt ingest "$L" > /dev/null
    cp "$L/a.eml" "$L/again.eml"
    bbt ingest "$L/again.eml" "$L/a.eml" > /dev/null
    [ "$(sql 'SELECT count(*) FROM submissions')" = 1 ]
    [ "$(sql 'SELECT count(*) FROM sealed WHERE done = 1')" = 2 ]
    "$BBT" unseal "$H/sealed/BBT-2026-000001.2.sealed" --key "$BATS_TEST_TMPDIR/recovery" | cmp - "$L/a.eml"
    [ -z "$(find "$H/spool" -name '*.eml')" ]
    bbt fsck > /dev/null
}

@test "keys that come later seal what lies plain; without keys status says that complaints lie open" {
    complaint "$L/a.eml"
    bbt ingest "$L" > /dev/null
    run bbt --lang en status
    [[ "$output" == *"kept unsealed"* ]]
    keys
    bbt intake --once
    run -1 grep -rqa dan.thuong "$H"
    "$BBT" unseal "$H/sealed/BBT-2026-000001.sealed" --key "$BATS_TEST_TMPDIR/inspectorate" | cmp - "$L/a.eml"
    run bbt --json status
    [[ "$output" == *'"sealed": 1'* || "$output" == *'"sealed":1'* ]]
    bbt fsck > /dev/null
}

@test "what a person calls a complaint is sealed at once, and never found again" {
    keys
    news "$L/n.eml" 'Tin canaryfield'
    bbt ingest "$L" > /dev/null
    bbt search canaryfield > /dev/null
    bbt ingest "$L" > /dev/null # the same files: no receipts of their own
    bbt --as truongban reclassify BBT-2026-000001 complaint --reason 'la don khieu nai' > /dev/null
    run -1 bbt search canaryfield
    run -1 grep -rqa canaryfield "$H"
    [ -z "$(find "$H/spool" -name '*.eml')" ]
    "$BBT" unseal "$H/sealed/BBT-2026-000001.sealed" --key "$BATS_TEST_TMPDIR/inspectorate" | cmp - "$L/n.eml"
    bbt fsck > /dev/null
    bbt audit verify > /dev/null
}

@test "the digest: names in the sealed file alone, which opens to the register; without keys in the register" {
    complaint "$L/a.eml" 'Don khieu nai canarysubject'
    bbt ingest "$L" > /dev/null
    keys
    at "$MONDAY" digest complaints > /dev/null
    attachment .sealed > "$BATS_TEST_TMPDIR/bundle"
    attachment .csv > "$BATS_TEST_TMPDIR/r.csv"
    attachment .html > "$BATS_TEST_TMPDIR/r.html"
    grep -q BBT-2026-000001 "$BATS_TEST_TMPDIR/r.csv"
    grep -q '<th scope="row">BBT-2026-000001' "$BATS_TEST_TMPDIR/r.html"
    run -1 grep -qE 'dan.thuong|canarysubject' "$BATS_TEST_TMPDIR/r.csv" "$BATS_TEST_TMPDIR/r.html"
    "$BBT" unseal "$BATS_TEST_TMPDIR/bundle" --key "$BATS_TEST_TMPDIR/inspectorate" --out "$BATS_TEST_TMPDIR/o" > /dev/null
    grep -q 'dan.thuong@gmail.com.*canarysubject' "$BATS_TEST_TMPDIR/o/register.csv"
    [ ! -e "$BATS_TEST_TMPDIR/o/BBT-2026-000001/letter.eml" ]
    run -1 grep -rqa canarysubject "$H"
}

@test "two weeks offline: a digest of each week, each complaint in one, a late one marked, an empty one says so" {
    at 2026-11-16T09:00:00+07:00 digest complaints > /dev/null
    complaint "$L/a.eml"
    bbt ingest "$L/a.eml" > /dev/null
    at 2026-12-07T09:00:00+07:00 digest complaints > "$BATS_TEST_TMPDIR/out"
    [ "$(wc -l < "$BATS_TEST_TMPDIR/out")" = 3 ]
    [ "$(sql "SELECT group_concat(period || ' ' || (SELECT count(*) FROM digest_items i WHERE i.digest = d.id)) FROM digests d")" = \
        "2026-W46 0,2026-W47 1,2026-W48 0,2026-W49 0" ]
    complaint "$L/b.eml" 'Khieu nai den muon'
    touch -d 2026-11-20 "$L/b.eml"
    at 2026-12-07T10:00:00+07:00 ingest "$L/b.eml" > /dev/null
    at 2026-12-14T09:00:00+07:00 --lang en digest complaints > /dev/null
    [ "$(sql "SELECT period FROM digests d JOIN digest_items i ON i.digest = d.id ORDER BY d.id")" = $'2026-W47\n2026-W50' ]
    attachment .csv | grep -q 'late from an earlier week'
    python3 - "$H/case.db" <<'PY'
import email, email.policy, sqlite3, sys
raw, = sqlite3.connect(sys.argv[1]).execute("SELECT bytes FROM outbox WHERE key LIKE '%2026-W48'").fetchone()
text = email.message_from_bytes(raw, policy=email.policy.default).get_content()
assert "không phát sinh" in text, text
PY
}

@test "eight digests at once, and a clock a day ahead and a day behind: one letter, each complaint once" {
    for i in 1 2 3 4; do complaint "$L/$i.eml" "Khieu nai so $i"; done
    bbt ingest "$L" > /dev/null
    for n in 1 2 3 4 5 6 7 8; do
        at 2026-11-2$((3 + n % 2))T09:00:00+07:00 digest complaints > "$BATS_TEST_TMPDIR/out.$n" 2>&1 &
    done
    wait
    at 2026-11-22T09:00:00+07:00 digest complaints > /dev/null
    at 2026-11-24T09:00:00+07:00 digest complaints > /dev/null
    [ "$(sql "SELECT count(*) FROM digests WHERE period = '2026-W47'")" = 1 ]
    [ "$(sql "SELECT count(*), count(DISTINCT submission) FROM digest_items")" = "4|4" ]
    [ "$(sql "SELECT count(*) FROM outbox WHERE key LIKE 'digest/%/2026-W47'")" = 1 ]
}

@test "every look at a complaint stands in the journal, and others do not see one at all" {
    complaint "$L/a.eml"
    bbt ingest "$L" > /dev/null
    bbt --as thanhtra show BBT-2026-000001 > /dev/null
    bbt --as truongban --json list > /dev/null
    run -1 bbt --as bientap show BBT-2026-000001
    [ "$(sql "SELECT user, ref, what, detail FROM journal WHERE what = 'VIEW'")" = $'thanhtra|BBT-2026-000001|VIEW|\ntruongban||VIEW|list=1' ]
    bbt audit verify > /dev/null
    bbt --as bientap list > "$BATS_TEST_TMPDIR/out"
    run -1 grep -q BBT-2026-000001 "$BATS_TEST_TMPDIR/out"
}

@test "an account that a complaint names does not open it, list it or act on it" {
    bbt users add chanhtt --name 'Lưu Văn Chánh' --roles inspector > /dev/null
    complaint "$L/a.eml"
    letter "$L/b.eml" to.cao@gmail.com pass 'Đơn tố cáo' <<'TEXT'
Kính gửi Bộ Thông tin và Truyền thông,

Tôi làm đơn tố cáo ông LƯU VĂN
CHÁNH có hành vi nhận hối lộ, bao che sai phạm của doanh nghiệp. Đề nghị giữ bí mật họ tên của tôi.
TEXT
    bbt ingest "$L" > /dev/null
    bbt --as chanhtt show BBT-2026-000001 > /dev/null
    run -1 bbt --as chanhtt show BBT-2026-000002
    [[ "$output" != *to.cao* ]]
    run -1 bbt --as chanhtt why BBT-2026-000002
    run -1 bbt --as chanhtt note BBT-2026-000002 --reason x
    bbt --as chanhtt --json list > "$BATS_TEST_TMPDIR/out"
    grep -q BBT-2026-000001 "$BATS_TEST_TMPDIR/out"
    run -1 grep -q BBT-2026-000002 "$BATS_TEST_TMPDIR/out"
    bbt --as thanhtra show BBT-2026-000002 > /dev/null
    [ "$(sql "SELECT ref, detail FROM journal WHERE what = 'RECUSE'")" = 'BBT-2026-000002|account=chanhtt' ]
}

@test "a sealed case cannot be given back to the common queue" {
    keys
    complaint "$L/a.eml"
    bbt ingest "$L" > /dev/null
    run -1 bbt --as truongban reclassify BBT-2026-000001 question --reason 'khong phai'
    [[ "$output" == *sealed* ]]
    [ "$(sql 'SELECT restricted FROM submissions')" = 1 ]
}

@test "what the inspectorate asks to publish is linked to the complaint and names nobody" {
    keys
    complaint "$L/a.eml"
    bbt ingest "$L/a.eml" > /dev/null
    letter "$L/b.eml" thanhtra@mic.gov.vn pass 'Đề nghị đăng tin trả lời đơn BBT-2026-000001' <<'TEXT'
Kính gửi Ban Biên tập,

Thanh tra Bộ gửi nội dung trả lời, đề nghị Ban Biên tập đăng tin trên Cổng Thông tin điện tử.
TEXT
    bbt ingest "$L/b.eml" > /dev/null
    [ "$(sql "SELECT a.ref, b.ref, a.restricted FROM links l JOIN submissions a ON a.id = l.submission JOIN submissions b ON b.id = l.other")" = \
        'BBT-2026-000002|BBT-2026-000001|0' ]
    [ "$(sql "SELECT s.ref, d.rule, datetime(d.due, 'unixepoch', '+7 hours') FROM deadlines d JOIN submissions s ON s.id = d.submission WHERE d.rule = 'mic/complaint-reply'")" = \
        'BBT-2026-000002|mic/complaint-reply|2026-12-04 23:59:59' ]
    [ "$(sql "SELECT ref, detail FROM journal WHERE what = 'NOTE'")" = 'BBT-2026-000002|key=publication-request to=BBT-2026-000001 cite=MIC-13.5d2' ]
    letter "$L/c.eml" thanhtra@mic.gov.vn fail 'Đề nghị đăng tin trả lời đơn BBT-2026-000001' <<'TEXT'
Thanh tra Bộ gửi nội dung trả lời, đề nghị Ban Biên tập đăng tin trên Cổng Thông tin điện tử lần nữa.
TEXT
    bbt ingest "$L/c.eml" > /dev/null
    [ "$(sql "SELECT count(*) FROM deadlines WHERE rule = 'mic/complaint-reply'")" = 1 ]
    [ "$(sql 'SELECT count(*) FROM outbox WHERE rcpt LIKE "%gmail%"')" = 0 ]
    bbt --as bientap show BBT-2026-000002 > "$BATS_TEST_TMPDIR/out"
    run -1 grep -q dan.thuong "$BATS_TEST_TMPDIR/out"
}

@test "a complaint about the inspectorate goes to the alternate, sealed to the alternate" {
    keys alternate
    printf 'inspectorate-alternate lanhdao@mic.gov.vn\n' >> "$H/banbientap.conf"
    complaint "$L/a.eml"
    letter "$L/b.eml" to.cao@gmail.com pass 'Đơn tố cáo' <<'TEXT'
Kính gửi Bộ Thông tin và Truyền thông,

Tôi làm đơn tố cáo Chánh Thanh tra Bộ có hành vi nhận hối lộ, bao che sai phạm. Tôi tố cáo Thanh tra Bộ nhận tiền của
doanh nghiệp. Đề nghị giữ bí mật họ tên của tôi.
TEXT
    bbt ingest "$L" > /dev/null
    at "$MONDAY" digest complaints > /dev/null
    [ "$(sql "SELECT d.recipient, count(*) FROM digests d JOIN digest_items i ON i.digest = d.id GROUP BY d.id ORDER BY d.id")" = \
        $'thanhtra@mic.gov.vn|1\nlanhdao@mic.gov.vn|1' ]
    run -1 "$BBT" unseal "$H/sealed/BBT-2026-000002.sealed" --key "$BATS_TEST_TMPDIR/inspectorate"
    "$BBT" unseal "$H/sealed/BBT-2026-000002.sealed" --key "$BATS_TEST_TMPDIR/alternate" | cmp - "$L/b.eml"
    run -1 "$BBT" unseal "$H/sealed/BBT-2026-000001.sealed" --key "$BATS_TEST_TMPDIR/alternate"
    run -1 bbt --as thanhtra show BBT-2026-000002
    bbt --as truongban show BBT-2026-000002 > /dev/null
    at 2026-11-30T09:00:00+07:00 digest complaints > /dev/null
    [ "$(sql "SELECT count(*) FROM digests WHERE recipient = 'lanhdao@mic.gov.vn'")" = 1 ]
}

@test "an export of complaints needs two people, is made once, and leaves the house sealed" {
    keys
    complaint "$L/a.eml"
    bbt ingest "$L" > /dev/null
    O=$BATS_TEST_TMPDIR/out
    run -1 bbt --as bientap export ask --week 2026-W47 --reason x
    run -64 bbt --as thanhtra export ask --week 2026-W47
    bbt --as thanhtra export ask --week 2026-W47 --reason 'lap bao cao quy' > /dev/null
    run -1 bbt --as thanhtra export make 1 --out "$O"
    run -1 bbt --as thanhtra export approve 1
    run -1 bbt --as thanhtra export make 1 --out "$O"
    [ ! -e "$O" ]
    bbt --as truongban export approve 1 > /dev/null
    run -1 bbt --as truongban export make 1 --out "$O"
    bbt --as thanhtra export make 1 --out "$O" > /dev/null
    run -1 bbt --as thanhtra export make 1 --out "$O.2"
    [ ! -e "$O.2" ]
    grep -q BBT-2026-000001 "$O/register.csv"
    "$BBT" unseal "$O/complaints.sealed" --key "$BATS_TEST_TMPDIR/recovery" | cmp - "$L/a.eml"
    run -1 grep -rqa dan.thuong "$O"
    [ "$(sql "SELECT group_concat(what || ' ' || user) FROM journal WHERE what LIKE 'EXPORT%'")" = \
        'EXPORT-ASK thanhtra,EXPORT-APPROVE truongban,EXPORT thanhtra' ]
    bbt --as thanhtra export ask --week 2026-W47 --reason y > /dev/null
    bbt --as truongban export approve 2 > /dev/null
    run -1 at 2026-11-28T09:00:00+07:00 --as thanhtra export make 2 --out "$O.3"
}

@test "a program, an archive or noise is nobody's denunciation: no letter, and a person looks" {
    printf '\177ELF\2\1\1\0\0\0 corruption bribe took a bribe \0\0' > "$L/a.bin"
    printf 'PK\3\4\24\0\0\0took a bribe, keep my name' > "$L/b.zip"
    { printf 'Took: a bribe\r\n'; head -c 3000 /dev/zero; } > "$L/c.dat"
    for f in "$L"/*; do
        bbt --json explain "$f" > "$BATS_TEST_TMPDIR/out"
        grep -q '"category":"other"' "$BATS_TEST_TMPDIR/out"
        grep -q '"reason":"unreadable"' "$BATS_TEST_TMPDIR/out"
    done
}

@test "what people typed of a case leaves the journal when it is sealed, and nothing else can be taken out so" {
    keys
    news "$L/n.eml"
    bbt ingest "$L" > /dev/null
    bbt --as thuky note BBT-2026-000001 --reason 'canarynote cite=canarycite' > /dev/null
    bbt --as truongban check BBT-2026-000001 --origin canaryorigin > /dev/null
    cp -r "$H" "$BATS_TEST_TMPDIR/before"
    bbt --as truongban reclassify BBT-2026-000001 complaint --reason 'don cua canaryreason' > /dev/null
    run -1 grep -rqaE 'canary(note|cite|origin|reason)' "$H"
    bbt audit verify > /dev/null
    bbt fsck > /dev/null
    [ "$(sql "SELECT count(*) FROM journal WHERE what = 'REDACT'")" = 3 ]
    [ "$(sql "SELECT detail FROM journal WHERE what = 'NOTE' AND user = 'thuky'")" = 'key=note text=' ]
    bbt --as thanhtra show BBT-2026-000001 > /dev/null
    "$BBT" unseal "$H/sealed/BBT-2026-000001.sealed" --key "$BATS_TEST_TMPDIR/recovery" --part case > "$BATS_TEST_TMPDIR/case"
    for word in note cite origin reason; do grep -q "canary$word" "$BATS_TEST_TMPDIR/case"; done
    # the words of a case in the common queue do not go
    run -19 sqlite3 "$BATS_TEST_TMPDIR/before/case.db" "UPDATE journal SET detail = '' WHERE what = 'NOTE'"
    # a row shortened by hand, and a redacted one that was changed, are found
    for change in "detail = ''" "detail = 'key='"; do
        rm -rf "$BATS_TEST_TMPDIR/x"
        cp -r "$H" "$BATS_TEST_TMPDIR/x"
        sqlite3 "$BATS_TEST_TMPDIR/x/case.db" "UPDATE journal SET $change WHERE what = 'NOTE' AND user = 'thuky'"
        run -1 "$BBT" --house "$BATS_TEST_TMPDIR/x" audit verify
    done
    rm -rf "$BATS_TEST_TMPDIR/x"
    cp -r "$H" "$BATS_TEST_TMPDIR/x"
    sqlite3 "$BATS_TEST_TMPDIR/x/case.db" "UPDATE journal SET detail = 'kind=' WHERE what = 'OPEN'"
    run -1 "$BBT" --house "$BATS_TEST_TMPDIR/x" audit verify
    for user in truongban system; do
        rm -rf "$BATS_TEST_TMPDIR/x"
        cp -r "$H" "$BATS_TEST_TMPDIR/x"
        sqlite3 "$BATS_TEST_TMPDIR/x/case.db" "DROP TRIGGER journal_no_update; UPDATE journal SET user = '$user' WHERE what = 'NOTE' AND user = 'thuky'"
        run -1 "$BBT" --house "$BATS_TEST_TMPDIR/x" audit verify
        [[ "$output" == *altered* || "$output" == *"thay đổi"* || "$output" == *"sửa"* ]]
    done
}

@test "a paper beside a case, letters under way and a place on the portal go with it" {
    keys
    news "$L/n.eml" 'Tin canarynews'
    bbt ingest "$L" > /dev/null
    bbt --as truongban approve BBT-2026-000001 > /dev/null
    bbt --as bientap publish BBT-2026-000001 > /dev/null
    bbt site build > /dev/null
    bbt --as truongban withdraw BBT-2026-000001 --reason 'go xuong canarywithdrawn' > /dev/null
    letter "$L/p.eml" dan.thuong@gmail.com pass 'Đề nghị đăng tin canaryprivate' < "$L/n.eml"
    bbt ingest "$L/p.eml" > /dev/null
    echo 'canarypaper' > "$BATS_TEST_TMPDIR/scan.pdf"
    bbt --as thuky confirm BBT-2026-000002 --how paper --evidence "$BATS_TEST_TMPDIR/scan.pdf" --by canaryleader > /dev/null
    sqlite3 "$H/case.db" "INSERT INTO outbox (key, ref, rcpt, sender, message_id, subject, state, next_try, queued, changed, bytes, error)
        VALUES ('x/1', 'BBT-2026-000002', 'canaryrcpt@gmail.com', '', 'canaryid', 'canarysubject', 'sending', 0, 0, 0, CAST('canarybytes' AS BLOB), '550 canaryerror')"
    grep -rqa canarypaper "$H/evidence"
    grep -qa canarynews "$H/portal.db"
    for n in 1 2; do
        bbt --as truongban reclassify BBT-2026-00000$n complaint --reason 'la don khieu nai' > /dev/null
    done
    run -0 grep -rlaE 'canary' "$H"
    echo "$output"
    [ "$(grep -v /case.db <<< "$output")" = "" ] # the letter that is under way
    sqlite3 "$H/case.db" "UPDATE outbox SET state = 'unknown' WHERE key = 'x/1'"
    bbt intake --once
    run -1 grep -rlaE 'canary' "$H"
    [ "$(sql "SELECT state, rcpt, error FROM outbox WHERE key = 'x/1'")" = 'failed|sealed|sealed' ]
    bbt fsck > /dev/null
    bbt site build > /dev/null
    "$BBT" unseal "$H/sealed/BBT-2026-000002.sealed" --key "$BATS_TEST_TMPDIR/recovery" --out "$BATS_TEST_TMPDIR/out" > /dev/null
    grep -q canarypaper "$BATS_TEST_TMPDIR/out/BBT-2026-000002/evidence-1"
    grep -q canaryleader "$BATS_TEST_TMPDIR/out/BBT-2026-000002/case.json"
}

# A letter of which no more than its head is read: a bound of the reader is crossed.
unread() {
    python3 - "$1" "${2:-dan.thuong@gmail.com}" <<'PY'
import sys
head = ("Authentication-Results: mx.mic.gov.vn; dmarc=pass header.from=%s\r\nReceived: from out.example.net (out.example.net "
        "[192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1; Fri, 20 Nov 2026 08:30:00 +0700\r\nFrom: Canaryname <%s>\r\n"
        "To: banbientap@mic.gov.vn\r\nSubject: Thu canarysubject\r\nDate: Fri, 20 Nov 2026 08:29:00 +0700\r\n"
        "Message-ID: <u@x>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
text = "Tôi làm đơn khiếu nại quyết định xử phạt đối với tôi, quyết định này trái quy định. Xin xem xét lại canarybody."
at = sys.argv[2]
open(sys.argv[1], "wb").write((head % (at.split("@")[1], at) + text + "\r\n" + "x" * ((1 << 20) + 10) + "\r\n").encode())
PY
}

@test "what nobody has read may be a complaint: few see whose it is, it is in no search, and nobody acts on it unseen" {
    unread "$L/u.eml"
    bbt ingest "$L/u.eml" > /dev/null
    [ "$(sql "SELECT group_concat(reason) FROM holds WHERE reason IN ('limits', 'unreadable')")" != "" ]
    [ "$(sql 'SELECT restricted FROM submissions')" = 0 ]
    for who in bientap photruongban; do
        for words in "list" "--json list" "show BBT-2026-000001" "--json show BBT-2026-000001" "--json show BBT-2026-000001 --history" "why BBT-2026-000001"; do
            run bbt --as $who $words
            [[ "${output,,}" != *canary* && "$output" != *dan.thuong* && "$output" != *u.eml* ]] || { echo "$who $words: $output"; return 1; }
        done
        run -1 bbt --as $who reclassify BBT-2026-000001 question --reason x
        run -1 bbt --as $who note BBT-2026-000001 --reason x
    done
    for who in thuky thanhtra truongban; do
        bbt --as $who list > "$BATS_TEST_TMPDIR/out"
        grep -q canarysubject "$BATS_TEST_TMPDIR/out"
    done
    run -1 bbt search canarysubject
    run -1 bbt --as bientap confirm BBT-2026-000001 --request --unit CVT
    bbt fsck > /dev/null
    # somebody has looked: it is a letter as others
    bbt --as thuky release BBT-2026-000001 --hold limits --reason 'da doc tren giay' > /dev/null
    if [ "$(sql "SELECT count(*) FROM holds WHERE reason = 'unreadable' AND ended IS NULL")" != 0 ]; then
        bbt --as thuky release BBT-2026-000001 --hold unreadable --reason 'da doc tren giay' > /dev/null
    fi
    bbt --as bientap list > "$BATS_TEST_TMPDIR/out"
    grep -q canarysubject "$BATS_TEST_TMPDIR/out"
    bbt search canarysubject > /dev/null
    bbt fsck > /dev/null
}

@test "what a unit sent and nobody could read stays in the common list" {
    unread "$L/u.eml" vtb@mic.gov.vn
    bbt ingest "$L/u.eml" > /dev/null
    bbt --as bientap list > "$BATS_TEST_TMPDIR/out"
    grep -q canarysubject "$BATS_TEST_TMPDIR/out"
    bbt search canarysubject > /dev/null
    bbt fsck > /dev/null
}

@test "letters of ours about a complaint, and the digest with its names, are read by those who read complaints" {
    letter "$L/q.eml" dan.thuong@gmail.com pass 'Hoi ve thu tuc canarysubject' <<'TEXT'
Kính gửi Ban Biên tập,

Cho tôi hỏi: thuê bao di động trả trước muốn chuyển mạng giữ số thì cần giấy tờ gì, nộp ở đâu? Rất mong được giải đáp.
TEXT
    bbt ingest "$L/q.eml" > /dev/null
    bbt --as thuky assign BBT-2026-000001 --unit CVT > /dev/null
    [ "$(bbt --as bientap --json outbox | grep -c BBT-2026-000001)" -ge 1 ]
    complaint "$L/a.eml" 'Khieu nai canarysubject'
    bbt ingest "$L/a.eml" > /dev/null
    bbt --as truongban reclassify BBT-2026-000001 complaint --reason 'la don khieu nai' > /dev/null
    at "$MONDAY" digest complaints > /dev/null
    for who in bientap thuky photruongban; do
        for words in "outbox" "--json outbox" "outbox --preview 1" "outbox --raw 1" "--json outbox --preview 2" "outbox --raw 2" "outbox --raw 3"; do
            run bbt --as $who $words
            [[ "$output" != *canary* && "$output" != *dan.thuong* && "$output" != *BBT-2026-00000* ]] || { echo "$who $words: $output"; return 1; }
        done
    done
    id=$(sql "SELECT id FROM outbox WHERE key LIKE 'digest/%'")
    run -1 bbt --as thuky outbox --raw "$id"
    bbt --as truongban outbox --raw "$id" | grep -q '^Subject:'
    # not by him whom one of them names
    bbt users add chanhtt --name 'Trần Văn Dân' --roles chief > /dev/null
    complaint "$L/b.eml" 'Don moi'
    bbt ingest "$L/b.eml" > /dev/null
    at 2026-11-30T09:00:00+07:00 digest complaints > /dev/null
    late=$(sql "SELECT max(id) FROM outbox WHERE key LIKE 'digest/%'")
    run -1 bbt --as chanhtt outbox --raw "$late"
    bbt --as chanhtt outbox --raw "$id" > /dev/null
}

# periods FILE...: which week's digest has which case, "2026-W47 BBT-...".
periods() {
    sql "SELECT d.period || ' ' || s.ref FROM digests d JOIN digest_items i ON i.digest = d.id JOIN submissions s ON s.id = i.submission ORDER BY d.id, s.ref"
}

# came FILE TIME: when the border server received it.
came() {
    complaint "$1" "Khieu nai luc $2"
    sed -i "s/Fri, 20 Nov 2026 08:30:00 +0700/$2/" "$1"
}

@test "a week ends on Sunday at 24:00: the last second is in it, midnight is in the next" {
    came "$L/a.eml" 'Sun, 22 Nov 2026 23:59:59 +0700'
    came "$L/b.eml" 'Mon, 23 Nov 2026 00:00:00 +0700'
    came "$L/c.eml" 'Sun, 22 Nov 2026 17:00:00 +0000'
    at 2026-11-23T00:00:01+07:00 ingest "$L" > /dev/null
    at 2026-11-23T00:00:02+07:00 digest complaints > /dev/null
    [ "$(periods)" = '2026-W47 BBT-2026-000001' ]
    at 2026-11-30T00:00:00+07:00 digest complaints > /dev/null
    [ "$(periods)" = $'2026-W47 BBT-2026-000001\n2026-W48 BBT-2026-000002\n2026-W48 BBT-2026-000003' ]
    at 2026-11-29T09:00:00+07:00 digest complaints > /dev/null
    [ "$(sql 'SELECT count(*) FROM digests')" = 2 ]
}

@test "the inspectorate moves in the middle of the week, and after its digest: each complaint to one address, once" {
    printf 'inspectorate old@mic.gov.vn\n' >> "$H/banbientap.conf"
    complaint "$L/a.eml"
    bbt ingest "$L/a.eml" > /dev/null
    sed -i 's/^inspectorate .*/inspectorate new@mic.gov.vn/' "$H/banbientap.conf"
    complaint "$L/b.eml" 'Don thu hai'
    bbt ingest "$L/b.eml" > /dev/null
    at "$MONDAY" digest complaints > /dev/null
    [ "$(sql "SELECT d.recipient, count(*) FROM digests d JOIN digest_items i ON i.digest = d.id GROUP BY d.id")" = 'new@mic.gov.vn|2' ]
    sed -i 's/^inspectorate .*/inspectorate third@mic.gov.vn/' "$H/banbientap.conf"
    at 2026-11-23T10:00:00+07:00 digest complaints > /dev/null
    # the third is not told that nothing came
    [ "$(sql 'SELECT count(*) FROM digests')" = 1 ]
    at 2026-11-30T10:00:00+07:00 digest complaints > /dev/null
    [ "$(sql "SELECT recipient, period FROM digests ORDER BY id")" = $'new@mic.gov.vn|2026-W47\nthird@mic.gov.vn|2026-W48' ]
    [ "$(sql "SELECT count(*), count(DISTINCT submission) FROM digest_items")" = '2|2' ]
}

@test "keys in the middle of the week: what lay plain and what came sealed are in one digest, names in the sealed file" {
    complaint "$L/a.eml" 'Khieu nai canaryone'
    bbt ingest "$L/a.eml" > /dev/null
    keys
    complaint "$L/b.eml" 'Khieu nai canarytwo'
    bbt ingest "$L/b.eml" > /dev/null
    at "$MONDAY" digest complaints > /dev/null
    [ "$(periods)" = $'2026-W47 BBT-2026-000001\n2026-W47 BBT-2026-000002' ]
    attachment .sealed > "$BATS_TEST_TMPDIR/bundle"
    "$BBT" unseal "$BATS_TEST_TMPDIR/bundle" --key "$BATS_TEST_TMPDIR/inspectorate" --out "$BATS_TEST_TMPDIR/o" > /dev/null
    grep -q canaryone "$BATS_TEST_TMPDIR/o/register.csv"
    grep -q canarytwo "$BATS_TEST_TMPDIR/o/register.csv"
    run -1 grep -rqaE 'canary(one|two)' "$H"
}

@test "out of the complaints and back: in one digest, whenever that was" {
    for n in 1 2 3; do complaint "$L/$n.eml" "Don so $n"; done
    bbt ingest "$L" > /dev/null
    # one is out on Monday and back on Tuesday; one is out and back before; one is digested, then out and back
    for n in 1 2; do bbt --as truongban reclassify BBT-2026-00000$n question --reason 'xem lai' > /dev/null; done
    bbt --as truongban reclassify BBT-2026-000002 complaint --reason 'dung la khieu nai' > /dev/null
    at "$MONDAY" digest complaints > /dev/null
    [ "$(periods)" = $'2026-W47 BBT-2026-000002\n2026-W47 BBT-2026-000003' ]
    at 2026-11-24T09:00:00+07:00 --as truongban reclassify BBT-2026-000001 complaint --reason 'dung la khieu nai' > /dev/null
    at 2026-11-24T09:00:00+07:00 --as truongban reclassify BBT-2026-000003 question --reason 'xem lai' > /dev/null
    at 2026-11-25T09:00:00+07:00 --as truongban reclassify BBT-2026-000003 complaint --reason 'dung la khieu nai' > /dev/null
    at 2026-11-30T09:00:00+07:00 --lang en digest complaints > /dev/null
    [ "$(periods)" = $'2026-W47 BBT-2026-000002\n2026-W47 BBT-2026-000003\n2026-W48 BBT-2026-000001' ]
    attachment .csv | grep -q 'late from an earlier week'
    bbt fsck > /dev/null
}

@test "a term of a complaint that has passed: a count for all, its number for those who read it, nothing for the accused" {
    bbt users add thanhtra --address thanh.tra@mic.gov.vn > /dev/null
    bbt users add chanhtt --name 'Trần Văn Dân' --roles inspector --address chanh.tt@mic.gov.vn > /dev/null
    complaint "$L/a.eml"
    bbt ingest "$L" > /dev/null
    sqlite3 "$H/case.db" "INSERT INTO deadlines (submission, rule, cite, start, due, provisional) VALUES (1, 'mic/complaint-reply', 'x', 1794000000, 1794900000, 0)"
    for words in "status" "--json status" "timers" "--json timers"; do
        run bbt --as bientap $words
        [[ "$output" != *BBT-2026-000001* ]] || { echo "$words: $output"; return 1; }
        run bbt --as thanhtra $words
        [[ "$output" == *BBT-2026-000001* ]] || { echo "$words: $output"; return 1; }
        run bbt --as chanhtt $words
        [[ "$output" != *BBT-2026-000001* ]] || { echo "$words: $output"; return 1; }
    done
    at "$MONDAY" timers --once > /dev/null
    [ "$(sql "SELECT group_concat(rcpt) FROM outbox WHERE key LIKE 'timer/overdue/%'")" = thanh.tra@mic.gov.vn ]
}

@test "what was learned of a letter goes when it is sealed" {
    keys
    news "$L/n.eml"
    bbt ingest "$L" > /dev/null
    bbt --as truongban approve BBT-2026-000001 > /dev/null
    bbt --as truongban learn > /dev/null
    [ -e "$H/learned.model" ]
    bbt --as truongban reclassify BBT-2026-000001 complaint --reason 'la don khieu nai' > /dev/null
    [ ! -e "$H/learned.model" ]
    bbt --as truongban learn > /dev/null
}
