# trust.bats: a unit's letter, the request to its leader and his answer, each through a real Postfix with opendkim, a
# real Dovecot and `bbt fetch`, `intake`, `send`; and what is forged on the way. Both ways of knowing the sender: what
# the ministry's server wrote, and our own look at the signature with the DNS of the stack.
bats_require_minimum_version 1.5.0
BBT=$(realpath "${BBT:-build/bbt}")
load mailserver
load stack/stack

teardown() {
    [ -z "${RUN:-}" ] || { kill -TERM "$RUN" && wait "$RUN"; } || true
}

# What the house believes: the ministry's server, or its own look at the signature; $2: the resolver's port.
house() {
    rm -rf "$H"
    "$BBT" init "$H" --profile mic --trial >/dev/null
    {
        printf '%s\n' "profile mic" "from banbientap@ministry.example" "own-domains ministry.example" \
            "authserv-ids mx.ministry.example" "receivers mx.ministry.example" "resolver 127.0.0.1@${2:-$STACK_DNS}" \
            "letters { plus-addresses yes }" \
            "smtp { host localhost; port $STACK_RELAY; ca-file \"$MAIL_DIR/certs/ca.pem\" }"
        [ "$1" = server ] && echo "stamps yes" || echo "stamps no"
    } >"$H/banbientap.conf"
    mkdir -p "$H/secret"
    mail_box "$H" m "$STACK_USER" "$MAIL_IMAPS" "look-up $([ "$1" = server ] && echo no || echo yes)"
    printf 'profile\tunit\tunit_name\trole\tname\ttitle\taddress\n%b' \
        'mic\tST\tSở Thông tin\tleader\tSùng Mí D\tGiám đốc\tleader@so.example\n' \
        'mic\tST\tSở Thông tin\tcontact\tGiàng Thị E\tChuyên viên\tclerk@so.example\n' \
        'mic\tKH\tSở Khoa học\tleader\tLý A F\tGiám đốc\tleader@other.example\n' >"$L/units.tsv"
    bbt units import "$L/units.tsv" >/dev/null
}

bbt() {
    "$BBT" --house "$H" "$@"
}

take_in() {
    timeout 60 "$BBT" --house "$H" fetch --once
    timeout 60 "$BBT" --house "$H" intake --once
}

# article TITLE [SENDER]
article() {
    printf '%s\r\n' "From: ${2:-clerk@so.example}" "To: banbientap@ministry.example" "Subject: De nghi dang tin: $1" \
        "Message-ID: <a$RANDOM$RANDOM@so.example>" "Date: $(date -R)" "MIME-Version: 1.0" \
        "Content-Type: text/plain; charset=utf-8" "Content-Transfer-Encoding: 8bit" "" \
        "Kính gửi Ban Biên tập, Sở Thông tin đề nghị đăng tin sau trên Cổng." "" "$1" "" \
        "Sáng ngày 19/11/2026, Sở Thông tin đã tổ chức lễ khai trương $1. Tham dự buổi lễ có lãnh đạo Sở và đại diện" \
        "các doanh nghiệp trong tỉnh. Phát biểu tại buổi lễ, Giám đốc Sở nhấn mạnh vai trò của hạ tầng điện tử."
}

ref_of_title() {
    bbt --json list --all | sed -n "/$1/s/.*\"submission\":\"\([^\"]*\)\".*/\1/p"
}

# asked TITLE: the unit's letter comes in, the leader is asked; sets ref and request (the letter in his mailbox).
asked() {
    local before
    article "$1" | stack_send "$STACK_SUBMIT" mail.so.example clerk@so.example >/dev/null
    take_in
    ref=$(ref_of_title "$1")
    [ "$(stands)" = requested ]
    before=$(ls "$MAIL_DIR/mail/u51/new" 2>/dev/null || true)
    bbt send --once
    request=$(stack_read u51 "$before")
}

# reply FROM [OPTION or HEADER...] <<< words: the answer to $request.
reply() {
    local from=$1 options=()
    shift
    while [[ "${1:-}" == --* ]]; do options+=("$1"); shift; done
    /usr/bin/python3 "$stack_here/reply.py" "${options[@]}" "$request" "$from" "$@"
}

# By the server of the writer, which signs.
signed() {
    stack_send "$STACK_SUBMIT" mail.so.example "${1-leader@so.example}"
}

# At the ministry's door.
unsigned() {
    stack_send "$STACK_MX" mail.so.example "${1-leader@so.example}"
}

stands() {
    bbt --json show "${1:-$ref}" | /usr/bin/python3 -c '
import json, sys
print(json.load(sys.stdin)["confirmation"]["state"])'
}

