#!/usr/bin/env bats
# What fields hold a letter for, and who may settle it (DC-3, DC-6, SV-10, CL-7).

load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
}

taken() {
    ref=$(bbt --json ingest "$1" | tee "$L/report" | grep -o 'BBT-[0-9]*-[0-9]*' | head -1)
    [ -n "$ref" ]
}

@test "a document that names the portal and is issued is held for nothing" {
    document "$L/a.eml" 1290 "Cổng TTĐT Bộ;"
    taken "$L/a.eml"
    grep -q '"holds":\[\]' "$L/report"
    run -0 bbt --as truongban approve "$ref"
}

@test "a document that does not name the portal waits for two people, each with a reason" {
    document "$L/a.eml" 1290 "Cục Viễn thông;"
    taken "$L/a.eml"
    grep -q '"reason":"portal-recipient"' "$L/report"
    run -1 bbt --as truongban approve "$ref"
    run bbt --as truongban release "$ref" --hold portal-recipient
    [ "$status" -ne 0 ]
    run -0 bbt --as truongban release "$ref" --hold portal-recipient --reason "Chánh Văn phòng đồng ý đăng"
    run -1 bbt --as truongban approve "$ref"
    run -1 bbt --as truongban release "$ref" --hold portal-recipient --reason "lần nữa"
    run -1 bbt --as bientap release "$ref" --hold portal-recipient --reason "tôi cũng thấy vậy"
    run -0 bbt --as thuky release "$ref" --hold portal-recipient --reason "đã đối chiếu với Văn phòng"
    bbt show "$ref" | grep -q "Chánh Văn phòng đồng ý đăng"
    run -0 bbt --as truongban approve "$ref"
}

@test "a number left open: not issued, and held" {
    document "$L/a.eml" "      " "Cổng TTĐT Bộ;"
    taken "$L/a.eml"
    grep -q '"reason":"not-issued"' "$L/report"
    grep -q '"issued":false' "$L/report"
    run -1 bbt --as truongban approve "$ref"
}

@test "explain shows each field with its place, within 80 columns" {
    document "$L/a.eml" 1290 "Cổng TTĐT Bộ;"
    bbt --lang en explain "$L/a.eml" > "$L/text"
    sed -n '/^Read in it:/,/^Would do:/p' "$L/text" | grep '^  ' > "$L/fields"
    grep -q 'Number: *1290/BTTTT-CVT \[body, [0-9]*-[0-9]*\]' "$L/fields"
    grep -q 'Names our portal: *yes' "$L/fields"
    python3 -c 'import sys; sys.exit(any(len(l.rstrip("\n")) > 80 for l in open(sys.argv[1], encoding="utf-8")))' "$L/fields"
}
