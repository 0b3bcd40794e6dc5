#!/usr/bin/env bats
# A citizen's question: passed to its unit without who asks, answered by that unit alone, published with the
# answer (QC-1..5, MIC-13.5d, BCA-5.10, LS-9.7, DL-7).
load lib

setup() {
    L=$BATS_TEST_TMPDIR
    profile=mic
    open_house
}

open_house() {
    H=$L/house
    rm -rf "$H"
    "$BBT" --now "$NOW" init "$H" --profile "$profile" --trial >/dev/null
    {
        directory
        printf 'mic\tTTra\tThanh tra Bộ\tcontact\tHồ Thị G\tChuyên viên\thtg@mic.gov.vn\n'
        printf 'bca\tC06\tCục C06\tcontact\tBùi Văn H\tCán bộ\tbvh@bocongan.gov.vn\n'
        printf 'langson\tSNV\tSở Nội vụ\tcontact\tNông Thị I\tChuyên viên\tnti@langson.gov.vn\n'
    } > "$L/directory.tsv"
    bbt units import "$L/directory.tsv" >/dev/null
}

question() {
    letter "$L/q.eml" "${1:-dinhngocmai@hopthu.example}" "${2:-pass}" 'Hoi ve thu tuc chuyen mang giu so' <<'TEXT'
Kính gửi Ban Biên tập,

Tôi là Đinh Ngọc Mai, trú tại số 7 Lê Lợi, phường 2, số điện thoại 0912 345 678, CCCD 001099012345.
Cho tôi hỏi: thuê bao di động trả trước muốn chuyển sang mạng viễn thông khác mà vẫn giữ số thì cần giấy tờ gì, nộp ở đâu?

Rất mong được giải đáp. Tôi xin cảm ơn.
Đinh Ngọc Mai
TEXT
    sed -i 's/^From: \(.*\)\r/From: Dinh Ngoc Mai <\1>\r/' "$L/q.eml"
    ref=$(bbt --json ingest "$L/q.eml" | ref_of)
}

# The letter of that template, as it goes out.
outgoing() {
    number=$(bbt --json outbox | sed -n "s/.*\"id\":\([0-9]*\),\"key\":\"$1.*/\1/p" | tail -1)
    [ -n "$number" ] && bbt --as thuky outbox --preview "$number"
}

# reply FILE FROM AUTH < text, to the letter in $L/sent
reply() {
    local id
    id=$(sed -n 's/^Message-ID: <\(.*\)>.*$/\1/p' "$L/sent")
    letter "$1" "$2" "$3" "Re: tra loi"
    sed -i "s/^Date: .*/In-Reply-To: <$id>\r\nReferences: <$id>\r/" "$1"
    sed -i "s/^Message-ID: .*/Message-ID: <$(basename "$1").$RANDOM@x>\r/" "$1"
}

state() {
    bbt --json show "$ref" | jq -r .state
}

# The newest case waits for a person, for that reason.
held() {
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM holds h WHERE h.reason = '$1' AND h.ended IS NULL
        AND h.submission = (SELECT max(id) FROM submissions)")" = 1 ]
}

passed() {
    question
    bbt assign "$ref" --unit CVT --as thuky >/dev/null
    outgoing question-forward > "$L/sent"
}

@test "each working day a question goes to its unit, by a letter with a token and without who asks" {
    question
    [ "$(bbt --json show "$ref" | jq -r .unit)" = CVT ]
    bbt --json questions | jq -e --arg r "$ref" '.unrouted[0] | .submission == $r and .why == null'
    "$BBT" --house "$H" --now 2026-11-22T09:00:00+07:00 --json questions route --daily | jq -e '.passed == 0'
    bbt --json questions route --daily | jq -e '.passed == 1 and .unrouted == []'
    bbt --json questions route --daily | jq -e '.passed == 0'
    [ "$(state)" = routed ]
    outgoing question-forward > "$L/sent"
    grep -q '^To: vtb@mic.gov.vn' "$L/sent"
    grep -q 'giữ số thì cần giấy tờ gì' "$L/sent"
    run -1 grep -Ei 'Đinh Ngọc Mai|dinhngocmai|0912|001099|Lê Lợi' "$L/sent"
}

@test "what has no unit, or is held, waits for a person and says why" {
    letter "$L/q.eml" ai.do@hopthu.example pass 'Cau hoi' <<< $'Kính gửi Ban Biên tập,\n\nCho tôi hỏi: muốn đăng ký thường trú thì cần giấy tờ gì, nộp ở đâu? Rất mong được giải đáp.'
    ref=$(bbt --json ingest "$L/q.eml" | ref_of)
    bbt --json questions route | jq -e --arg r "$ref" '.passed == 0 and (.unrouted[0] | .submission == $r and .why != null)'
    [ "$(state)" = received ]
    run bbt questions
    [ "$status" -eq 0 ]
    [[ $output == *"$ref"* ]]
}

