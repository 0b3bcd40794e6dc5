#!/usr/bin/env bats
# A campaign: sections that were agreed on, units that are asked by a tokened letter, what they answer, what is missing
# (MIC-13.5e, BCA-5.5).
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
    printf 'mic\tBC\tCục Báo chí\tcontact\tHà Thị E\tChuyên viên\thte@mic.gov.vn\n' >> "$L/directory.tsv"
    bbt units import "$L/directory.tsv" >/dev/null
}

at() {
    NOW=$1 bbt "${@:2}"
}

campaign() {
    bbt --as thuky campaign new tet-2027 --title 'Chuyển đổi số dịp Tết' --until 2026-12-31 \
        --section 'Hạ tầng viễn thông' --section 'Báo chí'
}

ask() {
    bbt --as thuky campaign request tet-2027 --section 1 --unit CVT --until "${1:-2026-11-27}"
}

# The token of the newest letter to the unit.
token() {
    sqlite3 "$H/case.db" "SELECT message_id FROM outbox WHERE key LIKE '${1:-campaign-request}/%' ORDER BY id DESC LIMIT 1" | cut -d. -f1
}

# answer FILE FROM AUTH TOKEN [BODY]
answer() {
    letter "$1" "$2" "$3" "Re: Đề nghị cung cấp thông tin ($4)" <<TEXT
Kính gửi Ban Biên tập,

${5-Cục Viễn thông gửi nội dung cho mục hạ tầng: trong năm, các doanh nghiệp đã phủ sóng 4G tới 99,8% dân số, lắp đặt thêm 3.000 trạm phát sóng tại vùng sâu, vùng xa, và hoàn thành tuyến cáp quang biển mới. Trong dịp Tết, các doanh nghiệp tăng dung lượng mạng lưới thêm một phần tư.}
TEXT
}

shown() {
    bbt --json campaign show tet-2027 | python3 -c "import json,sys; d=json.load(sys.stdin); s=d['sections'][0]; print(($1))"
}

@test "a campaign has a code, a title and its sections in order; who may open one" {
    run -1 bbt --as bientap campaign new tet-2027 --title T --section A
    run -64 bbt --as thuky campaign new tet-2027 --title T
    run -64 bbt --as thuky campaign new 'tết 2027' --title T --section A
    run -64 bbt --as thuky campaign new x1 --title T --section A --section a
    run -64 bbt --as thuky campaign new x1 --title T --section A --until 2026-11-19
    run -64 bbt --as thuky campaign mew x1
    run -0 campaign
    run -1 campaign
    [ "$(shown 'd["title"], [x["title"] for x in d["sections"]], d["until"]')" = "('Chuyển đổi số dịp Tết', ['Hạ tầng viễn thông', 'Báo chí'], '2026-12-31T23:59:59+07:00')" ]
    run -1 bbt campaign show nothing
    run -0 bbt --json campaign list
    [[ "$output" == *'"campaign":"tet-2027"'*'"missing":0'* ]]
    bbt campaign show tet-2027 | while IFS= read -r line; do [ "${#line}" -le 80 ]; done
    run -0 bbt audit verify
}

@test "a request goes to the unit's contact with a token and a day, once for each section and unit" {
    campaign
    run -1 bbt --as bientap campaign request tet-2027 --section 1 --unit CVT
    run -1 bbt --as thuky campaign request tet-2027 --section 3 --unit CVT
    [[ "$output" == *"1 'Hạ tầng viễn thông', 2 'Báo chí'"* ]]
    run -1 bbt --as thuky campaign request tet-2027 --section 1 --unit XYZ
    run -1 bbt --as thuky campaign request tet-2027 --section 1 --unit CVT --until 2027-01-02
    run -0 ask
    run -1 ask
    run -0 bbt --as thuky --json campaign request tet-2027 --section 'BÁO CHÍ' --unit BC
    [[ "$output" == *'"due":"2026-12-31T23:59:59+07:00"'* ]] # the end of the campaign
    bbt --as thuky campaign new mo --title T --section A
    run -1 bbt --as thuky campaign request mo --section 1 --unit CVT
    [[ "$output" == *'--until'* ]]
    run -0 bbt --json outbox
    [ "$(grep -c 'campaign-request/' <<< "$output")" -eq 2 ]
    [[ "$output" == *'"to":"vtb@mic.gov.vn"'* ]] # the contact, not the leader
    [[ "$output" == *'"to":"hte@mic.gov.vn"'* ]]
    [ "$(shown 'd["requests"], d["missing"], d["overdue"], s["requests"][0]["unit"], s["requests"][0]["state"]')" = "(2, 2, 0, 'CVT', 'waiting')" ]
}

