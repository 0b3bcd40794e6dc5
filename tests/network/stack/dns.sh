# dns.sh DIR: unbound on 127.0.0.1:$STACK_DNS, which answers for .example from its own file and asks nobody.
# unit.ministry.example has a key, SPF and DMARC; so.example, other.example and stranger.example have the key and
# a policy of none.
set -eu
dir=$1
key=$(openssl rsa -in "$dir/dkim.pem" -pubout -outform DER 2>/dev/null | base64 -w0)
# A string of a TXT record holds 255 bytes at most; quotes inside need single quotes around.
txt() {
    printf "    local-data: '%s TXT %s'\n" "$1" "$(printf %s "$2" | fold -w 200 | sed 's/.*/"&"/' | tr '\n' ' ')"
}
{
    cat <<EOF
server:
    interface: 127.0.0.1
    port: $STACK_DNS
    do-daemonize: yes
    directory: "$dir"
    pidfile: "$dir/unbound.pid"
    logfile: "$dir/unbound.log"
    use-syslog: no
    chroot: ""
    username: ""
    num-threads: 1
    module-config: "iterator"
    do-not-query-localhost: yes
    local-zone: "." refuse
    local-zone: "example." static
    local-data: 'ministry.example MX 10 mx.ministry.example'
    local-data: 'mx.ministry.example A 127.0.0.1'
    local-data: 'mail.unit.ministry.example A 127.0.0.1'
EOF
    for domain in unit.ministry.example so.example other.example stranger.example; do
        txt cong._domainkey.$domain "v=DKIM1; k=rsa; p=$key"
    done
    txt _dmarc.so.example "v=DMARC1; p=none"
    txt _dmarc.other.example "v=DMARC1; p=none"
    txt _dmarc.stranger.example "v=DMARC1; p=none"
    txt unit.ministry.example "v=spf1 ip4:127.0.0.1 -all"
    txt _dmarc.unit.ministry.example "v=DMARC1; p=reject; adkim=s"
    txt ministry.example "v=spf1 mx -all"
    txt _dmarc.ministry.example "v=DMARC1; p=reject"
    txt stranger.example "v=spf1 ip4:127.0.0.1 -all"
    printf 'remote-control:\n    control-enable: no\n'
} >"$dir/unbound.conf"
unbound -c "$dir/unbound.conf"
