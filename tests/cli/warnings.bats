#!/usr/bin/env bats
# Warnings of crimes stand first and call people at once, by data of the rules (BCA-5.6b); one voice per issue
# (BCA-5.9).
load lib

setup() {
    L=$BATS_TEST_TMPDIR
    H=$L/house
    "$BBT" --now "$NOW" init "$H" --profile bca --trial >/dev/null
    {
        printf 'profile\tunit\tunit_name\trole\tname\ttitle\taddress\n'
        printf 'bca\tC02\tCục Cảnh sát hình sự\tleader\tĐỗ Văn A\tCục trưởng\tdva@bca.gov.vn\n'
        printf 'bca\tC02\tCục Cảnh sát hình sự\tcontact\tLê Thị B\tCán bộ\tltb@bca.gov.vn\n'
        printf 'bca\tA05\tCục An ninh mạng\tcontact\tTô Văn C\tCán bộ\ttvc@bca.gov.vn\n'
    } > "$L/directory.tsv"
    bbt units import "$L/directory.tsv" >/dev/null
    bbt users set photruongban --address truc@bca.gov.vn >/dev/null
    bbt users set bientap --address bientap@bca.gov.vn >/dev/null
    bbt users set truongban --address chi.huy@bca.gov.vn >/dev/null
}

# bca_letter FILE FROM AUTH SUBJECT < body
bca_letter() {
    letter "$@"
    sed -i -e 's/mx\.mic\.gov\.vn/mx.bca.gov.vn/' -e 's/banbientap@mic/banbientap@bca/' "$1"
}

# warning FILE [FROM] [AUTH] [SUBJECT]
warning() {
    bca_letter "$1" "${2:-ltb@bca.gov.vn}" "${3:-pass}" "${4:-Cảnh báo thủ đoạn lừa đảo giả danh nhân viên ngân hàng}" <<'TEXT'
Kính gửi Cổng Thông tin điện tử,

Cục Cảnh sát hình sự đề nghị đăng ngay cảnh báo: xuất hiện thủ đoạn mới, các đối tượng gọi điện tự xưng nhân viên
ngân hàng, yêu cầu người dân cài ứng dụng giả để chiếm đoạt tiền. Người dân cảnh giác, không cung cấp mã xác thực.
TEXT
}

# story FILE FROM SUBJECT
story() {
    bca_letter "$1" "$2" pass "$3" <<TEXT
Kính gửi Cổng Thông tin điện tử,

Đơn vị gửi thông cáo báo chí, đề nghị đăng: sáng ngày 19/11/2026, người phát ngôn trả lời báo chí về vụ việc tại kho hàng
khu công nghiệp ($3). Lực lượng chức năng đã khống chế đám cháy, không có thiệt hại về người.
TEXT
}

alerts() {
    bbt --json outbox | grep -c '"key":"alert/' || true
}

@test "a warning calls those on duty by night, once, with no word of the letter" {
    NOW=2026-11-22T02:13:00+07:00 # Sunday
    warning "$L/a.eml"
    run -0 bbt --json ingest "$L/a.eml"
    [[ "$output" == *'"kind":"bca/crime-warning"'* ]]
    ref=$(ref_of <<< "$output")
    [ "$(alerts)" -eq 2 ] # deputy and editor; the chief is not on duty by these rules
    [[ "$(bbt --json outbox)" != *chi.huy@* ]]
    bbt --json outbox | grep '"key":"alert/' | grep -q '"state":"queued"'
    id=$(sqlite3 "$H/case.db" "SELECT id FROM outbox WHERE key LIKE 'alert/%' LIMIT 1")
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM outbox WHERE key LIKE 'alert/%' AND due <= queued")" -eq 2 ]
    run -0 bbt outbox --preview "$id"
    [[ "$output" == *KHẨN*"$ref"*'Cục Cảnh sát hình sự'* ]]
    [[ "$output" != *'ngân hàng'* ]]
    cp "$L/a.eml" "$L/b.eml"
    bbt ingest "$L/b.eml" >/dev/null # the same letter once more
    [ "$(alerts)" -eq 2 ]
    run -0 bbt audit verify
}

