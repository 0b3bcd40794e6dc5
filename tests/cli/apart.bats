#!/usr/bin/env bats
# What few may read stays out of campaigns, issues, reviews and notices (A31, A33): a letter that nobody has read may be
# a complaint.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
    printf 'mic\tBC\tCục Báo chí\tcontact\tHà Thị E\tChuyên viên\thte@mic.gov.vn\n' >> "$L/directory.tsv"
    bbt units import "$L/directory.tsv" >/dev/null
}

# Of a citizen's letter no more than its head is read: a bound of the reader is crossed.
unread() {
    letter "$1" dan.thuong@gmail.com pass 'Thư canarysubject' <<< 'Tôi làm đơn khiếu nại quyết định xử phạt, canarybody.'
    head -c 1050000 /dev/zero | tr '\0' x >> "$1"
}

nothing_of_it() {
    [[ "${output,,}" != *canary* && "$output" != *dan.thuong* ]] || { echo "$output"; return 1; }
}

@test "what nobody has read is handed to no reviewer, put into no campaign, spoken of in no issue, and nobody is told" {
    unread "$L/u.eml"
    ref=$(bbt --json ingest "$L/u.eml" | ref_of)
    bbt users add duyet --roles member --address duyet@mic.gov.vn >/dev/null
    bbt --as thuky campaign new tet --title T --section A >/dev/null
    for who in photruongban thuky truongban; do
        run -1 bbt --as $who assign "$ref" --to duyet --reason x
        [[ "$output" == *'chưa đọc được hết'* ]]
        run -1 bbt --as $who campaign add tet "$ref" --section 1
        [[ "$output" == *'chưa đọc được hết'* ]]
        run -1 bbt --as $who topic "$ref" 'Xử phạt'
        [[ "$output" == *'chưa đọc được hết'* ]]
        run -1 bbt --as $who interim "$ref" --until 2026-12-01
        [[ "$output" == *'chưa đọc được hết'* ]]
    done
    run -0 bbt --json outbox
    [[ "$output" != *review-request* ]]
    # somebody has looked: it is a letter as others
    for hold in limits unreadable; do
        bbt --as thuky release "$ref" --hold $hold --reason 'đã đọc bản giấy' >/dev/null || true
    done
    run -0 bbt --as photruongban assign "$ref" --to duyet --reason x
    run -0 bbt --as thuky campaign add tet "$ref" --section 1
}

@test "what turns out to be unreadable later is shown without its title in campaign and issue" {
    news "$L/1.eml"
    unread "$L/u.eml"
    one=$(bbt --json ingest "$L/1.eml" | ref_of)
    ref=$(bbt --json ingest "$L/u.eml" | ref_of)
    bbt --as thuky campaign new tet --title T --section A >/dev/null
    sqlite3 "$H/case.db" "INSERT INTO campaign_items (submission, campaign, section, user, at)
        SELECT id, 1, 1, 'thuky', 1 FROM submissions WHERE ref = '$ref';
        INSERT INTO topics (submission, name, user, at) SELECT id, 'Xử phạt', 'thuky', 1 FROM submissions;"
    for words in "campaign show tet" "topic $one"; do
        for json in '' --json; do
            run -0 bbt --as bientap $json $words
            [[ "$output" == *"$ref"* ]]
            nothing_of_it
        done
    done
}

@test "an issue has one name however it is typed; show says issue and campaign of a case, in words" {
    news "$L/1.eml"
    news "$L/2.eml" 'Đề nghị đăng tin: Hai'
    sed -i 's/cáp quang/cáp đồng/' "$L/2.eml"
    one=$(bbt --json ingest "$L/1.eml" | ref_of)
    two=$(bbt --json ingest "$L/2.eml" | ref_of)
    bbt --as thuky topic "$one" 'Lũ lụt' >/dev/null
    bbt --as thuky topic "$two" ' LŨ   lụt ' >/dev/null
    [ "$(bbt topic)" = 'Lũ lụt (2)' ]
    run -1 bbt --as thuky topic "$two" "$(printf 'Lu\xcc\x83 lu\xcc\xa3t')" # taken apart
    run -1 bbt --as thuky topic "$two" $'Lũ\nlụt'
    bbt --as thuky topic "$two" $'Bão\nsố 9' >/dev/null
    [ "$(bbt topic | wc -l)" -eq 2 ]
    bbt --as thuky campaign new tet --title T --section 'Mục A' >/dev/null
    bbt --as thuky campaign add tet "$two" --section 1 >/dev/null
    run -0 bbt show "$two"
    [[ "$output" == *'Vấn đề:           Bão số 9'*'Chuyên đề:        tet (1. Mục A)'* ]]
    [[ "$output" == *'Vấn đề: gom vào; '*'Đưa vào chuyên đề: tet; 1 ('* ]]
    run -0 bbt --json show "$two"
    [[ "$output" == *'"topic":"Bão số 9","campaign":{"campaign":"tet","section":1,"title":"Mục A"}'* ]]
    run -0 bbt --json show "$one"
    [[ "$output" == *'"campaign":null'* ]]
}