@test "what the unit answers, proved, is put in by itself as a case of the thematic kind" {
    campaign
    ask
    answer "$L/a.eml" vtb@mic.gov.vn pass "$(token)"
    run -0 bbt --json ingest "$L/a.eml"
    [[ "$output" == *'"category":"thematic"'* ]]
    [[ "$output" == *'"holds":[]'* ]]
    ref=$(ref_of <<< "$output")
    [ "$(shown 's["items"][0]["submission"], s["items"][0]["asked_for"], s["requests"][0]["state"], d["missing"]')" = "('$ref', True, 'came', 0)" ]
    # whoever of the unit answers is enough: a unit was asked
    answer "$L/b.eml" nva@mic.gov.vn pass "$(token)" 'Cục trưởng gửi thêm số liệu cho mục hạ tầng: đến ngày 20 tháng 11, tổng số thuê bao băng rộng cố định đạt 24 triệu, tăng tám phần trăm so với cùng kỳ; tốc độ tải xuống trung bình đạt 150 Mb/giây, thuộc nhóm ba mươi nước dẫn đầu.'
    run -0 bbt --json ingest "$L/b.eml"
    [ "$(shown 'len(s["items"])')" = 2 ]
    # the second receipt of a letter is not a second item
    run -0 bbt --json ingest "$L/a.eml"
    [ "$(shown 'len(s["items"])')" = 2 ]
    run -0 bbt audit verify
    run -0 bbt fsck
}

@test "another unit, an unproved or an empty answer stays a case of its own, held for a person" {
    campaign
    ask
    t=$(token)
    answer "$L/1.eml" hte@mic.gov.vn pass "$t"
    answer "$L/2.eml" vtb@mic.gov.vn none "$t" 'Cục gửi tin: hôm nay khánh thành trạm phát sóng thứ một nghìn ở vùng cao; người dân các xã vùng cao đã có sóng di động, học sinh học trực tuyến được, và bưu điện xã có mạng nhanh để làm thủ tục hành chính cho bà con mỗi ngày trong tuần.'
    answer "$L/3.eml" vtb@mic.gov.vn pass "$t" 'Xin gia hạn thêm hai ngày.'
    answer "$L/4.eml" ai.do@gmail.com pass "$t" 'Tôi gửi bài cộng tác: trong những ngày giáp Tết, phiên chợ quê tôi đông vui, người mua người bán đều dùng mã QR để thanh toán; các cụ già cũng được con cháu chỉ cách dùng điện thoại thông minh để gọi hình cho người thân ở xa.'
    answer "$L/5.eml" vtb@mic.gov.vn pass "$([ "${t:0:1}" = x ] && echo y || echo x)${t:1}"
    run -0 bbt --json ingest "$L"/[1-5].eml
    [ "$(grep -c '"reason":"campaign"' <<< "$output")" -eq 4 ]
    [ "$(shown 'd["items"], d["missing"]')" = "(0, 1)" ]
    ref=$(ref_of <<< "$output")
    [[ "$(bbt --json list --hold campaign)" == *"$ref"* ]]
    run -0 bbt show "$ref"
    [[ "$output" == *'mang mã của chuyên đề tet-2027 nhưng không do đơn vị được đề nghị gửi'* ]]
}