@test "who stands in for the deputy is called too; a disabled account is not" {
    bbt users add nga --roles viewer --address nga@bca.gov.vn >/dev/null
    warning "$L/a.eml"
    bbt ingest "$L/a.eml" >/dev/null
    [ "$(alerts)" -eq 2 ]
    bbt users disable bientap >/dev/null
    bbt users delegate photruongban nga --until 2026-11-30 >/dev/null
    warning "$L/b.eml" ltb@bca.gov.vn pass 'Cảnh báo thủ đoạn lừa đảo bán vé tàu Tết giả'
    bbt ingest "$L/b.eml" >/dev/null
    [ "$(alerts)" -eq 4 ]
    [[ "$(bbt --json outbox)" == *nga@bca.gov.vn* ]]
}

@test "a forged warning calls nobody and stands nowhere first; one that waits for its leader does" {
    warning "$L/a.eml" dva@bca.gov.vn fail
    run -0 bbt --json ingest "$L/a.eml"
    [[ "$output" == *'"verdict":"reject-spoof"'* ]]
    [ "$(alerts)" -eq 0 ]
    [[ "$(bbt --json list)" != *'"priority":true'* ]]
    warning "$L/b.eml" to.dan.pho@gmail.com pass 'Cảnh báo thủ đoạn lừa đảo mới: người dân cảnh giác với ứng dụng giả'
    run -0 bbt --json ingest "$L/b.eml"
    [[ "$output" == *'"verdict":"needs-confirmation"'*'"kind":"bca/crime-warning"'* ]]
    [ "$(alerts)" -eq 2 ]
    id=$(sqlite3 "$H/case.db" "SELECT id FROM outbox WHERE key LIKE 'alert/%' LIMIT 1")
    [[ "$(bbt outbox --preview "$id")" == *'chờ lãnh đạo đơn vị xác nhận'* ]]
}

@test "alerts over the limit wait and are not lost" {
    printf 'letters { alerts-a-day 1 }\n' >> "$H/banbientap.conf"
    for i in 1 2 3; do
        warning "$L/$i.eml" ltb@bca.gov.vn pass "Cảnh báo thủ đoạn lừa đảo thứ $i trên mạng"
    done
    bbt ingest "$L"/[1-3].eml >/dev/null
    [ "$(alerts)" -eq 6 ]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM outbox WHERE key LIKE 'alert/%' AND due <= queued")" -eq 2 ]
}

@test "the warning is first in the queue until it is published; nothing of that stands in C" {
    warning "$L/1.eml"
    first=$(bbt --json ingest "$L/1.eml" | ref_of)
    story "$L/2.eml" tvc@bca.gov.vn 'Thông cáo báo chí về vụ cháy kho hàng'
    sed -i 's/08:30:00/08:45:00/' "$L/2.eml"
    bbt ingest "$L/2.eml" >/dev/null
    [ "$(bbt --json list | ref_of)" = "$first" ]
    [[ "$(bbt list | sed -n 2p)" == "$first"*'[KHẨN]'* ]]
    bbt --as truongban approve "$first" >/dev/null
    [ "$(bbt --json list | ref_of)" = "$first" ]
    bbt --as bientap publish "$first" >/dev/null
    [ "$(bbt --json list --all | ref_of)" != "$first" ]
    run ! grep -rq 'crime-warning' src
    # another profile: two words in a kind of its own
    mkdir -p "$L/share/rules"
    cp -r rules/common rules/mic "$L/share/rules/"
    cp -r conf "$L/share/conf"
    cp "$BBT" "${BBT%/*}/bbt-reader" "${BBT%/*}/bbt-gather" "$L/share/"
    sed -i 's|^\(kind mic/news .*\)category news;|\1category news; priority yes; alert editor;|' "$L/share/rules/mic/kinds.rules"
    grep -q 'alert editor' "$L/share/rules/mic/kinds.rules"
    rm -rf "$H"
    BBT=$L/share/bbt house
    BBT=$L/share/bbt bbt users set bientap --address bt@mic.gov.vn >/dev/null
    news "$L/n.eml"
    BBT=$L/share/bbt bbt ingest "$L/n.eml" >/dev/null
    [ "$(alerts)" -eq 1 ]
    [[ "$(bbt --json list)" == *'"priority":true'* ]]
}

two_voices() {
    story "$L/1.eml" ltb@bca.gov.vn 'Thông cáo báo chí của C02 về vụ cháy kho hàng'
    story "$L/2.eml" tvc@bca.gov.vn 'Thông cáo báo chí của A05 về vụ cháy kho hàng'
    one=$(bbt --json ingest "$L/1.eml" | ref_of)
    two=$(bbt --json ingest "$L/2.eml" | ref_of)
    bbt --as thuky topic "$one" 'Vụ cháy kho hàng' >/dev/null
    bbt --as thuky topic "$two" 'Vụ cháy kho hàng' >/dev/null
}

