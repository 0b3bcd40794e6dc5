#!/usr/bin/env bats
# Who may run which command (OP-4): every role at every command that changes something, in a house of its own each time;
# rights.tsv is for people to read and to sign. What a track asks of each step is in tests/unit/data/matrix.tsv.
load lib

ROLES="chief standing-deputy deputy member secretary editor inspector admin viewer"
# Who runs these is said by the rights on files, not by an account: they read or carry, or have come due.
EVERYBODY="init fetch intake run ingest explain list search show digest deadline rules outbox send site fsck status audit why
restore held keygen unseal timers"

# Everything that a row below speaks of, ready for it. $H is its place.
furnish() {
    "$BBT" --now "$NOW" init "$H" --profile "$1" --trial >/dev/null
    D=$BATS_FILE_TMPDIR/letters
    mkdir -p "$D"
    {
        directory
        printf 'mic\tBC\tCục Báo chí\tcontact\tHà Thị E\tChuyên viên\thte@mic.gov.vn\n'
    } > "$D/directory.tsv"
    bbt units import "$D/directory.tsv" >/dev/null
    for role in $ROLES; do bbt users add "u-$role" --roles "$role" --address "$role@mic.gov.vn" >/dev/null; done
    bbt users add another --roles editor >/dev/null
    echo 'answer' > "$D/text"
}

take() {
    sed -i "s/^Message-ID.*/Message-ID: <$RANDOM.$RANDOM@x>\r/" "$D/a.eml"
    bbt --json ingest "$D/a.eml" | ref_of
}

item() {
    news "$D/a.eml" "Đề nghị đăng tin: $1"
    sed -i "s/cáp quang/cáp $1/" "$D/a.eml"
    take
}

question() {
    letter "$D/a.eml" dan@gmail.com pass 'Hỏi về thủ tục' <<'TEXT'
Kính gửi Ban Biên tập,

Tôi muốn hỏi thủ tục xin cấp hộ chiếu công vụ gồm những giấy tờ gì và nộp ở đâu? Xin Ban Biên tập trả lời giúp tôi.
Tôi xin cảm ơn.
TEXT
    [ "$1" = mic ] || sed -i 's/mx\.mic\.gov\.vn/mx.google.com/' "$D/a.eml"
    take
}

make_mic() {
    furnish mic
    item received >/dev/null # 1
    item approved >/dev/null # 2
    item published >/dev/null # 3
    item hand-over >/dev/null # 4
    for n in 2 3; do bbt --as truongban approve "BBT-2026-00000$n" >/dev/null; done
    bbt --as bientap publish BBT-2026-000003 >/dev/null
    letter "$D/a.eml" vtb@mic.gov.vn pass 'Đăng dự thảo Thông tư về kho số để lấy ý kiến' <<'TEXT'
Kính gửi: Ban Biên tập Cổng Thông tin điện tử

Cục Viễn thông đề nghị đăng tải toàn văn dự thảo Thông tư quy định về quản lý kho số viễn thông để lấy ý kiến rộng rãi
của các cơ quan, tổ chức và cá nhân. Thời gian lấy ý kiến: từ ngày 23/11/2026 đến hết ngày 24/11/2026.
TEXT
    take >/dev/null # 5
    letter "$D/a.eml" vtb@mic.gov.vn pass 'Thông báo sự kiện: mời cử phóng viên dự lễ khai trương' <<'TEXT'
Kính gửi Ban Biên tập,

Cục Viễn thông trân trọng thông báo và kính mời Ban Biên tập cử phóng viên dự, đưa tin lễ khai trương mạng cáp quang.
Thời gian: 8 giờ 00 ngày 26/11/2026. Địa điểm: Hội trường tầng 2, 18 Nguyễn Du, Hà Nội.
TEXT
    take >/dev/null # 6
    question mic >/dev/null # 7
    complaint "$D/a.eml"
    take >/dev/null # 8
    news "$D/a.eml" 'Đề nghị đăng tin: của người ngoài'
    sed -i 's/vtb@mic.gov.vn/ai.do@gmail.com/; s/header.from=mic.gov.vn/header.from=gmail.com/' "$D/a.eml"
    take >/dev/null # 9: of nobody who was named to us
    item held >/dev/null # 10: of an issue on which another case speaks
    bbt --as thuky topic BBT-2026-000010 'Vụ cháy' >/dev/null
    bbt --as thuky topic BBT-2026-000001 'Vụ cháy' >/dev/null
    letter "$D/a.eml" dan@gmail.com pass 'Xin chào' <<< 'Gửi quý cơ quan, xin xem giúp chuyện này.'
    take >/dev/null # 11: nobody knows what it is
    bbt --as thuky flag BBT-2026-000004 sensitive --reason x >/dev/null
    bbt --as thuky campaign new tet --title T --section A --until 2026-12-31 >/dev/null
    bbt --as thanhtra export ask --week 2026-W47 --reason x >/dev/null
    bbt --as thuky duties done mic/risk-report >/dev/null
}

make_langson() {
    furnish langson
    question langson >/dev/null
}

