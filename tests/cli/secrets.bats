#!/usr/bin/env bats
# What a hostile letter, a hostile file name or a curious reader must not get.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR/letters
    mkdir "$L"
}

# Bytes that a terminal would obey: C0 but tab and newline, DEL, C1, bidi overrides.
orders() {
    LC_ALL=C grep -qaP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]'
}

@test "no letter and no file name gives orders to a terminal" {
    letter "$L/esc.eml" vtb@mic.gov.vn pass "$(printf 'T\033]0;x\007in \033[2J')" <<< "$(printf 'th\033[2J\033]0;x\007 \302\233 \342\200\256 abc')"
    cp "$L/esc.eml" "$L/$(printf 'f\033[31m\377.eml')"
    bbt ingest "$L" "$(printf '/nowhere/\033[31m\377')" > "$BATS_TEST_TMPDIR/out" 2>&1 || [ $? -eq 65 ]
    bbt list >> "$BATS_TEST_TMPDIR/out"
    bbt show BBT-2026-000001 >> "$BATS_TEST_TMPDIR/out"
    bbt search abc >> "$BATS_TEST_TMPDIR/out"
    bbt show "$(printf '\033[31m')" >> "$BATS_TEST_TMPDIR/out" 2>&1 || true
    run ! orders < "$BATS_TEST_TMPDIR/out"
    grep -q abc "$BATS_TEST_TMPDIR/out"
}

@test "an error about a name that is no UTF-8 is still one line of JSON" {
    run -1 --separate-stderr bbt --json show "$(printf 'x\377')"
    python3 -c 'import json,sys; assert json.loads(sys.argv[1])["error"]["kind"] == "no"' "$output"
}

@test "of a letter that may be secret, only inspector and chief see a word" {
    letter "$L/s.eml" vtb@mic.gov.vn pass 'Canaryword ke hoach' <<'TEXT'
TUYỆT MẬT
BỘ THÔNG TIN VÀ TRUYỀN THÔNG
Số: 12/BTTTT-VP

Kế hoạch canaryword
TEXT
    bbt ingest "$L/s.eml" > /dev/null
    run -0 bbt --as truongban show BBT-2026-000001
    [[ "$output" == *canaryword* ]]
    for who in bientap thuky; do
        for what in "show BBT-2026-000001" "--json show BBT-2026-000001" list "--json list"; do
            # shellcheck disable=SC2086
            run bbt --as $who $what
            [[ "${output,,}" != *canaryword* ]]
        done
    done
    run -1 bbt --as truongban search canaryword
    run -0 bbt --as bientap --json show BBT-2026-000001
    [[ "$output" == *'"secrecy"'* ]]
}

@test "a house made in a directory that was open to all is private" {
    mkdir -m 755 "$BATS_TEST_TMPDIR/open"
    "$BBT" init "$BATS_TEST_TMPDIR/open" > /dev/null
    [ "$(stat -c %a "$BATS_TEST_TMPDIR/open")" = 700 ]
    bbt ingest - <<< "Subject: x" > /dev/null
    # But for the portal's database, nothing in a house is for anybody else, whatever the umask.
    (umask 0; "$BBT" init "$BATS_TEST_TMPDIR/h2" > /dev/null; printf 'Subject: x\n\nx\n' | "$BBT" --house "$BATS_TEST_TMPDIR/h2" ingest - > /dev/null)
    [ -z "$(find "$BATS_TEST_TMPDIR/h2" "$H" -perm /077 ! -name 'portal.db*')" ]
}

@test "a house is not made in another user's directory" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to give a directory away"
    mkdir "$BATS_TEST_TMPDIR/theirs"
    chown 12345 "$BATS_TEST_TMPDIR/theirs"
    run -1 "$BBT" init "$BATS_TEST_TMPDIR/theirs"
    [[ "$output" == *"another user"* ]]
    [ -z "$(ls -A "$BATS_TEST_TMPDIR/theirs")" ]
}
