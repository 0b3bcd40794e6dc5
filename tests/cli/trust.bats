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