@test "two units on one issue: neither is approved until a leader says that he looked at the other" {
    two_voices
    run -1 bbt --as truongban approve "$one"
    [[ "$output" == *"$two của đơn vị khác"* ]]
    run -1 bbt --as thuky topic "$one" --seen --reason 'đã xem'
    run -1 bbt --as truongban topic "$one" --seen
    run -0 bbt --as truongban topic "$one" --seen --reason 'A05 nói cùng nội dung'
    run -0 bbt --as truongban approve "$one"
    run -0 bbt --as bientap publish "$one"
    # the other way it has not been said; and what is published is a voice too
    run -1 bbt --as truongban approve "$two"
    [[ "$output" == *"$one"* ]]
    run -0 bbt --json topic "$two"
    [[ "$output" == *'"topic":"Vụ cháy kho hàng"'*"\"submission\":\"$one\""*'"seen":false'* ]]
    run -0 bbt topic "$two"
    while IFS= read -r line; do [ "${#line}" -le 80 ]; done <<< "$output"
    run -0 bbt audit verify
}

@test "what was looked at is these two texts: a changed one is looked at again, also at publication" {
    two_voices
    bbt --as truongban topic "$one" --seen --reason 'cùng nội dung' >/dev/null
    bbt --as truongban approve "$one" >/dev/null
    bbt --as bientap edit "$two" --title 'Thông cáo khác hẳn' >/dev/null
    run -1 bbt --as bientap publish "$one"
    [[ "$output" == *"$two"* ]]
    bbt --as photruongban topic "$one" --seen --reason 'đã thống nhất lại' >/dev/null
    run -0 bbt --as bientap publish "$one"
}

@test "a scheduled text waits for the look, too, and a person is told" {
    two_voices
    bbt --as truongban topic "$one" --seen --reason 'cùng nội dung' >/dev/null
    bbt --as truongban approve "$one" >/dev/null
    bbt --as bientap schedule "$one" --at 2026-11-20T10:00:00+07:00 >/dev/null
    bbt --as bientap edit "$two" --title 'Thông cáo khác hẳn' >/dev/null
    NOW=2026-11-20T10:00:00+07:00 bbt schedule --run >/dev/null
    [[ "$(bbt --json list --hold schedule)" == *"$one"* ]]
}

@test "the same unit, a refused text, another issue or none stand in nobody's way" {
    two_voices
    story "$L/3.eml" dva@bca.gov.vn 'Thông cáo báo chí bổ sung của C02 về vụ cháy kho hàng'
    three=$(bbt --json ingest "$L/3.eml" | ref_of)
    bbt --as thuky topic "$three" 'Vụ cháy kho hàng' >/dev/null
    bbt --as truongban refuse "$two" --ground "$(sed -n 's/^ground \([^ ]*\).*/\1/p' rules/bca/grounds.rules | head -1)" --reason 'trùng' >/dev/null
    run -0 bbt --as truongban approve "$one"
    run -1 bbt --as thuky topic "$three" --leave
    run -0 bbt --as thuky topic "$three" --leave --reason 'nhầm'
    run -1 bbt topic "$three"
    run -0 bbt --as truongban approve "$three"
    [ "$(bbt --json topic)" = '{"topic":"Vụ cháy kho hàng","cases":2}' ]
}

@test "a complaint is in no issue, and one that becomes a complaint leaves it without a trace" {
    two_voices
    bca_letter "$L/c.eml" dan@gmail.com pass 'Đơn khiếu nại' <<'TEXT'
Tôi là Trần Văn Dân, làm đơn khiếu nại quyết định số 09/QĐ-XPHC xử phạt vi phạm hành chính đối với tôi. Tôi không đồng ý
với quyết định này vì trái quy định. Đề nghị xem xét lại và hủy quyết định nói trên, trả lại quyền lợi cho tôi.
TEXT
    bad=$(bbt --json ingest "$L/c.eml" | ref_of)
    run -1 bbt --as truongban topic "$bad" 'Vụ cháy kho hàng'
    bbt --as truongban reclassify "$two" bca/complaint --reason 'là đơn khiếu nại' >/dev/null
    run -0 bbt --json topic "$one"
    [[ "$output" != *"$two"* ]]
    run -0 bbt --as truongban approve "$one"
}
