#!/usr/bin/env bats
# What happened outside, recorded by people; a text handed to a reviewer; the notice of progress to an asker
# (DL-1, DL-6, DL-7, WF-7; MIC-13.5d2, LS-9.7, LS-12.3, BCA-5.3b).
load lib

setup() {
    L=$BATS_TEST_TMPDIR
}

# A house of another institution; its unit is VP, with an address at its own domain.
house_of() {
    H=$BATS_TEST_TMPDIR/$1
    bbt init "$H" --profile "$1" --trial >/dev/null
    printf 'profile\tunit\tunit_name\trole\tname\ttitle\taddress\n%s\tVP\tVăn phòng\tcontact\tVũ Thị B\tChuyên viên\tvtb@%s.gov.vn\n' \
        "$1" "$1" > "$L/$1.tsv"
    bbt units import "$L/$1.tsv" >/dev/null
}

# letter_at SERVER FILE FROM AUTH SUBJECT < body: as `letter`, stamped by another server
letter_at() {
    local server=$1
    shift
    letter "$@"
    sed -i "s/mx\.mic\.gov\.vn/$server/" "$1"
}

# ingest FILE: its case
take() {
    bbt --json ingest "$1" | ref_of
}

# A case of that kind; REF.
case_of() {
    n=$((${n:-0} + 1))
    news "$L/$n.eml" "Đề nghị đăng tin số $n"
    sed -i "s/<$n.eml@x>/<$n.$RANDOM@x>/; s/cáp quang/cáp quang số $n/" "$L/$n.eml"
    local ref
    ref=$(take "$L/$n.eml")
    bbt --as truongban reclassify "$ref" "$1" --reason 'đọc nội dung' >/dev/null
    echo "$ref"
}

# clocks REF: "rule due ended-by" of each that reclassifying did not end
clocks() {
    bbt --json deadline explain "$1" |
        jq -r '.deadlines[] | select(.ended_by != "reclassified") | "\(.rule) \(.due[:16]) \(.ended_by // "-")"'
}

question_at() {
    letter_at "$1" "$2" "$3" "$4" "${5:-Hỏi về thủ tục cấp hộ chiếu}" <<'TEXT'
Kính gửi Ban Biên tập,

Tôi muốn hỏi thủ tục xin cấp hộ chiếu công vụ gồm những giấy tờ gì và nộp ở đâu? Xin Ban Biên tập trả lời giúp tôi.
Tôi xin cảm ơn.
TEXT
}

@test "every time rule of the four institutions opens, is due and ends as its row says" {
    shipped
    run python3 tests/tools/play_rules.py "$BBT" "$L"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == "47 rules played, 0 differences" ]]
}

@test "that test can fail: a term, a start word, an end that are others are seen" {
    shipped
    cp -r rules conf "$(dirname "$BBT")"/bbt* "$L/"
    python3 - "$L/rules/bca/deadlines.rules" <<'PY'
import sys
t = open(sys.argv[1], encoding="utf-8").read()
for old, new in (("within 12 clock-hours", "within 13 clock-hours"), ("start accepted", "start approved"),
                 ("ends answered refused closed\n    owner answering-unit\n    note \"chỉ", "ends answered\n    owner answering-unit\n    note \"chỉ")):
    assert old in t, old
    t = t.replace(old, new)
open(sys.argv[1], "w", encoding="utf-8").write(t)
PY
    mkdir "$L/houses"
    run -1 python3 tests/tools/play_rules.py "$L/bbt" "$L/houses" bca
    [[ "$output" == *"bca/incident: due"* ]]
    [[ "$output" == *"bca/science: bbt --as truongban record"* ]]
    [[ "$output" == *"bca/answer-joint: ended by None, not closed"* ]]
}