# State $1, and the hold and the right to approve as they must be then.
must_stand() {
    [ "$(stands)" = "$1" ] || { bbt show "$ref"; false; }
    if [ "$1" = confirmed ]; then
        run -1 grep -q "\"submission\":\"$ref\"" < <(bbt --json list --hold confirmation)
    else
        grep -q "\"submission\":\"$ref\"" < <(bbt --json list --hold confirmation)
        run -1 bbt --as truongban approve "$ref"
    fi
    bbt fsck >/dev/null
}

@test "the roles run: a letter is held, its leader is asked, answers, and it can be published" {
    house server
    "$BBT" --house "$H" run </dev/null >"$L/run.log" 2>&1 3>&- 4>&- &
    RUN=$!
    article 'cap quang' | signed clerk@so.example >/dev/null
    request=$(stack_read u51)
    grep -q '^Return-Path: <>' "$request"
    grep -q '^Auto-Submitted: auto-generated' "$request"
    grep -q '^Reply-To: banbientap+.*@ministry.example' "$request"
    ref=$(ref_of_title 'cap quang')
    must_stand requested
    reply 'Sung Mi D <leader@so.example>' <<<'Đồng ý đăng.' | signed >/dev/null
    for i in $(seq 200); do
        [ "$(stands)" = requested ] || break
        sleep 0.1
    done
    must_stand confirmed
    kill -TERM "$RUN"
    wait "$RUN"
    RUN=
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    grep -rq 'cap quang' "$H/site"
    bbt fsck >/dev/null
}

# Answers to $request that must not count, then nothing else; each comes through Postfix.
forged_answers() {
    local agree='Đồng ý đăng.' leader='Sung Mi D <leader@so.example>' path
    reply "$leader" <<<"$agree" | unsigned >/dev/null
    reply "$leader" <<<"$agree" | /usr/bin/python3 "$stack_here/sign.py" "$STACK/dkim.pem" stranger.example | unsigned >/dev/null
    # The token in a stranger's hands, and in those of another unit's leader and of the unit's own clerk.
    reply 'Sung Mi D <leader@stranger.example>' <<<"$agree" |
        /usr/bin/python3 "$stack_here/sign.py" "$STACK/dkim.pem" stranger.example | unsigned x@stranger.example >/dev/null
    reply 'leader@other.example' <<<"$agree" | signed leader@other.example >/dev/null
    reply 'clerk@so.example' <<<"$agree" | signed clerk@so.example >/dev/null
    # A refusal that became an agreement after it was signed.
    path=$(reply "$leader" --no-quote <<<'Tôi chưa xem kỹ.' | stack_send "$STACK_SUBMIT" mail.so.example leader@so.example "$ELSEWHERE")
    sed -n '/^DKIM-Signature:/,$p' "$path" | sed 's/Tôi chưa xem kỹ/Đồng ý đăng/' | unsigned >/dev/null
    # Two From; the second one is signed by its own server.
    { printf 'From: %s\r\n' "$leader"; reply 'leader@other.example' <<<"$agree"; } | signed leader@other.example >/dev/null
    # A results line of his own making in our server's name.
    { printf 'Authentication-Results: mx.ministry.example; dkim=pass header.d=so.example header.s=cong\r\n'
        reply "$leader" <<<"$agree"; } | unsigned >/dev/null
}

# His own mailbox, signed, and yet not his word.
machines() {
    local leader='Sung Mi D <leader@so.example>'
    reply "$leader" 'Auto-Submitted: auto-replied' <<<'Đồng ý đăng.' | signed '' >/dev/null
    reply "$leader" 'X-Autoreply: yes' 'Precedence: bulk' <<<'Tôi vắng mặt đến hết ngày 30/11.' | signed '' >/dev/null
    reply "$leader" <<<'Hiện tôi đang đi công tác, sẽ trả lời thư sau ngày 30/11/2026.' | signed >/dev/null
    reply "$leader" </dev/null | signed >/dev/null
}

@test "what is no word of the leader releases nothing, by the server's results and by our own look" {
    local way
    ELSEWHERE=banbientap@ministry.example
    for way in server signature; do
        rm -rf "$MAIL_DIR"/mail/u5?
        house $way
        asked "cap quang $way"
        forged_answers
        machines
        take_in
        must_stand requested
        reply 'Sung Mi D <leader@so.example>' <<<'Đồng ý đăng.' | signed >/dev/null
        take_in
        must_stand confirmed
    done
}

