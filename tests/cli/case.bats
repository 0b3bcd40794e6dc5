#!/usr/bin/env bats
# A case after its receipt: what show says of it, what is sent again, what is called something else (LS-7.4, CL-8).
load lib

LATER=2026-11-23T09:00:00+07:00

setup() {
    house
    L=$BATS_TEST_TMPDIR
}

later() {
    "$BBT" --house "$H" --now "$LATER" "$@"
}

ingest() {
    bbt --json ingest "$1" | ref_of
}

sql() {
    sqlite3 "$H/case.db" "$1"
}

# field EXPRESSION: of `d`, the case as show --json says it
shown() {
    bbt --as truongban --json show "$ref" | python3 -c "import json, sys; d = json.load(sys.stdin); print($1)"
}

# again FILE FROM AUTH < text: an answer to the letter that told the sender what to correct.
again() {
    local id
    id=$(sql "SELECT message_id FROM outbox WHERE key LIKE 'returned/%'")
    letter "$1.x" "$2" "$3" 'Re: Đề nghị đăng tin' | cat
    sed "s/^Message-ID:/In-Reply-To: <$id>\r\nReferences: <$id>\r\nMessage-ID:/; s/Fri, 20 Nov 2026 08:/Mon, 23 Nov 2026 08:/" "$1.x" > "$1"
}

returned() {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    bbt --as bientap return "$ref" --todo 'Bổ sung ảnh' >/dev/null
    [ "$(shown 'd["state"]')" = returned ]
    [ "$(shown 'd["deadlines"][0]["ended_by"]')" = returned ]
}

@test "what the sender sends again goes on in its case, and its clock starts anew (LS-7.4)" {
    returned
    again "$L/b.eml" vtb@mic.gov.vn pass <<<'Cục Viễn thông gửi lại tin kèm ảnh.'
    [ "$(later --json ingest "$L/b.eml" | ref_of)" = "$ref" ]
    [ "$(shown 'd["state"]')" = received ]
    [ "$(shown 'len(d["deadlines"]), d["deadlines"][-1]["ended"], d["deadlines"][-1]["due"]')" = \
        "2 None 2026-11-23T13:30:00+07:00" ]
    [[ "$(shown 'd["body"]')" == *"khai trương"* ]] # a note is no text to publish
}

@test "a corrected text is a version of the case, not a case (LS-7.4)" {
    returned
    again "$L/b.eml" vtb@mic.gov.vn pass < <(printf 'Tin đã sửa: %s\n' 'Sáng ngày 19/11/2026, tại Hà Nội, Cục Viễn thông đã tổ chức lễ khai trương mạng cáp quang thứ hai. Tham dự buổi lễ có lãnh đạo Bộ và đại diện các doanh nghiệp. Phát biểu tại buổi lễ, Cục trưởng nhấn mạnh vai trò của hạ tầng điện tử.')
    later ingest "$L/b.eml" >/dev/null
    [[ "$(shown 'd["body"]')" == "Tin đã sửa"* ]]
    [ "$(sql 'SELECT count(*) FROM submissions')" = 1 ]
    [ "$(sql 'SELECT count(*) FROM contents')" = 2 ]
}

@test "files that are sent again are a version: what was approved with the others is approved anew (LS-14.2)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap return "$ref" --todo 'Bổ sung ảnh' >/dev/null
    again "$L/b.eml" vtb@mic.gov.vn pass <<<'Cục Viễn thông gửi lại tin kèm bảng số liệu.'
    python3 - "$L/b.eml" <<'PY'
import sys
head, body = open(sys.argv[1], "rb").read().split(b"\r\n\r\n", 1)
head = head.replace(b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit", b"Content-Type: multipart/mixed; boundary=b")
text = b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body
file = b'\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="so-lieu.csv"\r\n\r\na,b\r\n1,2\r\n--b--\r\n'
open(sys.argv[1], "wb").write(head + b"\r\n\r\n" + text + file)
PY
    [ "$(later --json ingest "$L/b.eml" | ref_of)" = "$ref" ]
    [[ "$(shown 'd["body"]')" == *"khai trương"* ]]
    sql 'SELECT extra FROM contents ORDER BY id DESC LIMIT 1' | grep -q 'so-lieu.csv'
    [ "$(shown 'len(d["work"]["approvals"])')" -eq 0 ]
}