@test "record: the word, the time and the person are looked at; what is possible is named, the nearest first" {
    house
    ref=$(case_of mic/science)
    run -64 bbt --as truongban record "$ref"
    run -64 bbt --as truongban record "$ref" approved
    run -64 bbt --as truongban record "$ref" approved --at yesterday
    run -1 bbt --as truongban record "$ref" acepted --at "$NOW"
    [[ "$output" == *'acepted; accepted, '*'approved'* ]]
    run -1 bbt --as truongban record "$ref" published --at "$NOW"
    [[ "$output" == *'bbt publish'* ]]
    run -1 bbt --as truongban record "$ref" approved --at 2026-11-20T09:00:01+07:00
    [[ "$output" == *'20/11/2026 09:00'* ]]
    run -1 bbt --as thanhtra record "$ref" approved --at 2026-11-10
    run -1 grep -q science <(clocks "$ref")
    run -0 bbt --as thuky record "$ref" approved --at 2026-11-10T09:00:00+07:00
    [[ "$output" == *'mic/science: hạn 08/12/2026 23:59 (MIC-11.2m)'* ]]
    clocks "$ref" | grep -qx 'mic/science 2026-12-08T23:59 received' 
    [ "$(sqlite3 "$H/case.db" "SELECT detail FROM journal WHERE what = 'NOTE'")" = \
        'key=recorded from=2026-11-10T09:00:00+07:00 to=approved' ]
    run -0 bbt audit verify
    run -0 bbt fsck
}

@test "record: to say it again takes a reason; a clock that runs is set right; no end before the beginning" {
    house
    ref=$(case_of mic/other)
    bbt --as thuky record "$ref" detected --at 2026-11-20T08:20:00+07:00 >/dev/null
    run -1 bbt --as thuky record "$ref" detected --at 2026-11-20T08:40:00+07:00
    [[ "$output" == *--reason* ]]
    run -1 bbt --as thuky record "$ref" detected --at 2026-11-20T08:20:00+07:00 --reason 'như cũ'
    bbt --as thuky record "$ref" detected --at 2026-11-20T08:40:00+07:00 --reason 'theo nhật ký máy chủ' >/dev/null
    [ "$(clocks "$ref")" = 'mic/incident-report 2026-11-20T09:40 -' ]
    run -1 bbt --as thuky record "$ref" reported --at 2026-11-20T08:30:00+07:00
    run -0 bbt --as thuky --json record "$ref" reported --at 2026-11-20T08:50:00+07:00
    [ "$(jq -r '.deadlines[-1] | "\(.ended_by) \(.ended)"' <<<"$output")" = 'reported 2026-11-20T08:50:00+07:00' ]
    run -1 bbt --as thuky record "$ref" reported --at 2026-11-20T08:50:00+07:00
}

@test "record: what is planned may lie ahead; five working days before a downtime are over or not (MIC-6.1)" {
    house
    ref=$(case_of mic/other)
    bbt --as thuky record "$ref" planned-downtime --at 2026-11-27T22:00:00+07:00 >/dev/null
    [ "$(clocks "$ref")" = 'mic/downtime-notice 2026-11-20T23:59 -' ]
    run -0 "$BBT" --house "$H" --now 2026-11-23T08:00:00+07:00 --as thuky record "$ref" notified --at 2026-11-23T08:00:00+07:00
    [[ "$output" == *TRỄ* ]]
    ref=$(case_of mic/other)
    bbt --as thuky record "$ref" planned-downtime --at 2026-11-28T22:00:00+07:00 >/dev/null
    run -0 bbt --as thuky record "$ref" notified --at "$NOW"
    [[ "$output" != *TRỄ* ]]
}

@test "record: a forged letter has no clock, a complaint nobody records anything of" {
    house
    letter "$L/f.eml" nva@mic.gov.vn fail "Tin bài khai trương" <<<'Đề nghị đăng tin: sáng nay Cục đã khai trương.'
    ref=$(take "$L/f.eml")
    run -1 bbt --as truongban record "$ref" as-is --at "$NOW"
    complaint "$L/c.eml"
    ref=$(take "$L/c.eml")
    run -1 bbt --as thuky record "$ref" notified --at "$NOW"
    run -1 bbt --as truongban record "$ref" notified --at "$NOW"
    run -1 bbt --as truongban assign "$ref" --to bientap
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM journal WHERE what = 'NOTE'")" = 0 ]
}