@test "an answer is about the submission that it was asked for, and counts once" {
    house server
    asked 'cap quang'
    local first=$ref first_request=$request
    asked 'tram do gio'
    local path
    path=$(reply leader@so.example <<<'Đồng ý đăng.' | signed)
    take_in
    must_stand confirmed
    [ "$(stands "$first")" = requested ]
    # The same once more through the server, and with another Received above; then with other words below its id.
    sed -n '/^DKIM-Signature:/,$p' "$path" >"$L/copy"
    unsigned <"$L/copy" >/dev/null
    unsigned x@stranger.example <"$L/copy" >/dev/null
    take_in
    [ "$(bbt --json show "$ref" | grep -o '"what":"confirmed"' | wc -l)" -eq 1 ]
    [ "$(stands "$first")" = requested ]
    # The token of a submission that is confirmed, put into the thread of the other.
    reply leader@other.example <<<'Đồng ý đăng.' | sed "s/^In-Reply-To: .*/$(grep -i '^Message-ID:' "$first_request" | sed 's/Message-ID/In-Reply-To/I; s/[&/]/\\&/g')/" |
        signed leader@other.example >/dev/null
    take_in
    [ "$(stands "$first")" = requested ]
    bbt fsck >/dev/null
}

# What he answered to somebody else, or about something else, brought here by whoever has it (A9). His server's
# signature is good each time.
@test "genuine letters of the leader that were not written to us about this confirm nothing" {
    house server
    asked 'cap quang'
    local id yes
    id=$(bbt --json show "$ref" | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["report"]["message_id"])')
    yes() { # SUBJECT TO DATE: his yes with the id of the unit's letter in its thread
        printf '%s\r\n' "From: leader@so.example" "To: $2" "Subject: $1" "Date: $3" "Message-ID: <$RANDOM@so.example>" \
            "In-Reply-To: <$id>" "References: <$id>" "Content-Type: text/plain; charset=utf-8" "" "Đồng ý."
    }
    yes 'Re: De nghi dang tin: cap quang' clerk@so.example "$(date -R)" | signed >/dev/null
    yes 'Re: Xin nghi phep' banbientap@ministry.example "$(date -R)" | signed >/dev/null
    yes 'Re: De nghi dang tin: cap quang' banbientap@ministry.example "$(date -R -d '-3 days')" | signed >/dev/null
    yes 'Re: De nghi dang tin: cap quang' banbientap@ministry.example "$(date -R -d '-30 days')" | signed >/dev/null
    take_in
    must_stand requested
    yes 'Re: De nghi dang tin: cap quang' banbientap@ministry.example "$(date -R)" | signed >/dev/null
    take_in
    must_stand confirmed
    bbt --json show "$ref" | grep -q '"how":"thread"'
}

@test "an answer after the request has run out confirms nothing" {
    house server
    article 'cap quang' | signed clerk@so.example >/dev/null
    timeout 60 "$BBT" --house "$H" fetch --once
    # Asked a month ago: what counts is when the answer reached the server.
    timeout 60 "$BBT" --house "$H" --now "$(TZ=Asia/Ho_Chi_Minh date -d '-30 days' +%Y-%m-%dT%H:%M:%S+07:00)" intake --once
    ref=$(ref_of_title 'cap quang')
    bbt send --once
    request=$(stack_read u51)
    reply leader@so.example <<<'Đồng ý đăng.' | signed >/dev/null
    take_in
    must_stand requested
}

@test "the DNS is down: letter and answer wait, and count when it has answered" {
    local dead soon
    dead=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    house signature "$dead"
    article 'cap quang' | signed clerk@so.example >/dev/null
    take_in
    ref=$(ref_of_title 'cap quang')
    [ "$(bbt --json outbox | wc -l)" -eq 0 ]
    [ "$(ls "$H/spool/again" | wc -l)" -eq 1 ]
    back() { # the resolver is back, and the time to ask again has come
        sed -i "s/^resolver .*/resolver 127.0.0.1@$1/" "$H/banbientap.conf"
        timeout 60 "$BBT" --house "$H" --now "$(TZ=Asia/Ho_Chi_Minh date -d "+$2 min" +%Y-%m-%dT%H:%M:%S+07:00)" fetch --once
        timeout 60 "$BBT" --house "$H" intake --once
    }
    back "$STACK_DNS" 5
    [ -z "$(ls "$H/spool/again")" ]
    must_stand requested
    bbt --lang en show "$ref" | grep -q 'New evidence of the sender: [Aa]uthenticated'
    bbt send --once
    request=$(stack_read u51)
    sed -i "s/^resolver .*/resolver 127.0.0.1@$dead/" "$H/banbientap.conf"
    reply leader@so.example <<<'Đồng ý đăng.' | signed >/dev/null
    take_in
    must_stand requested
    back "$STACK_DNS" 10
    must_stand confirmed
    [ "$(bbt --json show "$ref" | grep -o '"what":"confirmed"' | wc -l)" -eq 1 ]
}
