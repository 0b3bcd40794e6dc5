# fifth_profile.bats: an institution that the program has never heard of is added by text files alone: its kinds,
# words, fields, routes, terms and confirmation policy hold for the letters of a house of that profile. And rules
# that go bad while the house runs do not get in.
load lib

setup() {
    S=$BATS_TEST_TMPDIR/share
    H=$BATS_TEST_TMPDIR/house
    mkdir -p "$S/rules"
    cp "$BBT" "$(dirname "$BBT")"/bbt-reader "$(dirname "$BBT")"/bbt-gather "$S/"
    cp -r conf "$S/conf"
    cp -r rules/common "$S/rules/common"
    cp -r tests/data/fifth "$S/rules/tanha"
    BBT=$S/bbt
}

teardown() {
    [ -z "$RUN" ] || kill "$RUN" 2>/dev/null || true
}

tanha_house() {
    "$BBT" --now "$NOW" init "$H" --profile tanha --trial >/dev/null
    printf 'profile\tunit\tunit_name\trole\tname\ttitle\taddress\n%s\n%s\n' \
        $'tanha\tPLU\tPhòng Lũ lụt\tleader\tĐỗ Văn Sông\tTrưởng phòng\tdvs@tanha.gov.vn' \
        $'tanha\tKTR\tBan Kiểm tra\tleader\tMạc Thị Nghiêm\tTrưởng ban\tmtn@tanha.gov.vn' > "$BATS_TEST_TMPDIR/directory.tsv"
    bbt units import "$BATS_TEST_TMPDIR/directory.tsv" >/dev/null
}

# tanha_letter FILE FROM SUBJECT < body
tanha_letter() {
    letter "$1" "$2" pass "$3"
    sed -i 's/mx\.mic\.gov\.vn/mx.tanha.gov.vn/; s/banbientap@mic.gov.vn/cong@tanha.gov.vn/' "$1"
}

# field NAME: of the JSON report in $output
report() {
    python3 -c 'import json,sys; d=json.loads(sys.argv[1].splitlines()[0]); print(eval(sys.argv[2]))' "$output" "$1"
}

@test "its rules are right, can be read and pass their examples" {
    run "$BBT" rules check tanha
    echo "$output"
    [ "$status" -eq 0 ]
    run "$BBT" rules test tanha
    echo "$output"
    [ "$status" -eq 0 ]
    run "$BBT" --lang vi rules show tanha
    [[ "$output" == *"tanha/flood-warning"*"TH-3.1"* ]]
}

@test "its own kind, route and policy hold for a letter of a unit" {
    tanha_house
    tanha_letter "$BATS_TEST_TMPDIR/a.eml" dvs@tanha.gov.vn "Cảnh báo lũ trên sông Hà" <<'TEXT'
Cảnh báo lũ: lúc 7 giờ sáng nay mực nước sông Hà vượt báo động 3, bà con vùng trũng khẩn trương sơ tán.
TEXT
    run bbt --json ingest "$BATS_TEST_TMPDIR/a.eml"
    echo "$output"
    [ "$(report 'd["kind"]')" = tanha/flood-warning ]
    [ "$(report 'd["profile"]')" = tanha ]
    [ "$(report 'd["verdict"]')" = confirmed ] # the leader himself; the own account alone would not do
    [[ "$(report 'd["route"]')" == *"'PLU'"*"TH-4.1"* ]]
    tanha_letter "$BATS_TEST_TMPDIR/b.eml" lan@tanha.gov.vn "Cảnh báo lũ trên sông Hà lần 2" <<'TEXT'
Đề nghị đăng ngay tin cảnh báo lũ: mực nước sông Hà vượt báo động 3 và còn lên.
TEXT
    run bbt --json ingest "$BATS_TEST_TMPDIR/b.eml"
    [ "$(report 'd["verdict"]')" = needs-confirmation ]
}

@test "a field with two owners proposes both, an absent owner the deputy" {
    tanha_house
    tanha_letter "$BATS_TEST_TMPDIR/q.eml" dan@example.net "Hỏi về nước uống sau lũ" <<'TEXT'
Cho tôi hỏi nước uống sau lũ có dùng được không, giếng bị ngập thì xử lý giếng thế nào?
TEXT
    run bbt --json ingest "$BATS_TEST_TMPDIR/q.eml"
    echo "$output"
    [ "$(report '[r["to"] for r in d["route"]]')" = "['PLU', 'PYT']" ]
    tanha_letter "$BATS_TEST_TMPDIR/r.eml" dan@example.net "Hỏi về cầu treo" <<'TEXT'
Cho tôi hỏi cầu treo bản Mạ bao giờ sửa xong, xe máy có qua cầu treo được không?
TEXT
    run bbt --json ingest "$BATS_TEST_TMPDIR/r.eml"
    echo "$output"
    [ "$(report '[r["to"] for r in d["route"]]')" = "['PYT']" ] # PGT is away on that day
    ref=$(report 'd["submission"]')
    run bbt --json show "$ref"
    [[ "$output" == *'"unit":"PYT"'* || "$output" == *'"unit": "PYT"'* ]]
}