@test "nobody but the sender, proved, sends it again" {
    returned
    for who in 'nva@mic.gov.vn pass' 'vtb@mic.gov.vn fail' 'vtb@mic.gov.vn none'; do
        # shellcheck disable=SC2086
        again "$L/b-${who%% *}${who##* }.eml" $who <<<'Chúng tôi gửi lại tin kèm ảnh.'
        later ingest "$L/b-${who%% *}${who##* }.eml" >/dev/null
        [ "$(shown 'd["state"]')" = returned ]
    done
}

# A document whose number was left open, held, and returned for it.
unnumbered() {
    document "$L/d.eml" '     ' 'Cổng Thông tin điện tử Bộ;'
    ref=$(ingest "$L/d.eml")
    [ "$(shown '[h["reason"] for h in d["holds"]]')" = "['not-issued']" ]
    bbt --as bientap return "$ref" --todo 'Gửi bản có số' >/dev/null
}

# sent FILE NUMBER RECIPIENT [FROM AUTH]: the document, as an answer
sent() {
    document "$1.d" "$2" "$3"
    sed '1,/^\r*$/d; s/\r$//' "$1.d" | again "$1" "${4:-vtb@mic.gov.vn}" "${5:-pass}"
    later ingest "$1" >/dev/null
}

@test "a document that is sent again is judged by its own number, date and recipients (LS-7.4, MIC-13.5b1)" {
    unnumbered
    sent "$L/e.eml" 146 'Các đơn vị thuộc Bộ;'
    [ "$(shown 'd["state"]')" = received ]
    [ "$(shown '[h["reason"] for h in d["holds"]]')" = "['portal-recipient']" ]
    [ "$(shown 'd["report"]["fields"]["doc_number"], d["report"]["fields"]["doc_date"]')" = "146/BTTTT-CVT 2026-11-19" ]
    [ "$(shown '[c["rule"] for c in d["deadlines"] if c["start"].startswith("2026-11-19T00")]')" = "['mic/document-supply']" ]
    [[ "$(shown 'd["body"]')" == *"146/BTTTT-CVT"* ]]
    run -0 bbt --as truongban show "$ref"
    [[ $output == *146/BTTTT-CVT* ]]
    sql "SELECT detail FROM journal WHERE what = 'RELEASE'" | grep -q 'key=not-issued.*cite=MIC-13.5b2'
}

@test "an answer that only speaks of the number, or that nobody proved, settles nothing" {
    unnumbered
    for who in none fail; do
        sent "$L/e-$who.eml" 146 'Cổng Thông tin điện tử Bộ;' vtb@mic.gov.vn "$who"
        [ "$(shown 'd["state"], [h["reason"] for h in d["holds"]]')" = "returned ['not-issued']" ]
        [ "$(shown 'd["report"]["fields"].get("doc_number")')" = None ]
    done
    again "$L/f.eml" vtb@mic.gov.vn pass <<<'Công văn nay đã có số 146/BTTTT-CVT ngày 19/11/2026.'
    later ingest "$L/f.eml" >/dev/null
    [ "$(shown 'd["state"], [h["reason"] for h in d["holds"]]')" = "received ['not-issued']" ]
    [ "$(shown 'd["report"]["fields"].get("doc_number")')" = None ]
}

