#!/usr/bin/env bats
# A member of the staff approves, returns or refuses by answering our letter (MISSION WF-5): the right person, proved,
# by a one-time token, about the text that was shown; else nothing happens and people see it.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
    bbt users add truongban --address truong.ban@mic.gov.vn >/dev/null
    bbt users add photruongban --address pho.ban@mic.gov.vn >/dev/null
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
}

# The token of the last letter that asked for an approval.
ask() {
    bbt --as bientap approve "$ref" --ask "${1:-truongban}" >/dev/null
    sqlite3 "$H/case.db" "SELECT subject FROM outbox WHERE key LIKE 'act-request/%' ORDER BY id DESC LIMIT 1" |
        grep -oE '[0-9a-hjkmnp-tv-z]{26}' | head -1
}

# answer FROM AUTH TOKEN < words
n=0
answer() {
    n=$((n + 1))
    letter "$L/answer$n.eml" "$1" "$2" "Re: duyệt ($3)"
    bbt --json ingest "$L/answer$n.eml" > "$L/report"
}

state() {
    bbt --json show "$ref" | python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])'
}

@test "approve by one word, once" {
    token=$(ask)
    [ ${#token} -eq 26 ]
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt.'
    [ "$(state)" = approved ]
    bbt --json show "$ref" | grep -q '"by":"truongban"'
    run -0 bbt --as bientap edit "$ref" --title 'Khác'
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt'
    [ "$(state)" = edited ]
    run -0 bbt fsck
}

@test "return with a list, refuse with a ground and a reason" {
    token=$(ask)
    printf 'Trả lại\n1. Bổ sung ảnh\n2. Ghi rõ nguồn\n' | answer truong.ban@mic.gov.vn pass "$token"
    [ "$(state)" = returned ]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM outbox WHERE key LIKE 'returned/%'")" -eq 1 ]
    run -0 bbt --as bientap check "$ref" --origin x
    token=$(ask)
    printf 'Từ chối 14.4a\nNgoài phạm vi của Bộ\n' | answer truong.ban@mic.gov.vn pass "$token"
    [ "$(state)" = refused ]
}

@test "what is not exactly the word, the person, the proof or the text does nothing" {
    token=$(ask)
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt nhưng bỏ đoạn cuối'
    [ "$(state)" = received ]
    printf 'Duyệt\nNhớ sửa lại ngày tháng.\n' | answer truong.ban@mic.gov.vn pass "$token"
    [ "$(state)" = received ]
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Chưa duyệt'
    [ "$(state)" = received ]
    answer truong.ban@mic.gov.vn fail "$token" <<< 'Duyệt'
    [ "$(state)" = received ]
    answer pho.ban@mic.gov.vn pass "$token" <<< 'Duyệt'
    [ "$(state)" = received ]
    answer vtb@mic.gov.vn pass "$token" <<< 'Duyệt'
    [ "$(state)" = received ]
    answer truong.ban@mic.gov.vn pass 0123456789abcdefghjkmnpqr0 <<< 'Duyệt'
    [ "$(state)" = received ]
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Từ chối'
    [ "$(state)" = received ]
    run -0 bbt --as bientap edit "$ref" --title 'Tin đã sửa'
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt'
    [ "$(state)" = edited ]
    bbt show "$ref" | grep -q 'act-refused'
    bbt show "$ref" | grep -q 'act-changed'
    run -0 bbt fsck
}

@test "only somebody who may approve is asked; a disabled account's token is dead" {
    run -1 bbt --as bientap approve "$ref" --ask bientap
    run -1 bbt --as bientap approve "$ref" --ask thanhtra
    token=$(ask)
    run -0 bbt users disable truongban
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt'
    [ "$(state)" = received ]
}