@test "a complaint, a denunciation, an out-of-office answer with the token goes its own way" {
    campaign
    ask
    t=$(token)
    complaint "$L/1.eml" "Đơn khiếu nại ($t)"
    answer "$L/2.eml" vtb@mic.gov.vn pass "$t" 'Tôi vắng mặt đến ngày 30/11/2026.'
    sed -i 's/^Subject: /Auto-Submitted: auto-replied\r\nSubject: Trả lời tự động: /' "$L/2.eml"
    run -0 bbt --json ingest "$L"/[12].eml
    [[ "$output" == *'"category":"complaint"'* && "$output" == *'"category":"autoreply"'* ]]
    [ "$(grep -c '"reason":"campaign"' <<< "$output")" -eq 0 ]
    [ "$(shown 'd["items"]')" = 0 ]
}

@test "staff put a case in, with which its hold ends; not a complaint, not twice, not when it is closed" {
    campaign
    ask
    answer "$L/1.eml" hte@mic.gov.vn pass "$(token)"
    ref=$(bbt --json ingest "$L/1.eml" | ref_of)
    run -1 bbt --as bientap campaign add tet-2027 "$ref" --section 2
    run -0 bbt --as thuky campaign add tet-2027 "$ref" --section 2
    run -1 bbt --as thuky campaign add tet-2027 "$ref" --section 1
    [ "$(bbt --json list --hold campaign | wc -l)" -eq 0 ]
    complaint "$L/2.eml"
    bad=$(bbt --json ingest "$L/2.eml" | ref_of)
    run -1 bbt --as truongban campaign add tet-2027 "$bad" --section 2
    run -1 bbt --as thuky campaign close tet-2027
    run -1 bbt --as bientap campaign close tet-2027 --reason 'xong'
    run -0 bbt --as thuky campaign close tet-2027 --reason 'đã tổng kết'
    run -1 bbt --as thuky campaign close tet-2027 --reason 'lần nữa'
    news "$L/3.eml"
    other=$(bbt --json ingest "$L/3.eml" | ref_of)
    run -1 bbt --as thuky campaign add tet-2027 "$other" --section 2
    run -1 bbt --as thuky campaign request tet-2027 --section 2 --unit BC
    answer "$L/4.eml" vtb@mic.gov.vn pass "$(token)"
    run -0 bbt --json ingest "$L/4.eml"
    [[ "$output" == *'"reason":"campaign"'* ]] # it came after the close
    [ "$(shown 'd["items"], d["closed"][:10], d["reason"]')" = "(1, '2026-11-20', 'đã tổng kết')" ]
    run -0 bbt audit verify
}

@test "a case that becomes a complaint is shown in no campaign" {
    campaign
    ask
    answer "$L/1.eml" vtb@mic.gov.vn pass "$(token)"
    ref=$(bbt --json ingest "$L/1.eml" | ref_of)
    [ "$(shown 'd["items"]')" = 1 ]
    run -0 bbt --as truongban reclassify "$ref" mic/complaint --reason 'nội dung là khiếu nại'
    [ "$(shown 'd["items"], d["missing"]')" = "(0, 1)" ]
    run ! grep -q "$ref" <(bbt campaign show tet-2027)
}