@test "what need not be edited has the shorter term, from the same receipt (MIC-14.1)" {
    house
    news "$L/n.eml"
    ref=$(take "$L/n.eml")
    bbt --as bientap record "$ref" as-is --at "$NOW" >/dev/null
    [ "$(clocks "$ref")" = $'mic/publish-edited 2026-11-20T13:30 as-is\nmic/publish 2026-11-20T10:30 -' ]
}

@test "whose document it is decides between two days and ten (LS-9.3)" {
    house_of langson
    news "$L/n.eml"
    ref=$(take "$L/n.eml")
    bbt --as truongban reclassify "$ref" langson/document --reason x >/dev/null
    run -1 bbt --as thuky record "$ref" issued --at 2026-11-18
    [[ "$output" == *'--issuer own'* ]]
    run -64 bbt --as thuky record "$ref" issued --at 2026-11-18 --issuer me
    bbt --as thuky record "$ref" issued --at 2026-11-18 --issuer other >/dev/null
    [ "$(clocks "$ref")" = 'langson/document-subject 2026-12-02T23:59 -' ]
}

@test "twelve hours of the clock run from when it happened, through a Sunday (BCA-5.7)" {
    house_of bca
    NOW=2026-11-22T09:00:00+07:00
    news "$L/n.eml"
    ref=$(take "$L/n.eml")
    bbt --as truongban reclassify "$ref" bca/incident --reason x >/dev/null
    bbt --as thuky record "$ref" occurred --at 2026-11-21T20:30:00+07:00 >/dev/null
    [ "$(clocks "$ref")" = 'bca/incident 2026-11-22T08:30 -' ]
}

# ---- notices of events (BCA-5.3b)

event_house() {
    house_of bca
    letter_at mx.bca.gov.vn "$L/e.eml" vtb@bca.gov.vn pass 'Thông báo sự kiện: mời cử phóng viên dự lễ khai trương' <<'TEXT'
Kính gửi Ban Biên tập,

Trân trọng thông báo và kính mời Ban Biên tập cử phóng viên dự, đưa tin lễ khai trương trụ sở.
TEXT
    ref=$(take "$L/e.eml")
    [ "$(bbt --json show "$ref" | jq -r .kind)" = bca/event-notice ]
}

@test "a notice of an event that had begun is late: list, show and its journal say so, and nothing is held up" {
    event_house
    bbt --as thuky record "$ref" event --at 2026-11-20T08:30:00+07:00 > "$L/out"
    grep -q 'TRỄ' "$L/out"
    [[ "$(bbt list)" == *'[báo muộn]'* ]]
    [ "$(bbt --json list | jq -c '.flags')" = '["late"]' ]
    bbt show "$ref" | grep -q 'late (thuky.*BCA-5.3b'
    [ "$(bbt --json show "$ref" | jq -c '[.work.flags[].flag]')" = '["late"]' ]
    [ "$(bbt --json show "$ref" | jq -c '.holds')" = '[]' ]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM journal WHERE what = 'FLAG' AND detail LIKE '%key=late%cite=BCA-5.3b%'")" = 1 ]
    run -0 bbt --as truongban flag "$ref" late --off --reason 'đã báo trước bằng điện thoại'
    [ "$(bbt --json list | jq -c '.flags')" = '[]' ]
}

@test "a notice that came before its event is not; the editor's appointment says when it is, too" {
    event_house
    run -0 bbt --as thuky event "$ref" --assign bientap --at 2026-11-20T08:31:00+07:00
    [ "$(clocks "$ref")" = 'bca/outside-event 2026-11-20T08:30 received' ]
    [ "$(bbt --json list | jq -c '.flags')" = '[]' ]
    run -0 bbt --as thuky event "$ref" --assign bientap --at 2026-11-19T08:00:00+07:00
    [ "$(bbt --json list | jq -c '.flags')" = '["late"]' ]
}

# ---- the inspectorate's reply (MIC-13.5d2)

