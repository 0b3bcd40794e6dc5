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

# What people see of a letter that did nothing.
waits() {
    bbt --json show "$ref" | python3 -c 'import json,sys; sys.exit(not any(h["reason"] == "answer" for h in json.load(sys.stdin)["holds"]))'
}

looked() {
    bbt --as thuky release "$ref" --hold answer --reason 'da xem' > /dev/null
}

@test "a letter that did nothing is seen: the case waits until somebody has looked" {
    token=$(ask)
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt nhưng bỏ đoạn cuối'
    waits
    run -1 bbt --as photruongban approve "$ref"
    looked
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Từ chối'
    waits
    looked
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt'
    [ "$(state)" = approved ]
    # a second time: it is approved already, and nobody needs to look
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt.'
    [ "$(state)" = approved ]
    run -1 waits
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM approvals")" = 1 ]
    # but who would have it back after that must be heard
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Trả lại: sai tên'
    [ "$(state)" = approved ]
    waits
    run -1 bbt --as bientap publish "$ref"
    run -0 bbt fsck
}

@test "somebody else's token, a copy that is not proved: a case of its own that waits for a person" {
    token=$(ask)
    for row in 'pho.ban@mic.gov.vn pass' 'vtb@mic.gov.vn pass' 'la@hopthu.example pass' 'truong.ban@mic.gov.vn fail' 'truong.ban@mic.gov.vn none'; do
        set -- $row
        answer "$1" "$2" "$token" <<< 'Duyệt'
        [ "$(state)" = received ] || { echo "$row"; return 1; }
        other=$(ref_of < "$L/report")
        [ "$other" != "$ref" ]
        bbt --as bientap list --hold answer | grep -q "$other" || { echo "nobody sees $row"; return 1; }
    done
    # forwarded: quoted below the words of another member of the staff
    printf 'Duyệt\n\n> Mã: %s\n' "$token" | answer pho.ban@mic.gov.vn pass ''
    [ "$(state)" = received ]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM approvals")" = 0 ]
}

@test "a deputy acts for the chief by letter in his window and not outside, and it is written whose roles he had" {
    bbt users add pheduyet --name 'Lê Văn Phê' --roles secretary --address phe.duyet@mic.gov.vn > /dev/null
    bbt users delegate truongban pheduyet --from 2026-11-20 --until 2026-11-20 > /dev/null
    token=$(ask pheduyet)
    letter "$L/late.eml" phe.duyet@mic.gov.vn pass "Re: duyệt ($token)" <<< 'Duyệt'
    "$BBT" --house "$H" --now 2026-11-23T09:00:00+07:00 ingest "$L/late.eml" > /dev/null
    [ "$(state)" = received ]
    waits
    looked
    answer phe.duyet@mic.gov.vn pass "$token" <<< 'Duyệt.'
    [ "$(state)" = approved ]
    sqlite3 "$H/case.db" "SELECT detail FROM journal WHERE what = 'APPROVE'" | grep -q 'on-behalf-of=truongban'
}

@test "who wrote the text does not approve it by letter; two accounts at one address are nobody" {
    bbt users add haivai --name 'Ngô Hai Vai' --roles chief,editor --address hai.vai@mic.gov.vn > /dev/null
    token=$(ask haivai)
    bbt --as haivai edit "$ref" --title 'Tin mới' > /dev/null
    answer hai.vai@mic.gov.vn pass "$token" <<< 'Duyệt'
    [ "$(state)" = edited ]
    waits
    looked
    run -1 bbt --as bientap approve "$ref" --ask haivai
    token=$(ask truongban)
    sqlite3 "$H/case.db" "UPDATE staff SET address = 'truong.ban@mic.gov.vn' WHERE user = 'haivai'"
    answer truong.ban@mic.gov.vn pass "$token" <<< 'Duyệt'
    [ "$(state)" = edited ]
    waits
}

@test "what became a complaint is acted on by nobody's old letter" {
    token=$(ask)
    bbt --as truongban reclassify "$ref" complaint --reason 'la don khieu nai' > /dev/null
    for words in 'Duyệt' 'Từ chối 14.4a'; do
        answer truong.ban@mic.gov.vn pass "$token" <<< "$words"
    done
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM journal WHERE what IN ('APPROVE', 'DECISION')")" = 0 ]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM outbox WHERE key LIKE 'refused/%'")" = 0 ]
    run -0 bbt fsck
}