@test "the unit is reminded on the working day before, told when it is late, each once; then secretary and chief hear" {
    bbt users set thuky --address thuky@mic.gov.vn >/dev/null
    bbt users set truongban --address tb@mic.gov.vn >/dev/null
    campaign
    ask 2026-11-30 # a Monday
    at 2026-11-26T16:00:00+07:00 timers --once >/dev/null
    [ "$(bbt --json outbox | grep -c '"key":"campaign-reminder/')" -eq 0 ]
    at 2026-11-27T08:30:00+07:00 timers --once >/dev/null # Friday
    at 2026-11-27T15:30:00+07:00 timers --once >/dev/null
    [ "$(bbt --json outbox | grep -c '"key":"campaign-reminder/')" -eq 1 ]
    run -0 at 2026-11-30T17:00:00+07:00 timers
    [[ "$output" != *tet-2027* ]]
    at 2026-12-01T08:30:00+07:00 timers --once >/dev/null
    at 2026-12-01T09:30:00+07:00 timers --once >/dev/null
    [ "$(bbt --json outbox | grep -c '"key":"campaign-late/')" -eq 1 ]
    run -0 at 2026-12-01T09:30:00+07:00 timers
    [[ "$output" == *'tet-2027: quá hạn cung cấp'*'Hạ tầng viễn thông'*CVT* ]]
    run -1 at 2026-12-01T09:30:00+07:00 --json status
    [[ "$output" == *'"what":"campaign-late","submission":"tet-2027"'* ]]
    at 2026-12-02T09:30:00+07:00 timers --once >/dev/null
    at 2026-12-03T09:30:00+07:00 timers --once >/dev/null
    [ "$(bbt --json outbox | grep 'timer/campaign-late' | grep -c '"to":"tb@mic.gov.vn"')" -eq 1 ]
    # an answer to the late letter carries its token
    answer "$L/1.eml" vtb@mic.gov.vn pass "$(token campaign-late)"
    run -0 at 2026-12-03T10:00:00+07:00 --json ingest "$L/1.eml"
    run -0 at 2026-12-03T10:00:00+07:00 timers
    [[ "$output" != *tet-2027* ]]
}

# publish_it REF
publish_it() {
    bbt --as truongban approve "$1" >/dev/null
    bbt --as bientap publish "$1" >/dev/null
}

@test "what is published of a campaign has a page on the portal, by section; what is not has none" {
    campaign
    ask
    bbt --as thuky campaign request tet-2027 --section 2 --unit BC >/dev/null
    answer "$L/1.eml" vtb@mic.gov.vn pass "$(token campaign-request/tet-2027/1)"
    t=$(sqlite3 "$H/case.db" "SELECT message_id FROM outbox WHERE key LIKE 'campaign-request/%/BC'" | cut -d. -f1)
    answer "$L/2.eml" hte@mic.gov.vn pass "$t" 'Cục Báo chí gửi nội dung cho mục báo chí: trong dịp Tết các cơ quan báo chí mở chuyên trang về chuyển đổi số, giới thiệu một trăm gương điển hình và hướng dẫn người dân dùng dịch vụ công trực tuyến, thanh toán không tiền mặt và bảo vệ tài khoản của mình.'
    sed -i 's/^Subject: .*/Subject: Báo chí với chuyển đổi số <script>\r/; s/Cục Báo chí gửi nội dung/Mã '"$t"'. Cục Báo chí gửi nội dung/' "$L/2.eml"
    one=$(bbt --json ingest "$L/1.eml" | ref_of)
    two=$(bbt --json ingest "$L/2.eml" | ref_of)
    publish_it "$one"
    page=$H/site/campaigns/tet-2027.html
    page=$(find "$H/site/" -path '*campaigns/tet-2027.html')
    grep -q 'Chuyên đề: Chuyển đổi số dịp Tết' "$page"
    grep -q "items/$one.html" "$page"
    run ! grep -q "$two\|Báo chí</h2>" "$page"
    publish_it "$two"
    page=$(find "$H/site/" -path '*campaigns/tet-2027.html')
    [ "$(grep -c '<h2>' "$page")" -eq 2 ]
    [ "$(grep -n 'Hạ tầng viễn thông</h2>' "$page" | cut -d: -f1)" -lt "$(grep -n 'Báo chí</h2>' "$page" | cut -d: -f1)" ]
    run ! grep -q '<script>' "$page"
    grep -q 'campaigns/tet-2027.html' "$(find "$H/site/" -name index.html)"
    grep -q '\.\./campaigns/tet-2027.html' "$(find "$H/site/" -name "$one.html")"
    bbt --as truongban withdraw "$one" --reason 'đính chính' >/dev/null
    bbt site build >/dev/null
    page=$(find "$H/site/" -path '*campaigns/tet-2027.html')
    run ! grep -q "$one" "$page"
    grep -q "$two" "$page"
}