@test "a request to publish the inspectorate's reply that came on paper is linked by number alone" {
    house
    complaint "$L/c.eml"
    about=$(take "$L/c.eml")
    ref=$(case_of mic/unit-activity)
    run -1 bbt --as thuky record "$ref" publication-request --at 2026-11-19T09:00:00+07:00 --about "$ref"
    run -1 bbt --as thuky record "$ref" available --at 2026-11-19 --about "$about"
    bbt --as thuky record "$ref" publication-request --at 2026-11-19T09:00:00+07:00 --about "$about" >/dev/null
    clocks "$ref" | grep -qx 'mic/complaint-reply 2026-12-03T23:59 -'
    [ "$(sqlite3 "$H/case.db" "SELECT a.ref, b.ref FROM links l JOIN submissions a ON a.id = l.submission JOIN submissions b ON b.id = l.other")" = "$ref|$about" ]
    bbt --as bientap show "$ref" > "$L/out"
    run -1 grep -q 'dan.thuong\|Văn Dân' "$L/out"
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    clocks "$ref" | grep -qx 'mic/complaint-reply 2026-12-03T23:59 published'
}

@test "whoever of the inspectorate writes, with the number of the complaint: ten working days from then" {
    house
    complaint "$L/c.eml"
    about=$(take "$L/c.eml")
    letter "$L/b.eml" lvc@mic.gov.vn pass "Đề nghị đăng tin trả lời đơn $about" <<'TEXT'
Kính gửi Ban Biên tập,

Thanh tra Bộ gửi nội dung trả lời, đề nghị Ban Biên tập đăng tin trên Cổng Thông tin điện tử.
TEXT
    ref=$(take "$L/b.eml")
    clocks "$ref" | grep -qx 'mic/complaint-reply 2026-12-04T23:59 -'
    sed 's/lvc@mic/vtb@mic/; s/b.eml@x/d.eml@x/; s/Thanh tra Bộ/Cục Viễn thông/' "$L/b.eml" > "$L/d.eml"
    ref=$(take "$L/d.eml")
    run -1 grep -q complaint-reply <(clocks "$ref")
}

# ---- review (LS-12.3)

@test "a text is handed to a reviewer: two working days from then, shown, by letter, ended by what he does" {
    house_of langson
    bbt --as root users add uyvien --roles member --login uyvien --address uyvien@langson.gov.vn >/dev/null
    news "$L/n.eml"
    ref=$(take "$L/n.eml")
    NOW=2026-11-24T16:00:00+07:00
    run -64 bbt --as truongban assign "$ref"
    run -1 bbt --as uyvien assign "$ref" --to uyvien
    run -1 bbt --as truongban assign "$ref" --to nobody
    run -1 bbt --as truongban assign "$ref" --to thanhtra
    run -0 bbt --as truongban assign "$ref" --to uyvien --reason 'xem lại số liệu'
    [ "$(clocks "$ref" | grep review)" = 'langson/review 2026-11-26T23:59 -' ]
    bbt show "$ref" | grep -q 'Đang duyệt: *uyvien, truongban giao 24/11/2026 16:00'
    [ "$(bbt --json show "$ref" | jq -r '.work.review.by')" = uyvien ]
    id=$(bbt --json outbox | jq -r 'select(.to == "uyvien@langson.gov.vn") | .id')
    bbt outbox --preview "$id" > "$L/preview"
    grep -q '26/11/2026' "$L/preview"
    grep -q 'xem lại số liệu' "$L/preview"
    run -1 bbt --as truongban assign "$ref" --to uyvien
    bbt --as thuky note "$ref" --reason 'đã nhắc' >/dev/null
    [ "$(clocks "$ref" | grep review)" = 'langson/review 2026-11-26T23:59 -' ]
    bbt --as uyvien note "$ref" --reason 'số liệu đúng' >/dev/null
    [ "$(clocks "$ref" | grep review)" = 'langson/review 2026-11-26T23:59 reviewed' ]
    [ "$(bbt --json show "$ref" | jq -r '.work.review')" = null ]
    run -0 bbt audit verify
}