@test "a denunciation of those who would receive it goes to the alternate and not into their register" {
    tanha_house
    tanha_letter "$BATS_TEST_TMPDIR/d.eml" dan@example.net "Đơn tố cáo" <<'TEXT'
Kính gửi: Ban Kiểm tra tỉnh Tân Hà

Tôi tố cáo bà Mạc Thị Nghiêm nhận hối lộ, bao che cho chủ mỏ cát. Đề nghị xử lý và giữ bí mật cho tôi.
TEXT
    run bbt --json ingest "$BATS_TEST_TMPDIR/d.eml"
    echo "$output"
    [ "$(report 'd["category"]')" = denunciation ]
    [ "$(report '[r["to"] for r in d["route"]]')" = "['CT']" ]
    [[ "$(report '[h["reason"] for h in d["holds"]]')" == *recusal* ]]
    tanha_letter "$BATS_TEST_TMPDIR/e.eml" dan2@example.net "Đơn tố cáo chủ mỏ" <<'TEXT'
Kính gửi: Ban Kiểm tra tỉnh Tân Hà

Tôi tố cáo ông Lường Văn Cát, chủ mỏ, nhận tiền và chiếm đoạt tiền đền bù. Đề nghị Ban Kiểm tra xử lý sai phạm.
TEXT
    run bbt --json ingest "$BATS_TEST_TMPDIR/e.eml"
    echo "$output"
    [ "$(report '[r["to"] for r in d["route"]]')" = "['KTR']" ]
    [[ "$(report '[h["reason"] for h in d["holds"]]')" != *recusal* ]]
    run "$BBT" --house "$H" --now 2026-11-24T09:00:00+07:00 digest complaints --week 2026-W47 --dry-run
    echo "$output"
    [[ "$output" == *"1 hồ sơ"* ]] # of two: the first one is held
}

@test "its own term is computed with its own office hours" {
    run "$BBT" --json --profile tanha deadline compute --rule tanha/flood --start 2026-11-20T16:30:00+07:00
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *2026-11-21T07:30* || "$output" == *2026-11-23T07:3* ]]
}

@test "rules that went bad are not loaded on SIGHUP; the old ones stay in force" {
    tanha_house
    "$BBT" --house "$H" --now "$NOW" run 2> "$BATS_TEST_TMPDIR/log" 3>&- &
    RUN=$!
    for _ in $(seq 100); do [ -e "$H/run.lock" ] && break; sleep 0.05; done
    sleep 1
    echo 'kind tanha/broken { label "X" ' >> "$S/rules/tanha/kinds.rules"
    kill -HUP "$RUN"
    for _ in $(seq 100); do grep -q 'the old ones stay' "$BATS_TEST_TMPDIR/log" && break; sleep 0.05; done
    cat "$BATS_TEST_TMPDIR/log"
    grep -q 'the old ones stay' "$BATS_TEST_TMPDIR/log"
    tanha_letter "$BATS_TEST_TMPDIR/c.eml" dvs@tanha.gov.vn "Cảnh báo lũ trên sông Hà" <<'TEXT'
Phòng Lũ lụt đề nghị đăng ngay tin cảnh báo lũ: mực nước sông Hà vượt báo động 3.
TEXT
    drop=$(ls -d "$H"/drop "$H"/*/new 2>/dev/null | head -1)
    [ -d "$H/drop/new" ] && drop=$H/drop/new
    cp "$BATS_TEST_TMPDIR/c.eml" "$drop/1.eml"
    sed -i '$d' "$S/rules/tanha/kinds.rules" # so that list can read them; nobody has reloaded
    for _ in $(seq 200); do bbt list --all | grep -q BBT-2026-000001 && break; sleep 0.1; done
    run bbt --json show BBT-2026-000001
    echo "$output"
    [[ "$output" == *tanha/flood-warning* ]]
    kill "$RUN"; wait "$RUN" || true; RUN=
}