@test "the unit's own answer attaches, ends the term, and is published with the question, masked" {
    passed
    reply "$L/a.eml" vtb@mic.gov.vn pass <<< 'Người dùng nộp đơn tại điểm giao dịch của doanh nghiệp, kèm giấy tờ tùy thân.'
    [ "$(bbt --json ingest "$L/a.eml" | ref_of)" = "$ref" ]
    [ "$(state)" = answered ]
    bbt --json deadline explain "$ref" | jq -e '.deadlines | all(.ended_by == "answered")'
    bbt --as truongban approve "$ref"
    bbt --as thuky publish "$ref"
    bbt site build >/dev/null
    page=$(grep -rl 'điểm giao dịch của doanh nghiệp' "$H" --include='*.html' | head -1)
    grep -q 'giữ số thì cần giấy tờ gì' "$page"
    run -1 grep -rEi 'Đinh Ngọc Mai|dinhngocmai|0912 345|001099012345|Lê Lợi' "$H" --include='*.html' --include='*.xml'
    run -0 bbt fsck
}

@test "a colleague of the unit who is registered may answer with its token" {
    passed
    reply "$L/a.eml" nva@mic.gov.vn pass <<< 'Người dùng nộp đơn tại điểm giao dịch.'
    [ "$(bbt --json ingest "$L/a.eml" | ref_of)" = "$ref" ]
    [ "$(state)" = answered ]
}

@test "another unit, a stranger, an unproved sender: nothing is answered" {
    passed
    for row in 'lvc@mic.gov.vn pass' 'la@hopthu.example pass' 'vtb@mic.gov.vn none' 'vtb@mic.gov.vn fail'; do
        set -- $row
        reply "$L/$1.$2.eml" "$1" "$2" <<< 'Người dùng nộp đơn tại điểm giao dịch.'
        bbt --json ingest "$L/$1.$2.eml" >/dev/null
        [ "$(state)" = routed ] || { echo "answered by $row"; return 1; }
        held answer || { echo "nobody sees the letter of $row"; return 1; }
    done
    run -1 grep -q dinhngocmai <(bbt --json outbox | grep -v received/)
}

@test "a second letter of the unit is kept and changes nothing" {
    passed
    reply "$L/a.eml" vtb@mic.gov.vn pass <<< 'Câu trả lời thứ nhất.'
    bbt ingest "$L/a.eml" >/dev/null
    reply "$L/b.eml" vtb@mic.gov.vn pass <<< 'Câu trả lời thứ hai.'
    [ "$(bbt --json ingest "$L/b.eml" | ref_of)" = "$ref" ]
    bbt show "$ref" > "$L/shown"
    grep -q 'thứ nhất' "$L/shown"
    run -1 grep -q 'thứ hai' "$L/shown"
    # and the first is not published before somebody has read the second
    run -1 bbt --as truongban approve "$ref"
    bbt --as thuky release "$ref" --hold answer --reason 'da doc, chi la cam on' > /dev/null
    bbt --as truongban approve "$ref"
}