@test "to record after a term that it was kept needs a reason; that it was not kept needs none" {
    house_of langson
    news "$L/n.eml"
    ref=$(take "$L/n.eml")
    bbt --as truongban assign "$ref" --to bientap >/dev/null # until Tuesday the 24th
    NOW=2026-12-10T09:00:00+07:00
    run -1 bbt --as thuky record "$ref" reviewed --at 2026-11-24T17:00:00+07:00
    [[ "$output" == *'24/11/2026 23:59'*--reason* ]]
    run -0 bbt --as thuky record "$ref" reviewed --at 2026-11-24T17:00:00+07:00 --reason 'phiếu duyệt ngày 24/11'
    run -0 bbt show "$ref"
    [[ "$(tr -s ' \n' ' ' <<< "$output")" == *'phiếu duyệt ngày 24/11'* ]]
    bbt --as truongban assign "$ref" --to thuky >/dev/null
    NOW=2026-12-20T09:00:00+07:00
    run -0 bbt --as thuky record "$ref" reviewed --at 2026-12-19T09:00:00+07:00
    [[ "$output" == *TRỄ* ]]
}

@test "handed on, the term runs anew for the next; what is overdue is his; a person may record it; a refusal ends it" {
    house_of langson
    bbt --as root users add uyvien --roles member --login uyvien >/dev/null
    news "$L/n.eml"
    ref=$(take "$L/n.eml")
    bbt --as truongban assign "$ref" --to uyvien >/dev/null
    NOW=2026-11-25T09:00:00+07:00
    bbt --json timers | jq -e '[.matters[] | select(.rule == "langson/review")] | length == 1'
    bbt --as truongban assign "$ref" --to bientap >/dev/null
    [ "$(clocks "$ref" | grep review)" = $'langson/review 2026-11-24T23:59 handed-over\nlangson/review 2026-11-27T23:59 -' ]
    bbt --json timers | jq -e '[.matters[] | select(.rule == "langson/review")] == []'
    run -1 bbt --as thuky record "$ref" handed-over --at "$NOW"
    bbt --as thuky record "$ref" reviewed --at "$NOW" >/dev/null
    [ "$(bbt --json show "$ref" | jq -r '.work.review')" = null ]
    bbt --as truongban assign "$ref" --to bientap >/dev/null
    bbt --as truongban refuse "$ref" --ground 7.4 --reason 'không đúng quy định' >/dev/null
    clocks "$ref" | tail -1 | grep -q 'langson/review .* refused'
    [ "$(bbt --json show "$ref" | jq -r '.work.review')" = null ]
    run -1 bbt --as truongban assign "$ref" --to bientap
}

@test "the reviewer answers our letter: his word is his review though his role approves nothing" {
    house_of langson
    bbt --as root users add uyvien --roles member --login uyvien --address uyvien@langson.gov.vn >/dev/null
    letter_at mx.google.com "$L/n.eml" vtb@langson.gov.vn pass 'Tin: Hội đàm' <<<'Đề nghị đăng tin: Sáng nay, tại Lạng Sơn, Sở Ngoại vụ đã tổ chức hội đàm với đoàn bạn về công tác biên giới.'
    ref=$(take "$L/n.eml")
    bbt --as truongban assign "$ref" --to uyvien >/dev/null
    token=$(sqlite3 "$H/case.db" "SELECT subject FROM outbox WHERE key LIKE 'review-request/%'" | grep -oE '[0-9a-hjkmnp-tv-z]{26}')
    letter_at mx.google.com "$L/x.eml" la@gmail.com pass "Re: ($token)" <<< 'Duyệt'
    bbt ingest "$L/x.eml" >/dev/null
    [ "$(clocks "$ref" | grep review | cut -d' ' -f3)" = - ]
    letter_at mx.google.com "$L/y.eml" uyvien@langson.gov.vn pass "Re: ($token)" <<< 'Duyệt'
    bbt ingest "$L/y.eml" >/dev/null
    [ "$(clocks "$ref" | grep review | cut -d' ' -f3)" = reviewed ]
    [ "$(bbt --json show "$ref" | jq -c '.work.approvals')" = '[]' ]
    sqlite3 "$H/case.db" "SELECT user, detail FROM journal WHERE what = 'NOTE' AND detail LIKE '%key=review%'" | grep -q 'uyvien|.*agreed'
}