# damaged FILE SUBJECT: a note, and a text that does not open
damaged() {
    letter "$1" vtb@mic.gov.vn pass "$2" <<'TEXT'
Kính gửi Ban Biên tập,

Cục Viễn thông gửi tin về lễ khai trương mạng cáp quang trong tệp kèm theo, đề nghị đăng tin trên Cổng Thông tin điện tử.
TEXT
    python3 - "$1" <<'PY'
import base64, sys
head, body = open(sys.argv[1], "rb").read().split(b"\r\n\r\n", 1)
head = head.replace(b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit", b"Content-Type: multipart/mixed; boundary=b")
text = b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body
file = b'\r\n--b\r\nContent-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="tin-bai.docx"\r\n\r\n' + base64.encodebytes(b"PK\x03\x04" + bytes(range(256)) * 4) + b"\r\n--b--\r\n"
open(sys.argv[1], "wb").write(head + b"\r\n\r\n" + text + file)
PY
}

@test "news in a file that does not open is held, and its sender hears of it though he had a letter today (RP-2)" {
    damaged "$L/a.eml" 'Đề nghị đăng tin: Khai trương mạng cáp quang'
    damaged "$L/b.eml" 'Đề nghị đăng tin: Hội nghị tổng kết'
    for n in a b; do
        ref=$(ingest "$L/$n.eml")
        [ "$(shown 'd["category"], [(h["reason"], h["detail"]) for h in d["holds"]]')" = "news [('unreadable', 'tin-bai.docx')]" ]
    done
    [ "$(sql "SELECT count(*) FROM outbox WHERE key LIKE 'unreadable/%'")" = 2 ]
    [ "$(sql "SELECT max(next_try) - min(next_try) FROM outbox WHERE key LIKE 'unreadable/%'")" = 86400 ]
    run -1 bbt --as truongban approve "$ref"
}

question() {
    letter "$L/q.eml" dan.thuong@gmail.com pass 'Hỏi về chuyển mạng giữ số' <<'TEXT'
Kính gửi Ban Biên tập,

Cho tôi hỏi: tôi muốn chuyển mạng giữ nguyên số thuê bao di động thì cần giấy tờ gì, nộp ở đâu và mất bao lâu? Tôi xin cảm ơn.
TEXT
    ref=$(ingest "$L/q.eml")
}

@test "show says who should have it, why and by which article, and each clock with its end" {
    question
    run -0 bbt show "$ref"
    [[ "$output" == *"Đề xuất chuyển"*"CVT (Lĩnh vực"*"MIC-"* ]]
    [[ "$output" == *"Hạn:"*"27/11/2026 23:59"*"mic/answer, MIC-11.2a3"* ]]
    [ "$(shown '[(r["to"], bool(r["why"]), r["cite"][:4]) for r in d["route"]]')" = "[('CVT', True, 'MIC-')]" ]
    [ "$(shown '[(c["rule"], c["due"]) for c in d["deadlines"]]')" = "[('mic/answer', '2026-11-27T23:59:59+07:00')]" ]
}

@test "called a complaint: proposed to the inspectorate, other clocks, and no letter of it goes out any more" {
    returned
    queued=$(sql "SELECT count(*) FROM outbox WHERE state = 'queued'")
    [ "$queued" -gt 0 ]
    run -0 bbt --as bientap reclassify "$ref" mic/complaint --reason 'nội dung là khiếu nại'
    [ "$(sql "SELECT count(*) FROM outbox WHERE state = 'queued'")" = 0 ]
    [ "$(sql "SELECT DISTINCT error FROM outbox WHERE ref = '$ref'")" = restricted ]
    [ "$(shown '[r["to"] for r in d["route"]], d["unit"]')" = "['TTra'] TTra" ]
    [ "$(shown '[c["rule"] for c in d["deadlines"] if not c["ended"]]')" = '[]' ]
}

@test "whom a case names that is called a denunciation, he does not open it" {
    bbt users add chanhtt --name 'Lưu Văn Chánh' --roles inspector >/dev/null
    bbt users add thanhtra2 --name 'Đỗ Thị Khác' --roles inspector >/dev/null
    question
    sed -i 's/Cho tôi hỏi:/Ông Lưu Văn Chánh đã trả lời tôi, cho tôi hỏi:/; s/<q.eml@x>/<q2.eml@x>/; s/08:29:00/08:29:30/' "$L/q.eml"
    ref=$(ingest "$L/q.eml")
    run -0 bbt --as bientap reclassify "$ref" mic/denunciation --reason 'thực ra là tố cáo'
    run -1 bbt --as chanhtt show "$ref"
    run -1 bbt --as chanhtt note "$ref" --reason 'của tôi'
    run -0 bbt --as thanhtra2 show "$ref"
}

@test "called a denunciation of those who would get it: held, until chief or inspector end it with a reason" {
    letter "$L/d.eml" dan.thuong@gmail.com pass 'Về một việc' <<'TEXT'
Kính gửi Ban Biên tập,

Ông Lưu Văn C, Chánh Thanh tra Bộ, đã nhận tiền của doanh nghiệp và bao che cho sai phạm.
TEXT
    ref=$(ingest "$L/d.eml")
    if [ "$(shown 'd["category"]')" = denunciation ]; then
        bbt --as truongban reclassify "$ref" mic/question --reason 'thử' >/dev/null
        bbt --as truongban release "$ref" --hold recusal --reason 'thử' >/dev/null
    fi
    run -0 bbt --as truongban reclassify "$ref" mic/denunciation --reason 'tố cáo Chánh Thanh tra'
    [ "$(shown '"recusal" in [h["reason"] for h in d["holds"]]')" = True ]
    [ "$(shown 'd["unit"]')" != TTra ]
    run -1 bbt --as bientap release "$ref" --hold recusal --reason 'tôi đã xem'
    run -1 bbt --as truongban release "$ref" --hold recusal
    run -0 bbt --as truongban release "$ref" --hold recusal --reason 'thư không nói về Thanh tra'
    [ "$(shown '[h["reason"] for h in d["holds"]]')" = '[]' ]
}