@test "the right unit under the question, but without its token: a person looks" {
    passed
    reply "$L/a.eml" vtb@mic.gov.vn pass <<< 'Người dùng nộp đơn tại điểm giao dịch.'
    token=$(sed -n 's/^Message-ID: <\([0-9a-z]\{26\}\)\..*/\1/p' "$L/sent")
    [ ${#token} -eq 26 ]
    # a client that makes its own ids and cuts the subject: the reference alone is left
    sed -i "/^In-Reply-To/d; /^References/d; s/^Subject: .*/Subject: Re: $ref\r/; s/$token/0123456789abcdefghjkmnpqr0/" "$L/a.eml"
    bbt --json ingest "$L/a.eml" > /dev/null
    [ "$(state)" = routed ]
    held answer
    # a token that never was ours
    letter "$L/b.eml" vtb@mic.gov.vn pass "Re: $ref (0123456789abcdefghjkmnpqr0)" <<< 'Nộp đơn tại điểm giao dịch nhé.'
    bbt --json ingest "$L/b.eml" > /dev/null
    [ "$(state)" = routed ]
    held answer
    run bbt --lang en --as bientap list --hold answer
    [ "$(grep -c BBT- <<< "$output")" = 2 ]
    # the asker writes again: that is no answer, and nobody has to look for whose
    letter "$L/c.eml" dinhngocmai@hopthu.example pass "Re: $ref" <<< 'Cho tôi hỏi bao giờ thì có trả lời về thủ tục chuyển mạng giữ số? Rất mong được giải đáp.'
    bbt --json ingest "$L/c.eml" > /dev/null
    run -1 held answer
}

@test "an answer that names two questions is nobody's until a person says whose (QC-3)" {
    passed
    first=$ref
    cp "$L/sent" "$L/sent1"
    letter "$L/q2.eml" ai.do@hopthu.example pass 'Hoi ve sim' <<< $'Kính gửi Ban Biên tập,\n\nCho tôi hỏi: sim trả trước muốn chuyển sang trả sau thì thuê bao di động cần giấy tờ gì, nộp ở đâu? Rất mong được giải đáp.'
    ref=$(bbt --json ingest "$L/q2.eml" | ref_of)
    bbt assign "$ref" --unit CVT --as thuky > /dev/null
    outgoing question-forward > "$L/sent"
    one=$(sed -n 's/^Message-ID: <\(.*\)>.*$/\1/p' "$L/sent1")
    for what in "In-Reply-To: <$one>" "References: <$one>" "Subject: Re: $first"; do
        reply "$L/two.eml" vtb@mic.gov.vn pass <<< "Nộp đơn tại điểm giao dịch ($what)."
        case $what in
        Subject*) sed -i "s/^Subject: .*/$what\r/" "$L/two.eml" ;;
        References*) sed -i "s/^References: \(.*\)\r/References: <$one> \1\r/" "$L/two.eml" ;;
        *) sed -i "s/^In-Reply-To: .*/$what\r/" "$L/two.eml" ;;
        esac
        bbt --json ingest "$L/two.eml" > "$L/report"
        for r in "$first" "$ref"; do [ "$(bbt --json show "$r" | jq -r .state)" = routed ] || { echo "$what"; return 1; }; done
        held answer || { echo "$what"; cat "$L/report"; return 1; }
    done
    # with one alone each is answered
    reply "$L/good.eml" vtb@mic.gov.vn pass <<< 'Nộp đơn tại điểm giao dịch.'
    [ "$(bbt --json ingest "$L/good.eml" | ref_of)" = "$ref" ]
    [ "$(state)" = answered ]
}

@test "the token survives the loss of Reply-To, of the subject, of References (QC-3)" {
    for lost in Subject References In-Reply-To; do
        open_house
        passed
        reply "$L/a.eml" vtb@mic.gov.vn pass <<< 'Người dùng nộp đơn tại điểm giao dịch.'
        token=$(sed -n 's/^Message-ID: <\([0-9a-z]\{26\}\)\..*/\1/p' "$L/sent")
        case $lost in
        Subject) sed -i "s/^Subject: .*/Subject: tra loi\r/" "$L/a.eml" ;;
        References) sed -i '/^References/d' "$L/a.eml" ;;
        *) sed -i "/^In-Reply-To/d; /^References/d; s/^Subject: .*/Subject: Re: ($token)\r/" "$L/a.eml" ;;
        esac
        [ "$(bbt --json ingest "$L/a.eml" | ref_of)" = "$ref" ] || { echo "$lost"; return 1; }
        [ "$(state)" = answered ]
    done
}

@test "staff record an answer from a file" {
    question
    run bbt answer "$ref"
    [ "$status" -eq 64 ]
    : > "$L/empty.txt"
    run bbt --as thuky answer "$ref" --file "$L/empty.txt"
    [ "$status" -eq 65 ]
    echo 'Nộp tại điểm giao dịch.' > "$L/answer.txt"
    bbt --as thuky --json answer "$ref" --file "$L/answer.txt" | jq -e '.state == "answered"'
    bbt show "$ref" | grep -q 'Nộp tại điểm giao dịch'
    bbt --as truongban approve "$ref"
}

@test "only a recorded co-operation makes five days ten, and the other unit is asked" {
    passed
    [ "$(bbt --json deadline explain "$ref" | jq -r '[.deadlines[] | select(.ended_by == null)][0].rule')" = mic/answer ]
    run bbt --as thuky consult "$ref" --unit CVT
    [ "$status" -eq 1 ]
    run bbt --as thuky consult "$ref" --unit XYZ
    [ "$status" -eq 1 ]
    bbt --as thuky consult "$ref" --unit TTra --reason 'phần xử phạt'
    [ "$(bbt --json deadline explain "$ref" | jq -r '[.deadlines[] | select(.ended_by == null)][0].rule')" = mic/answer-joint ]
    outgoing question-consult > "$L/sent"
    grep -q '^To: htg@mic.gov.vn' "$L/sent"
    reply "$L/c.eml" htg@mic.gov.vn pass <<< 'Ý kiến phối hợp.'
    [ "$(bbt --json ingest "$L/c.eml" | ref_of)" = "$ref" ]
    [ "$(state)" = routed ]
}

