#!/usr/bin/env bats
# What may lie in a house that nobody put there, and what a broken entry does to the others: nothing.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR/letters
    mkdir "$L"
}

# Letters into spool/new through the drop folder.
drop() {
    for f in "$@"; do cp "$f" "$H/drop/new/$(basename "$f")"; done
    bbt fetch --once
}

@test "an entry that cannot be opened is held and never stops the others" {
    news "$L/a" "Tin một"
    news "$L/b" "Tin hai"
    drop "$L/a" "$L/b"
    first=$(ls "$H"/spool/new/*.eml | head -1)
    ln "$first" "$BATS_TEST_TMPDIR/second-name"   # as `cp -al` leaves it
    ln -s /etc/passwd "$H/spool/new/0-link.eml"
    mkdir "$H/spool/new/1-directory.eml"
    mkfifo "$H/spool/new/2-fifo.eml"
    : > "$H/spool/new/3-without-facts.eml"
    ln -s /etc/passwd "$H/spool/new/4-facts.facts"; echo x > "$H/spool/new/4-facts.eml"
    echo '{' > "$H/spool/new/5-facts.facts"; echo x > "$H/spool/new/5-facts.eml"
    run -0 bbt intake --once
    [ "$(bbt --json list | wc -l)" -eq 1 ]
    [ -z "$(find "$H/spool/new" -name '*.eml')" ]
    [ "$(ls "$H"/spool/held/*.why | wc -l)" -eq 7 ]
    [ "$(find "$H/spool/held" -name '*.eml' | wc -l)" -eq 7 ]
    run -1 bbt status
}

@test "the same letter twice is accounted for, and so is another under its name" {
    news "$L/a" "Tin một"
    bbt ingest "$L/a" "$L/a" > /dev/null
    bbt ingest "$L/a" > /dev/null
    run -0 bbt fsck
    drop "$L/a"
    bbt intake --once
    rm -f "$H"/fetch.db*          # restored without it, or killed before its commit
    rm "$H"/drop/cur/*
    news "$L/b" "Tin hai"
    cp "$L/b" "$L/a"
    drop "$L/a"
    bbt intake --once
    run -0 bbt fsck
    [ "$(bbt --json list | wc -l)" -eq 2 ]
}