# ---- the notice of progress (LS-9.7)

@test "an interim notice says until when, by letter; its date is the second term, and a later notice replaces it" {
    house_of langson
    question_at mx.google.com "$L/q.eml" dan.thuong@gmail.com pass
    ref=$(take "$L/q.eml")
    [ "$(clocks "$ref")" = 'langson/answer 2026-12-11T23:59 -' ]
    run -64 bbt --as thuky interim "$ref"
    run -64 bbt --as thuky interim "$ref" --until 2026-11-19
    run -64 bbt --as thuky interim "$ref" --until 2026-12-20T09:00:00+07:00
    run -1 bbt --as thanhtra interim "$ref" --until 2026-12-20
    run -1 bbt --as thuky interim "$ref" --until 9999-12-31 # it would be no term at all
    run -1 bbt --as thuky interim "$ref" --until 2062-12-20
    run -1 bbt --as thuky interim "$ref" --until 2026-12-20 --to trungtamttvdnls+c-1@gmail.com # ourselves
    [ -z "$(bbt --json outbox)" ]
    bbt --as thuky interim "$ref" --until 2026-12-20 --reason 'chờ ý kiến Bộ Ngoại giao' >/dev/null
    [ "$(clocks "$ref")" = $'langson/answer 2026-12-11T23:59 interim\nlangson/promised 2026-12-20T23:59 -' ]
    bbt outbox --preview 1 > "$L/preview"
    grep -q 'dan.thuong@gmail.com' "$L/preview"
    grep -q 'hết ngày 20/12/2026' "$L/preview"
    grep -q 'chờ ý kiến Bộ Ngoại giao' "$L/preview"
    bbt --as thuky interim "$ref" --until 2026-12-25 >/dev/null
    [ "$(clocks "$ref")" = $'langson/answer 2026-12-11T23:59 interim\nlangson/promised 2026-12-20T23:59 interim\nlangson/promised 2026-12-25T23:59 -' ]
    [ "$(bbt --json outbox | wc -l)" = 2 ]
    printf 'Ông nộp hồ sơ tại Sở Ngoại vụ.\n' > "$L/answer"
    bbt --as bientap answer "$ref" --file "$L/answer" >/dev/null
    [ "$(clocks "$ref" | tail -1)" = 'langson/promised 2026-12-25T23:59 answered' ]
    run -1 bbt --as thuky interim "$ref" --until 2026-12-30
    run -1 bbt --as thuky record "$ref" interim --at "$NOW"
    run -1 grep -rqa 'dan.thuong' <(sqlite3 "$H/case.db" 'SELECT detail FROM journal')
    run -0 bbt audit verify
}

@test "no notice goes to an address that nobody proved, but to one that a person names" {
    house_of langson
    question_at mx.google.com "$L/q.eml" dan.thuong@gmail.com none
    ref=$(take "$L/q.eml")
    run -1 bbt --as thuky interim "$ref" --until 2026-12-20
    [[ "$output" == *--to* ]]
    run -1 bbt --as thuky interim "$ref" --until 2026-12-20 --to 'khong phai dia chi'
    [ "$(clocks "$ref")" = 'langson/answer 2026-12-11T23:59 -' ]
    bbt --as thuky interim "$ref" --until 2026-12-20 --to dan.that@gmail.com >/dev/null
    [ "$(bbt --json outbox | jq -r .to)" = dan.that@gmail.com ]
}

@test "where the rules know no such notice there is none; news is no question" {
    house
    question_at mx.mic.gov.vn "$L/q.eml" dan.thuong@gmail.com pass
    ref=$(take "$L/q.eml")
    run -1 bbt --as thuky interim "$ref" --until 2026-12-20
    [ "$(clocks "$ref")" = 'mic/answer 2026-11-27T23:59 -' ]
    news "$L/n.eml"
    run -1 bbt --as thuky interim "$(take "$L/n.eml")" --until 2026-12-20
    [ -z "$(bbt --json outbox | grep interim)" ]
}