@test "out of scope: the asker hears it at once, with its ground, only where his address is proved" {
    question
    bbt --as thuky refuse "$ref" --ground 14.4a --reason 'Không thuộc phạm vi của Cổng'
    outgoing refused > "$L/sent"
    grep -q '^To: dinhngocmai@hopthu.example' "$L/sent"
    open_house
    question dinhngocmai@hopthu.example none
    bbt --as thuky refuse "$ref" --ground 14.4a --reason 'Không thuộc phạm vi của Cổng'
    run -1 outgoing refused
}

@test "BCA: the clock starts when the unit has the question, not before" {
    profile=bca
    open_house
    letter "$L/q.eml" ai.do@hopthu.example pass 'Hoi ve can cuoc' <<< $'Kính gửi Cổng Thông tin điện tử,\n\nCho tôi hỏi: đổi thẻ căn cước cần giấy tờ gì, nộp ở đâu? Rất mong được giải đáp câu hỏi này.'
    ref=$(bbt --json ingest "$L/q.eml" | ref_of)
    bbt --json deadline explain "$ref" | jq -e '[.deadlines[] | select(.rule == "bca/answer")] == []'
    "$BBT" --house "$H" --now 2026-11-23T10:00:00+07:00 --as thuky assign "$ref" --unit C06
    bbt --json deadline explain "$ref" | jq -e '[.deadlines[] | select(.rule == "bca/answer")][0].start == "2026-11-23T10:00:00+07:00"'
}

@test "news goes to a unit for its opinion by letter, and on by that unit's own answer; the text stays (MIC-13.4)" {
    news "$L/n.eml"
    ref=$(bbt --json ingest "$L/n.eml" | ref_of)
    run -1 bbt --as thuky consult "$ref" --unit XYZ
    run -1 bbt --as thanhtra consult "$ref" --unit TTra
    bbt --as thuky consult "$ref" --unit TTra --reason 'phần xử phạt' >/dev/null
    [ "$(state)" = consulting ]
    outgoing consult > "$L/sent"
    grep -q '^To: htg@mic.gov.vn' "$L/sent"
    grep -q 'khai trương mạng cáp quang' "$L/sent"
    before=$(bbt --json show "$ref" | jq -r .body)
    reply "$L/b.eml" vtb@mic.gov.vn pass <<< 'Chúng tôi thấy được.'
    bbt ingest "$L/b.eml" >/dev/null
    [ "$(state)" = consulting ]
    reply "$L/c.eml" htg@mic.gov.vn pass <<< 'Thanh tra thấy nội dung đúng quy định.'
    [ "$(bbt --json ingest "$L/c.eml" | ref_of)" = "$ref" ]
    [ "$(state)" = edited ]
    [ "$(bbt --json show "$ref" | jq -r .body)" = "$before" ]
    bbt show "$ref" > "$L/shown"
    tr -s '\n ' ' ' < "$L/shown" | grep -q 'Thanh tra thấy nội dung đúng quy định'
    bbt --as thuky consult "$ref" --unit CVT >/dev/null
    echo 'Không có ý kiến.' > "$L/opinion.txt"
    bbt --as thuky answer "$ref" --file "$L/opinion.txt" >/dev/null
    [ "$(state)" = edited ]
    bbt show "$ref" | grep -q 'Không có ý kiến'
}

@test "a list with nothing in it says so, and names our letters in the reader's language" {
    run -0 bbt questions
    [ "$output" = 'Không có câu hỏi nào chờ chuyển đơn vị.' ]
    run -0 bbt timers
    [ "$output" = 'Không có việc nào quá hạn, không có việc nào cần người.' ]
    news "$BATS_TEST_TMPDIR/empty.eml"
    ref=$(bbt --json ingest "$BATS_TEST_TMPDIR/empty.eml" | ref_of)
    bbt --as thuky return "$ref" --todo x > /dev/null
    bbt outbox > "$BATS_TEST_TMPDIR/outbox"
    grep -q 'Trả lại chỉnh sửa BBT' "$BATS_TEST_TMPDIR/outbox"
    bbt show "$ref" > "$BATS_TEST_TMPDIR/shown"
    grep -q 'Gửi thư: Trả lại chỉnh sửa' "$BATS_TEST_TMPDIR/shown"
}
