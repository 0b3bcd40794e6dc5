# lib.bash: what every CLI test starts from: a trial house of profile mic with three units.
# The instant is fixed; the binary is $BBT.
bats_require_minimum_version 1.5.0
BBT=${BBT:-build/bbt}
NOW=2026-11-20T09:00:00+07:00

directory() {
    printf 'profile\tunit\tunit_name\trole\tname\ttitle\taddress\n'
    printf 'mic\tCVT\tCục Viễn thông\tleader\tNgô Văn A\tCục trưởng\tnva@mic.gov.vn\n'
    printf 'mic\tCVT\tCục Viễn thông\tcontact\tVũ Thị B\tChuyên viên\tvtb@mic.gov.vn\n'
    printf 'mic\tTTra\tThanh tra Bộ\tleader\tLưu Văn C\tChánh Thanh tra\tlvc@mic.gov.vn\n'
    printf 'langson\tVPS\tVăn phòng Sở\tleader\tTriệu Thị D\tChánh Văn phòng\tttd@langson.gov.vn\n'
}

house() {
    directory > "$BATS_TEST_TMPDIR/directory.tsv"
    copy_of_house make_house
}

make_house() {
    "$BBT" --now "$NOW" init "$H" --profile mic --trial >/dev/null
    bbt units import "$BATS_TEST_TMPDIR/directory.tsv" >/dev/null
}

# copy_of_house MAKE [ARGUMENT...]: $H is a house of the test's own, as MAKE makes it (at $H), which happens once in a
# file: a house is moved by copying it, and making one is half of what many a test costs.
copy_of_house() {
    H=$BATS_FILE_TMPDIR/$(IFS=.; echo "$*")
    [ -d "$H" ] || "$@"
    cp -a "$H" "$BATS_TEST_TMPDIR/house"
    H=$BATS_TEST_TMPDIR/house
}

# shipped: the program as it is shipped, for a test that asks what comes out of thousands of letters or rounds. Whether
# memory is misused on these ways is asked of the sanitized build with a few, which takes a tenth of the time.
shipped() {
    BBT=${BBT_PLAIN:-$BBT}
}

bbt() {
    "$BBT" --house "$H" --now "$NOW" "$@"
}

# letter FILE FROM AUTH SUBJECT < body
letter() {
    {
        printf 'Return-Path: <%s>\r\n' "$2"
        [ "$3" = none ] || printf 'Authentication-Results: mx.mic.gov.vn; dmarc=%s header.from=%s\r\n' "$3" "${2#*@}"
        printf 'Received: from out.example.net (out.example.net [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1;\r\n'
        printf '\tFri, 20 Nov 2026 08:30:00 +0700\r\n'
        printf 'From: %s\r\nTo: banbientap@mic.gov.vn\r\nSubject: %s\r\n' "$2" "$4"
        printf 'Date: Fri, 20 Nov 2026 08:29:00 +0700\r\nMessage-ID: <%s@x>\r\n' "$(basename "$1")"
        printf 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        sed 's/$/\r/'
    } > "$1"
}

news() {
    letter "$1" vtb@mic.gov.vn pass "${2:-Đề nghị đăng tin: Khai trương mạng cáp quang}" <<'TEXT'
Kính gửi Ban Biên tập,

Cục Viễn thông gửi tin, đề nghị Ban Biên tập đăng tin trên Cổng Thông tin điện tử.

Sáng ngày 19/11/2026, tại Hà Nội, Cục Viễn thông đã tổ chức lễ khai trương mạng cáp quang. Tham dự buổi lễ
có lãnh đạo Bộ và đại diện các doanh nghiệp. Phát biểu tại buổi lễ, Cục trưởng nhấn mạnh vai trò của hạ tầng điện tử.
TEXT
}

complaint() {
    letter "$1" dan.thuong@gmail.com pass "${2:-Đơn khiếu nại}" <<'TEXT'
Kính gửi Bộ Thông tin và Truyền thông,

Tôi là Trần Văn Dân, làm đơn khiếu nại quyết định số 09/QĐ-XPHC xử phạt vi phạm hành chính đối với tôi. Tôi không đồng ý
với quyết định này vì trái quy định. Đề nghị xem xét lại và hủy quyết định nói trên, trả lại quyền lợi cho tôi.
TEXT
}

# document FILE NUMBER RECIPIENT
document() {
    letter "$1" vtb@mic.gov.vn pass "Công văn đề nghị đăng toàn văn" <<TEXT
BỘ THÔNG TIN VÀ TRUYỀN THÔNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: $2/BTTTT-CVT
V/v kho số viễn thông
Hà Nội, ngày 19 tháng 11 năm 2026

Kính gửi: Các doanh nghiệp viễn thông
Bộ Thông tin và Truyền thông gửi công văn về kho số viễn thông, đề nghị đăng toàn văn.

Nơi nhận:
- Như trên;
- $3
- Lưu: VT, CVT.
TEXT
}

# The reference on the first line of a JSON report.
ref_of() {
    sed -n '1s/.*"submission":"\([^"]*\)".*/\1/p'
}
