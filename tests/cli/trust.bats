#!/usr/bin/env bats
# Trust in what is stored: the journal's audit, backups and restoring, letters that are held, staff accounts.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR/letters
    mkdir "$L"
    news "$L/a.eml"
    complaint "$L/b.eml"
}

sql() {
    python3 - "$H/case.db" "$@" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for text in sys.argv[2:]:
    for row in db.execute(text):
        print("|".join(str(c) for c in row))
db.commit()
PY
}

WALLS="DROP TRIGGER journal_no_update"
WALL_AGAIN="CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END"

@test "audit verify: a whole journal, its witness line, and what was altered, in two languages" {
    bbt ingest "$L" >/dev/null
    run -0 bbt audit verify
    [[ $output == *"nguyên vẹn"* ]]
    head=$(bbt --json audit verify | sed 's/.*"head":"\([^"]*\)".*/\1/')
    [ "$head" = "$(tail -n 1 "$H/journal.head")" ]
    run -0 bbt audit verify --witness "$head"
    sql "$WALLS" "UPDATE journal SET detail = detail || 'x' WHERE n = 3" "$WALL_AGAIN"
    run -1 bbt audit verify
    [[ $output == *"dòng 3 đã bị sửa"* ]]
    run -1 bbt --lang en audit verify
    [[ $output == *"row 3 was altered"* ]]
    run -1 bbt --json audit verify
    [[ $output == *'"what":"row-altered","row":3,'* ]]
    run -64 bbt audit verify --witness abc
    run -64 bbt audit
}

@test "audit verify: rows and head cut alike are found by a line kept elsewhere; a missing key is said" {
    bbt ingest "$L" >/dev/null
    kept=$(tail -n 1 "$H/journal.head")
    before=$(tail -n 2 "$H/journal.head" | head -n 1)
    sql "DROP TRIGGER journal_no_delete" "DELETE FROM journal WHERE n > ${before% *}" \
        "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END"
    sed -i '$d' "$H/journal.head"
    run -0 bbt audit verify
    run -1 bbt audit verify --witness "$kept"
    rm "$H/keys/journal.key"
    run -1 bbt audit verify
    [[ $output == *"khóa nhật ký"* ]]
}