# cell HOUSE ROLE COMMAND...: + when it is done, . when it is not
cell() {
    rm -rf "$BATS_TEST_TMPDIR/one"
    cp -a "$BATS_FILE_TMPDIR/$1" "$BATS_TEST_TMPDIR/one"
    if (cd "$BATS_TEST_TMPDIR/one" && "$BIN" --house . --now "$NOW" --as "u-$2" "${@:3}" </dev/null >/dev/null 2>"$BATS_TEST_TMPDIR/why"); then
        printf '\t+'
    else
        grep -q 'usage\|cách dùng\|not a\|needs' "$BATS_TEST_TMPDIR/why" && { cat "$BATS_TEST_TMPDIR/why" >&2; return 1; }
        printf '\t.'
    fi
}

# row HOUSE COMMAND...
row() {
    printf '%s\t%s' "$1" "$(sed "s,BBT-2026-00000*,,; s,$D/,,g" <<< "${*:2}")"
    for role in $ROLES; do cell "$1" "$role" "${@:2}"; done
    echo
}

table() {
    local one=BBT-2026-000001 T=2026-11-20T08:45:00+07:00
    printf 'house\tcommand'
    for role in $ROLES; do printf '\t%s' "$role"; done
    echo
    row mic approve $one
    row mic refuse $one --ground 14.4a --reason x
    row mic return $one --todo x
    row mic withdraw BBT-2026-000003 --reason x
    row mic close $one --reason x
    row mic note $one --reason x
    row mic edit $one --title x
    row mic flag $one sensitive --reason x
    row mic flag BBT-2026-000004 sensitive --off --reason x
    row mic check $one --origin x
    row mic publish BBT-2026-000002
    row mic schedule BBT-2026-000002 --at 2026-11-21T09:00:00+07:00
    row mic assign BBT-2026-000007 --unit BC
    row mic assign $one --to another
    row mic consult $one --unit BC --reason x
    row mic release BBT-2026-000011 --hold unsure --reason x
    row mic confirm BBT-2026-000009 --how paper --evidence "$D"/text
    row mic confirm BBT-2026-000009 --request --unit CVT
    row mic reclassify $one mic/thematic --reason x
    row mic reclassify BBT-2026-000008 mic/other --reason x
    row mic note BBT-2026-000008 --reason x
    row mic record BBT-2026-000004 as-is --at $T
    row mic answer BBT-2026-000007 --file "$D"/text
    row mic questions route
    row mic consultation BBT-2026-000005 --from 2026-11-25 --to 2026-11-26 --reason x
    row mic consultation BBT-2026-000005 --bundle bundle
    row mic event BBT-2026-000006 --assign another --at 2026-11-26T08:00:00+07:00
    row mic event BBT-2026-000006 --cannot --reason x
    row mic campaign new x1 --title T --section A
    row mic campaign request tet --section 1 --unit BC
    row mic campaign add tet $one --section 1
    row mic campaign close tet --reason x
    row mic topic BBT-2026-000004 'Vụ khác'
    row mic topic $one --seen --reason x
    row mic topic $one --leave --reason x
    row mic duties done mic/backup
    row mic duties done mic/weekly-documents
    row mic duties done mic/licence-list --for CVT
    row mic duties undone mic/risk-report --note x
    row mic users add x1 --roles editor
    row mic users disable another
    row mic units import "$D"/directory.tsv
    row mic learn
    row mic backup copy
    row mic reread --all
    row mic export ask --week 2026-W47 --reason x
    row mic export approve 1
    row langson interim BBT-2026-000001 --until 2026-12-20
}

houses() {
    D=$BATS_FILE_TMPDIR/letters
    BIN=$(realpath "$BBT")
    for name in mic langson; do
        H=$BATS_FILE_TMPDIR/$name
        [ -d "$H" ] || "make_$name"
    done
}

@test "every role at every command is as it was signed" {
    houses
    table > "$BATS_TEST_TMPDIR/rights.tsv"
    [ -z "${BBT_UPDATE:-}" ] || cp "$BATS_TEST_TMPDIR/rights.tsv" tests/cli/rights.tsv
    diff tests/cli/rights.tsv "$BATS_TEST_TMPDIR/rights.tsv"
    # each row is done by somebody: else something other than the role stood in the way
    run -1 grep -v $'\t+' <(tail -n +2 tests/cli/rights.tsv)
}

@test "every command that help names has its rows, or is everybody's" {
    "$BBT" --lang en --help | sed -n 's/^  \([a-z]\{3,\}\) .*/\1/p' | sort > "$BATS_TEST_TMPDIR/all"
    [ "$(wc -l < "$BATS_TEST_TMPDIR/all")" -gt 45 ]
    { tr ' ' '\n' <<< "$EVERYBODY"; cut -f 2 tests/cli/rights.tsv | cut -d ' ' -f 1; } | sort -u > "$BATS_TEST_TMPDIR/known"
    run -0 comm -23 "$BATS_TEST_TMPDIR/all" "$BATS_TEST_TMPDIR/known"
    [ -z "$output" ]
}

@test "a disabled account and one that was handed nothing may none of it" {
    houses
    bbt() { "$BBT" --house "$BATS_FILE_TMPDIR/mic" --now "$NOW" "$@"; }
    bbt users disable u-chief >/dev/null
    for words in "approve BBT-2026-000001" "campaign new x9 --title T --section A" "topic BBT-2026-000004 X" \
        "duties done mic/backup" "record BBT-2026-000004 as-is --at 2026-11-20T08:45:00+07:00" \
        "assign BBT-2026-000001 --to another" "consultation BBT-2026-000005 --bundle $BATS_TEST_TMPDIR/b"; do
        run bbt --as u-chief $words
        [ "$status" -ne 0 ] || { echo "$words"; return 1; }
    done
}