@test "a case on the portal that joins a campaign is on its page at once; what was refused or taken down joins none" {
    for n in 1 2 3; do
        news "$L/$n.eml" "Đề nghị đăng tin: số $n"
        sed -i "s/cáp quang/cáp số $n/" "$L/$n.eml"
    done
    bbt --json ingest "$L"/[123].eml >/dev/null
    bbt --as thuky campaign new tet --title '<script>x</script> & "Tết"' --section '../x <b>' >/dev/null
    for n in 1 2; do
        bbt --as truongban approve BBT-2026-00000$n >/dev/null
        bbt --as bientap publish BBT-2026-00000$n >/dev/null
    done
    bbt --as truongban withdraw BBT-2026-000002 --reason 'đính chính' >/dev/null
    bbt --as truongban refuse BBT-2026-000003 --ground 14.4a --reason 'không đúng' >/dev/null
    for n in 2 3; do
        run -1 bbt --as thuky campaign add tet BBT-2026-00000$n --section 1
    done
    run -0 bbt --as thuky campaign add tet BBT-2026-000001 --section 1
    page=$(find "$H/site/" -path '*campaigns/tet.html')
    grep -q 'items/BBT-2026-000001.html' "$page"
    grep -q '../x &lt;b&gt;' "$page"
    run ! grep -q '<script>\|<b>' "$page"
    # closed or not, it stays where it was said; off the portal, the page is gone
    bbt --as thuky campaign close tet --reason 'xong' >/dev/null
    bbt --as truongban withdraw BBT-2026-000001 --reason 'đính chính' >/dev/null
    [ -z "$(find "$H/site/" -path '*campaigns/tet.html')" ]
    run ! grep -rq 'tet.html' "$H/site/"
}

@test "what became a complaint says nothing more of the event or the consultation that it was" {
    letter "$L/e.eml" vtb@mic.gov.vn pass 'Thông báo sự kiện: mời cử phóng viên dự lễ khai trương' <<'TEXT'
Kính gửi Ban Biên tập,

Cục Viễn thông trân trọng thông báo và kính mời Ban Biên tập cử phóng viên dự, đưa tin lễ khai trương mạng cáp quang.
Thời gian: 8 giờ 00 ngày 26/11/2026. Địa điểm: Hội trường tầng 2, 18 Nguyễn Du, Hà Nội.
TEXT
    letter "$L/d.eml" vtb@mic.gov.vn pass 'Đăng dự thảo Thông tư về kho số để lấy ý kiến' <<'TEXT'
Kính gửi: Ban Biên tập Cổng Thông tin điện tử

Cục Viễn thông đề nghị đăng tải toàn văn dự thảo Thông tư quy định về quản lý kho số viễn thông để lấy ý kiến rộng rãi
của các cơ quan, tổ chức và cá nhân. Thời gian lấy ý kiến: từ ngày 23/11/2026 đến hết ngày 24/11/2026.
TEXT
    event=$(bbt --json ingest "$L/e.eml" | ref_of)
    draft=$(bbt --json ingest "$L/d.eml" | ref_of)
    bbt --as thuky event "$event" --assign bientap --at 2026-11-26T08:00:00+07:00 --place canaryplace >/dev/null
    bbt --as truongban reclassify "$event" mic/complaint --reason x >/dev/null
    bbt --as truongban reclassify "$draft" mic/denunciation --reason x >/dev/null
    NOW=2026-11-27T16:35:00+07:00
    for words in "event $event" "consultation $draft" "consultation $draft --bundle $L/bundle"; do
        for json in '' --json; do
            run -1 bbt --as thuky $json $words
            [[ "$output" == *'chỉ đầu mối thanh tra và Trưởng ban'* ]]
            nothing_of_it
        done
    done
    run -0 bbt --as thuky event --unreported
    [ -z "$output" ]
    run -0 bbt --as thuky --json timers
    [[ "$output" != *"$event"* && "$output" != *"$draft"* ]]
    run -0 bbt --as thanhtra event "$event"
    run -0 bbt --as thanhtra consultation "$draft"
}