# Every row of every table, and every letter, as one hash each.
row_hashes() {
    python3 - "$1" <<'PY'
import hashlib, os, sqlite3, sys
house = sys.argv[1]
for name in ("case", "fetch", "portal"):
    path = "%s/%s.db" % (house, name)
    if not os.path.exists(path):
        continue
    db = sqlite3.connect(path)
    tables = [t for (t,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    for table in tables:
        rows = sorted(repr(r) for r in db.execute('SELECT * FROM "%s"' % table))
        print(name, table, len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
for base, _, files in sorted(os.walk(house + "/spool")):
    for f in sorted(files):
        path = os.path.join(base, f)
        print(os.path.relpath(path, house), hashlib.sha256(open(path, "rb").read()).hexdigest())
print(hashlib.sha256(open(house + "/journal.head", "rb").read()).hexdigest())
PY
}

# A backup of the house; its path is in $B.
backup() {
    mkdir -p "$BATS_TEST_TMPDIR/backups"
    B=$(bbt --json backup "$BATS_TEST_TMPDIR/backups" "$@" | sed 's/.*"backup":"\([^"]*\)".*/\1/')
    [ -d "$B" ]
}

@test "backup and restore: every row and letter is the same; keys only when asked for, for their owner alone" {
    bbt ingest "$L" >/dev/null
    bbt --as truongban approve BBT-2026-000001 >/dev/null
    bbt --json status >/dev/null || true
    row_hashes "$H" > "$BATS_TEST_TMPDIR/before"
    backup
    run -1 grep -rl "$(cat "$H/keys/journal.key")" "$B"
    run -78 bbt restore "$B" --into "$BATS_TEST_TMPDIR/none"
    [ ! -e "$BATS_TEST_TMPDIR/none" ]
    run -0 bbt --json restore "$B" --into "$BATS_TEST_TMPDIR/copy" --keys "$H/keys" --keep-outbox
    [[ $output == *'"outbox_unknown":0,"faults":[]'* ]]
    row_hashes "$BATS_TEST_TMPDIR/copy" > "$BATS_TEST_TMPDIR/after"
    diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
    run -1 bbt restore "$B" --into "$BATS_TEST_TMPDIR/copy" --keys "$H/keys"
    [[ $output == *"not empty"* ]]
    backup --with-keys
    [ "$(stat -c %a "$B/keys.secret")" = 600 ]
    [ "$(stat -c %a "$B")" = 700 ]
    rm -r "$H"
    run -0 "$BBT" restore "$B" --into "$H"
    run -0 bbt fsck
    run -0 bbt audit verify
    run -0 bbt --as truongban show BBT-2026-000002
}

@test "restore: letters that waited to be sent are of unknown fate, so that nobody gets one twice" {
    letter "$L/c.eml" vtb@mic.gov.vn pass 'Văn bản số 12/QĐ-BTTTT' <<< 'Đăng gấp.'
    bbt ingest "$L" >/dev/null
    bbt --as thuky return BBT-2026-000001 --reason 'thiếu ảnh' >/dev/null || bbt --as truongban refuse BBT-2026-000001 --ground 14.4a --reason 'không thuộc phạm vi' >/dev/null
    queued=$(bbt --json outbox | grep -o '"state":"queued"' | wc -l)
    [ "$queued" -gt 0 ]
    backup
    run -0 bbt --json restore "$B" --into "$BATS_TEST_TMPDIR/copy" --keys "$H/keys"
    [[ $output == *"\"outbox_unknown\":$queued,"* ]]
    run -0 "$BBT" --house "$BATS_TEST_TMPDIR/copy" --json outbox
    [[ $output != *'"state":"queued"'* ]]
    run -0 "$BBT" --house "$BATS_TEST_TMPDIR/copy" audit verify
}

@test "a letter that is spooled and not yet a case is in the backup, and becomes one in the restored house" {
    cp "$L/a.eml" "$H/drop/new/1.x"
    bbt fetch --once >/dev/null
    [ "$(ls "$H"/spool/new/*.eml | wc -l)" -eq 1 ]
    backup
    run -0 bbt restore "$B" --into "$BATS_TEST_TMPDIR/copy" --keys "$H/keys"
    run -0 "$BBT" --house "$BATS_TEST_TMPDIR/copy" intake --once
    run -0 "$BBT" --house "$BATS_TEST_TMPDIR/copy" show BBT-2026-000001
    run -0 "$BBT" --house "$BATS_TEST_TMPDIR/copy" fsck
}

@test "backup --verify: proved ones are remembered; one flipped byte in any file is found" {
    bbt ingest "$L" >/dev/null
    backup --with-keys
    run -0 bbt backup --verify "$B"
    [[ $output == *"nguyên vẹn"* ]]
    run -0 bbt --json backup --verify "$B"
    [ "$(sql "SELECT count(*) FROM backups")" = 1 ]
    [ "$(sql "SELECT count(*) FROM journal WHERE what = 'BACKUP'")" = 2 ]
    python3 - "$BBT" "$H" "$B" <<'PY'
import os, random, subprocess, sys
bbt, house, backup = sys.argv[1:]
random.seed(5)
files = sorted(os.path.join(b, f) for b, _, fs in os.walk(backup) for f in fs)
assert len(files) > 8, files
for path in files + [os.path.join(backup, "MANIFEST")] * 6:
    whole = open(path, "rb").read()
    if not whole:
        continue
    bad = bytearray(whole)
    bad[random.randrange(len(bad))] ^= 1 << random.randrange(8)
    open(path, "wb").write(bad)
    done = subprocess.run([bbt, "--house", house, "backup", "--verify", backup], capture_output=True)
    assert done.returncode == 1, (path, done)
    done = subprocess.run([bbt, "restore", backup, "--into", house + ".copy"], capture_output=True)
    assert done.returncode == 1 and not os.path.exists(house + ".copy"), (path, done)
    open(path, "wb").write(whole)
open(backup + "/spool/new-file", "w").write("x")
done = subprocess.run([bbt, "--house", house, "backup", "--verify", backup], capture_output=True)
assert done.returncode == 1 and b"new-file" in done.stdout, done
os.unlink(backup + "/spool/new-file")
os.unlink(next(f for f in files if f.endswith(".eml")))
done = subprocess.run([bbt, "--house", house, "backup", "--verify", backup], capture_output=True)
assert done.returncode == 1, done
assert [n for n in os.listdir(os.path.dirname(backup)) if n.endswith(".part")] == []
PY
    [ "$(sql "SELECT count(*) FROM journal WHERE what = 'BACKUP'")" = 2 ]
}

@test "a backup killed at any moment is not there, or whole" {
    for i in $(seq 40); do news "$L/n$i.eml" "Đề nghị đăng tin: Khai trương số $i"; done
    bbt ingest "$L" >/dev/null
    mkdir "$BATS_TEST_TMPDIR/backups"
    python3 - "$BBT" "$H" "$BATS_TEST_TMPDIR/backups" <<'PY'
import os, random, subprocess, sys, time
bbt, house, place = sys.argv[1:]
random.seed(7)
start = time.monotonic()
subprocess.run([bbt, "--house", house, "backup", place], check=True, capture_output=True)
took = time.monotonic() - start
killed = whole = 0
for i in range(25):
    child = subprocess.Popen([bbt, "--house", house, "backup", place], stdout=subprocess.DEVNULL)
    time.sleep(random.uniform(0, took * 1.1))
    child.kill()
    killed += child.wait() != 0
for name in os.listdir(place):
    if name.endswith(".part"):
        continue
    whole += 1
    done = subprocess.run([bbt, "--house", house, "backup", "--verify", os.path.join(place, name)], capture_output=True)
    assert done.returncode == 0, (name, done)
assert killed >= 5, killed
subprocess.run([bbt, "--house", house, "backup", place], check=True, capture_output=True)
assert [n for n in os.listdir(place) if n.endswith(".part")] == []
PY
}

@test "held letters: why, since when, whose; read again once, with a line in the journal" {
    cp "$L/a.eml" "$H/drop/new/1.x"
    bbt fetch --once >/dev/null
    id=$(basename "$(ls "$H"/spool/new/*.eml)" .eml)
    mv "$H/spool/new/$id.eml" "$H/spool/new/$id.facts" "$H/spool/held/"
    printf 'the reader died' > "$H/spool/held/$id.why"
    run -0 bbt --json held
    [[ $output == *"\"entry\":\"$id\",\"why\":\"the reader died\""* ]]
    [[ $output == *'"owner":"secretary"'* ]]
    run -0 bbt held
    [[ $output == *"the reader died"* ]]
    run -1 bbt --as bientap reread "$id"
    run -1 bbt --as thuky reread "20990101T000000.1.P1.1"
    run -1 bbt --as thuky reread "../../banbientap"
    run -0 bbt --as thuky reread "$id"
    [ ! -e "$H/spool/held/$id.why" ]
    [ "$(sql "SELECT count(*) FROM journal WHERE what = 'REREAD' AND user = 'thuky'")" = 1 ]
    run -0 bbt intake --once
    run -0 bbt show BBT-2026-000001
    # one that was applied already, put back by hand: nothing happens a second time
    rows=$(sql "SELECT count(*) FROM submissions" "SELECT count(*) FROM receipts" "SELECT count(*) FROM outbox")
    mv "$H"/spool/done/*/"$id".eml "$H"/spool/done/*/"$id".facts "$H/spool/held/"
    run -0 bbt --as thuky reread --all
    run -0 bbt intake --once
    [ "$rows" = "$(sql "SELECT count(*) FROM submissions" "SELECT count(*) FROM receipts" "SELECT count(*) FROM outbox")" ]
    run -0 bbt fsck
    run -0 bbt held
    [[ $output == *"Không có thư nào"* ]]
}

# Letters whose reader is killed while it has them: their cases are held as unreadable. $1: how many letters.
killed_reader() {
    python3 - "$BBT" "$H" "$BATS_TEST_TMPDIR/many" "$1" <<'PY'
import os, signal, subprocess, sys, time
bbt, house, place, n = sys.argv[1:]
os.makedirs(place, exist_ok=True)
text = ("Sáng nay Cục Viễn thông khai trương mạng cáp quang tại Hà Nội.\r\n" * 12000).encode()
for i in range(int(n)):
    head = ("From: vtb@mic.gov.vn\r\nTo: banbientap@mic.gov.vn\r\nSubject: Tin bài số %d\r\nMessage-ID: <m%d@x>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
    open("%s/%03d.eml" % (place, i), "wb").write((head % (i, i)).encode() + text)
def children(pid):
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stat = open("/proc/%s/stat" % name).read().rsplit(")", 1)
                if int(stat[1].split()[1]) == pid and "bbt-reader" in stat[0]:
                    yield int(name)
            except OSError:
                pass
run = subprocess.Popen([bbt, "--house", house, "ingest", place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
def taken():
    return any(os.listdir(os.path.join(house, "spool", d)) for d in ("new", "done"))
seen = 0
while run.poll() is None and seen < 3:
    if not taken():
        time.sleep(0.002)
        continue
    for child in list(children(run.pid)):
        try:
            os.kill(child, signal.SIGSTOP) # letters gather in it
            time.sleep(0.2)
            os.kill(child, signal.SIGKILL)
            seen += 1
        except ProcessLookupError:
            pass
run.wait()
PY
}

@test "a case whose reader was killed is read again: it becomes what it would have been, once" {
    killed_reader 60
    ref=$(sql "SELECT s.ref FROM submissions s JOIN holds h ON h.submission = s.id WHERE h.reason = 'unreadable'" | head -n 1)
    [ -n "$ref" ]
    [ "$(sql "SELECT subject FROM submissions WHERE ref = '$ref'")" = "" ]
    run -1 bbt --as bientap reread "$ref"
    run -0 bbt --as thuky --json reread "$ref"
    [[ $output == *"\"submission\":\"$ref\""* ]]
    [[ $(sql "SELECT subject FROM submissions WHERE ref = '$ref'") == "Tin bài số"* ]]
    run -0 bbt --json show "$ref"
    [[ $output != *'"reason":"unreadable"'* ]]
    run -0 bbt search "khai trương"
    [[ $output == *"$ref"* ]]
    run -1 bbt --as thuky reread "$ref"
    [ "$(sql "SELECT count(*) FROM journal WHERE what = 'REREAD' AND ref = '$ref' AND user = 'thuky'")" = 1 ]
    [ "$(sql "SELECT count(*) FROM receipts r JOIN submissions s ON s.id = r.submission WHERE s.ref = '$ref'")" = 1 ]
    run -0 bbt fsck
    run -0 bbt audit verify
}

@test "sealed complaints are in the backup sealed; it is proved, and names nobody" {
    for k in i r; do
        "$BBT" keygen "$BATS_TEST_TMPDIR/$k" >/dev/null
        cp "$BATS_TEST_TMPDIR/$k.pub" "$H"
    done
    printf 'seal {\n    inspectorate i.pub\n    recovery r.pub\n}\n' >> "$H/banbientap.conf"
    bbt ingest "$L/b.eml" >/dev/null
    ls "$H"/sealed/*.sealed
    backup
    run -1 grep -rl 'dan.thuong@gmail.com\|Trần Văn Dân' "$B"
    run -0 bbt backup --verify "$B"
    run -0 bbt restore "$B" --into "$BATS_TEST_TMPDIR/copy" --keys "$H/keys"
    cmp "$H"/sealed/*.sealed "$BATS_TEST_TMPDIR"/copy/sealed/*.sealed
}

@test "a restored house builds no portal before somebody looked: what was withdrawn since would be there again" {
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
    mkdir "$BATS_TEST_TMPDIR/b"
    B=$(bbt --json backup "$BATS_TEST_TMPDIR/b" | sed 's/.*"backup":"\([^"]*\)".*/\1/')
    run -0 bbt --as truongban withdraw "$ref" --reason 'sai'
    H2=$BATS_TEST_TMPDIR/copy
    run -0 bbt restore "$B" --into "$H2" --keys "$H/keys"
    H=$H2
    run -1 bbt site build
    [[ $output == *"--restored"* ]]
    run -1 bbt --as bientap publish --all
    run -1 bbt --json status
    [[ $output == *'"what":"restored","made":"20/11/2026 09:00"'* ]]
    [ ! -e "$H/site/current" ]
    run -0 bbt --as truongban withdraw "$ref" --reason 'sai'
    run -0 bbt site build --restored
    [ -z "$(grep -rl 'Khai trương mạng cáp quang' "$H/site")" ]
    run -0 bbt site build
    [[ "$(bbt --json status)" != *'"what":"restored"'* ]]
}
