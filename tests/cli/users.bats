#!/usr/bin/env bats
# Staff accounts: who may change which, passwords, who acts for whom, and that a disabled account is nobody.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR/letters
    mkdir "$L"
    news "$L/a.eml"
    bbt ingest "$L" >/dev/null
    REF=BBT-2026-000001
}

at() {
    local now=$1
    shift
    "$BBT" --house "$H" --now "$now" "$@"
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

# A real house: one login may not play several. The owner administers.
real_house() {
    H=$BATS_TEST_TMPDIR/real
    "$BBT" --now "$NOW" init "$H" --profile mic >/dev/null
    ME=$(id -un)
}

@test "a real house: nobody gives himself a role, and who administers decides nothing" {
    real_house
    run -0 bbt --json users list
    [[ $output == *"\"user\":\"$ME\",\"login\":\"$ME\",\"name\":\"$ME\",\"roles\":\"admin\""* ]]
    run -1 bbt users set "$ME" --roles admin,chief
    [[ $output == *"Không ai tự cấp"* ]]
    run -1 bbt users add second --login "$ME" --roles chief
    run -0 bbt users add other --login someone --roles admin
    run -1 bbt --as other users set "$ME" --roles admin,chief   # the same hands, another account
    run -1 bbt users add third --login third --roles admin,deputy
    [[ $output == *"quản trị"* ]]
    run -0 bbt users add truong --login truong --roles chief --address truong@mic.gov.vn --fields 'viễn thông,báo chí'
    run -1 bbt --as truong users add x --login x --roles viewer
    run -64 bbt users add y --login y --roles president
    run -1 bbt users set nobody --roles viewer
    run -0 bbt users disable other
    run -1 bbt users disable "$ME"
    [[ $output == *"cuối cùng"* ]]
    run -0 bbt audit verify
}

@test "a disabled account acts no more, at once, and its tokens and delegations end" {
    bbt users set photruongban --address pho@mic.gov.vn >/dev/null
    run -0 bbt --as truongban users delegate truongban photruongban --until 2026-11-30
    sql "INSERT INTO tokens (hash, purpose, submission, address, content_hash, letter, issued, expires)
         VALUES (replace(hex(zeroblob(32)), '00', 'ab'), 'act', 1, 'Pho@mic.gov.vn', '', 'l', 1, 4000000000)"
    run -0 bbt users disable photruongban
    run -1 bbt --as photruongban note "$REF" --reason x
    [ "$(sql "SELECT expires < 4000000000 FROM tokens WHERE letter = 'l'")" = 1 ]
    [ "$(sql "SELECT count(*) FROM delegations WHERE ended IS NULL")" = 0 ]
    run -0 bbt --json users list
    [[ $output == *'"user":"photruongban"'*'"disabled":true'* ]]
    run -0 bbt users enable photruongban
    run -0 bbt --as photruongban note "$REF" --reason x
    [ "$(sql "SELECT group_concat(what) FROM journal WHERE what LIKE 'STAFF-%'")" = STAFF-DISABLED,STAFF-ENABLED ]
}

@test "who acts for another has his deciding roles inside the window, and nowhere else; the journal names both" {
    bbt users add thanhvien --roles viewer >/dev/null
    run -1 bbt --as thanhvien approve "$REF"
    run -0 bbt --as truongban users delegate truongban thanhvien --from 2026-11-23 --until 2026-11-24
    run -1 at 2026-11-22T23:59:59+07:00 --as thanhvien approve "$REF"
    run -1 at 2026-11-25T00:00:00+07:00 --as thanhvien approve "$REF"
    run -0 at 2026-11-24T23:59:59+07:00 --as thanhvien approve "$REF"
    [ "$(sql "SELECT count(*) FROM journal WHERE user = 'thanhvien' AND detail LIKE '%on-behalf-of=truongban'")" -gt 0 ]
    run -0 bbt users list
    [[ $output == *"thanhvien làm thay truongban từ 23/11/2026"* ]]
    run -0 bbt audit verify
}

@test "who spoke for himself before he was given the chief's powers speaks anew with them (LS-12.2)" {
    bbt flag "$REF" sensitive --reason 'cần Trưởng ban' >/dev/null
    run -0 bbt --as photruongban approve "$REF"
    run -1 bbt --as photruongban approve "$REF"
    run -0 bbt --as truongban users delegate truongban photruongban --until 2026-11-30
    run -0 bbt --as photruongban approve "$REF"
    [ "$(sql "SELECT state FROM submissions WHERE ref = '$REF'")" = approved ]
    run -1 bbt --as photruongban approve "$REF"
    run -0 bbt audit verify
}

@test "what is no delegation: to oneself, of nothing, of a past window, by a stranger; it ends early" {
    run -1 bbt --as truongban users delegate truongban truongban --until 2026-11-30
    run -1 bbt --as bientap users delegate bientap thuky --until 2026-11-30
    [[ $output == *"không có vai trò duyệt"* ]]
    run -1 bbt --as bientap users delegate truongban bientap --until 2026-11-30
    run -1 bbt --as truongban users delegate truongban bientap --until 2026-11-19
    run -1 bbt --as truongban users delegate truongban bientap --from 2026-11-30 --until 2026-11-20
    run -1 bbt --as truongban users delegate truongban bientap --until 2028-01-01
    run -64 bbt --as truongban users delegate truongban bientap
    run -0 bbt --as truongban users delegate truongban bientap --until 2026-11-30
    run -1 bbt --as thanhtra users undelegate 1
    run -0 bbt --as truongban users undelegate 1
    run -1 bbt --as truongban users undelegate 1
    run -1 bbt --as bientap approve "$REF"
    # what was handed over is not handed on
    bbt --as photruongban users delegate photruongban bientap --until 2026-11-30 >/dev/null
    run -1 bbt --as bientap users delegate bientap thuky --until 2026-11-30
}

@test "passwords: from standard input, Argon2id, never in the journal; short ones are refused" {
    run -0 bbt users password bientap <<< 'một mật khẩu dài'
    hash=$(sql "SELECT password FROM staff WHERE user = 'bientap'")
    [[ $hash == '$argon2id$'* ]]
    [ "$(sql "SELECT count(*) FROM journal WHERE what = 'PASSWORD' AND detail = 'user=bientap'")" = 1 ]
    run -1 grep -r 'một mật khẩu dài' "$H"
    run -0 bbt --as bientap users password bientap <<< 'another long one'
    [ "$hash" != "$(sql "SELECT password FROM staff WHERE user = 'bientap'")" ]
    run -1 bbt --as bientap users password truongban <<< 'another long one'
    run -1 bbt users password bientap <<< 'short'
    run -1 bbt users password bientap < /dev/null
    run -64 bbt users password bientap 'on the command line'
    run -1 bbt users password nobody <<< 'another long one'
}

@test "status: no backup for four days, or fewer than two in seven, needs a person" {
    real_house
    at 2026-11-23T09:00:00+07:00 --json status | grep -q '"last_backup":null,.*"alarms":\[\]'
    run -1 at 2026-11-24T10:00:00+07:00 --json status
    [[ $output == *'"what":"backup-late"'* ]]
    mkdir "$BATS_TEST_TMPDIR/b"
    b=$(at 2026-11-24T11:00:00+07:00 --json backup "$BATS_TEST_TMPDIR/b" | sed 's/.*"backup":"\([^"]*\)".*/\1/')
    run -1 at 2026-11-24T11:30:00+07:00 status  # made is not proved
    run -0 at 2026-11-24T12:00:00+07:00 backup --verify "$b"
    run at 2026-11-24T13:00:00+07:00 --json status  # the duties of the week are another matter
    [[ $output == *'"alarms":[]'* ]]
    [[ $output == *'"last_backup":{"path":"'*'"made":"2026-11-24T11:00:00+07:00","verified":"2026-11-24T12:00:00+07:00","in_seven_days":1}'* ]]
    run -1 at 2026-11-28T08:00:00+07:00 status  # fewer than two in the seven days of its life
    b=$(at 2026-11-28T09:00:00+07:00 --json backup "$BATS_TEST_TMPDIR/b" | sed 's/.*"backup":"\([^"]*\)".*/\1/')
    at 2026-11-28T09:10:00+07:00 backup --verify "$b" >/dev/null
    run at 2026-11-28T10:00:00+07:00 --json status
    [[ $output == *'"alarms":[]'* ]]
    run -1 at 2026-12-02T09:30:00+07:00 status
    [[ $output == *"Sao lưu"* ]]
}
