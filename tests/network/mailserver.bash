# mailserver.bash: a private Dovecot for the tests: its own directory, loopback only, plain password file,
# Maildir storage, nothing of the machine's own Dovecot touched. Needs root (Dovecot's own helpers do).
#
#   mail_start         certificates and server; $MAIL_DIR, $MAIL_IMAPS, $MAIL_IMAP, $MAIL_POP3S, $MAIL_POP3
#   mail_save USER     one letter from stdin into the INBOX of USER (u1 to u60, password: "mat khau USER")
#   mail_stop
# The certificate depends on the port: $MAIL_EXPIRED, $MAIL_WRONG, $MAIL_SELF are IMAPS with bad ones.

mail_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Twelve ports that nobody listens on now, looked for from the process number on, so that two suites on one
# machine do not meet. Below 32768: the kernel gives none of these to a client.
mail_ports() {
    local base=$((10000 + ($$ % 1800) * 12 + ${1:-0}))
    base=$(/usr/bin/python3 -c '
import socket, sys
base = int(sys.argv[1])
while True:
    try:
        held = [socket.create_server((host, base + n)) for n, host in enumerate(["127.0.0.1"] * 4 + ["127.0.0.2",
                "127.0.0.3", "127.0.0.4"] + ["127.0.0.1"] * 5)]
        break
    except OSError:
        base = 10000 + (base - 10000 + 12) % 21600
print(base)' "$base")
    MAIL_IMAPS=$base MAIL_IMAP=$((base + 1)) MAIL_POP3S=$((base + 2)) MAIL_POP3=$((base + 3))
    MAIL_EXPIRED=$((base + 4)) MAIL_WRONG=$((base + 5)) MAIL_SELF=$((base + 6)) MAIL_FAKE=$((base + 7))
}

mail_conf() {
    cat <<EOF
base_dir = $MAIL_DIR/run
state_dir = $MAIL_DIR/state
log_path = $MAIL_DIR/log
protocols = imap pop3
listen = 127.0.0.1
first_valid_uid = 1
disable_plaintext_auth = yes
ssl = yes
ssl_cert = <$MAIL_DIR/certs/good.pem
ssl_key = <$MAIL_DIR/certs/good.key
mail_location = maildir:$MAIL_DIR/mail/%n
mail_home = $MAIL_DIR/mail/%n
default_vsz_limit = 512M
mail_max_userip_connections = 100
maildir_copy_with_hardlinks = yes
passdb {
  driver = passwd-file
  args = scheme=PLAIN $MAIL_DIR/users
}
userdb {
  driver = static
  args = uid=$MAIL_UID gid=$MAIL_UID home=$MAIL_DIR/mail/%n
}
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  inet_listener imap {
    port = $MAIL_IMAP
  }
  inet_listener imaps {
    port = $MAIL_IMAPS
    ssl = yes
  }
  inet_listener expired {
    address = 127.0.0.2
    port = $MAIL_EXPIRED
    ssl = yes
  }
  inet_listener wrong {
    address = 127.0.0.3
    port = $MAIL_WRONG
    ssl = yes
  }
  inet_listener self {
    address = 127.0.0.4
    port = $MAIL_SELF
    ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    port = $MAIL_POP3
  }
  inet_listener pop3s {
    port = $MAIL_POP3S
    ssl = yes
  }
}
service anvil {
  client_limit = 500
}
EOF
    local name n=2
    for name in expired wrong self; do
        printf 'local 127.0.0.%d {\n  ssl_cert = <%s\n  ssl_key = <%s\n}\n' $n \
            "$MAIL_DIR/certs/$name.pem" "$MAIL_DIR/certs/$name.key"
        n=$((n + 1))
    done
}

mail_start() {
    MAIL_DIR=${MAIL_DIR:-$(mktemp -d)}
    MAIL_UID=$(id -u nobody)
    mail_ports "${1:-0}"
    mkdir -p "$MAIL_DIR/run" "$MAIL_DIR/state" "$MAIL_DIR/mail"
    chmod 755 "$MAIL_DIR"
    chown nobody "$MAIL_DIR/mail"
    sh "$mail_here/certs.sh" "$MAIL_DIR/certs"
    local user
    for user in $(seq -f u%g 60); do
        echo "$user:mat khau $user"
    done >"$MAIL_DIR/users"
    mail_conf >"$MAIL_DIR/dovecot.conf"
    # Nothing inherited: a daemon that holds our pipe would keep the caller waiting for ever.
    dovecot -c "$MAIL_DIR/dovecot.conf" </dev/null >"$MAIL_DIR/start" 2>&1 3>&- 4>&-
    mail_wait_port 127.0.0.1 "$MAIL_IMAPS"
}

mail_wait_port() {
    local i
    for i in $(seq 100); do
        (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null && return 0
        sleep 0.05
    done
    echo "no server on $1:$2" >&2
    return 1
}

mail_stop() {
    [ -f "$MAIL_DIR/run/master.pid" ] && doveadm -c "$MAIL_DIR/dovecot.conf" stop 2>/dev/null
    return 0
}

mail_save() {
    doveadm -c "$MAIL_DIR/dovecot.conf" save -u "$1" ${2:+-m "$2"}
}

mail_doveadm() {
    doveadm -c "$MAIL_DIR/dovecot.conf" "$@"
}

# mail_house DIR: a house without mailboxes; mail_box adds them.
mail_house() {
    "$BBT" init "$1" --profile mic >/dev/null
    mkdir -p "$1/secret"
    echo "profile mic" >"$1/banbientap.conf"
}

# mail_box HOUSE NAME USER PORT [LINES]: adds a mailbox block.
mail_box() {
    local house=$1 name=$2 user=$3 port=$4
    shift 4
    (umask 077 && echo "mat khau $user" >"$house/secret/$name")
    {
        echo "mailbox $name {"
        printf '%s\n' "protocol imap" "host localhost" "port $port" "tls implicit" "user $user" \
            "ca-file \"$MAIL_DIR/certs/ca.pem\"" "password-file secret/$name" "timeout 10" "look-up no" |
            mail_override "$@"
        printf '    %s\n' "$@"
        echo "}"
    } >>"$house/banbientap.conf"
}

# Lines from stdin whose first word is not among the arguments' first words.
mail_override() {
    local line words arg
    words=$(for arg in "$@"; do echo "${arg%% *}"; done)
    while read -r line; do
        echo "$words" | grep -qx "${line%% *}" || echo "    $line"
    done
}

# mail_spooled HOUSE: sha256 of every letter in the spool, sorted.
mail_spooled() {
    find "$1/spool/new" "$1/spool/done" "$1/spool/held" -name '*.eml' -exec sha256sum {} + 2>/dev/null |
        cut -d' ' -f1 | sort
}
