# dkim.sh DIR: two opendkim milters: the unit's, which signs, and the ministry's, which verifies against our DNS.
set -eu
dir=$1
cat >"$dir/signer.conf" <<EOF
Mode s
Domain unit.ministry.example,so.example,other.example
Selector cong
KeyFile $dir/dkim.pem
Canonicalization relaxed/relaxed
OversignHeaders From
Socket inet:$STACK_SIGNER@127.0.0.1
PidFile $dir/signer.pid
InternalHosts 127.0.0.0/8
EOF
cat >"$dir/verifier.conf" <<EOF
Mode v
AuthservID mx.ministry.example
AlwaysAddARHeader yes
RemoveARFrom nobody.invalid
ResolverConfiguration $dir/resolver.conf
Socket inet:$STACK_VERIFIER@127.0.0.1
PidFile $dir/verifier.pid
InternalHosts 192.0.2.1
EOF
cat >"$dir/resolver.conf" <<EOF
server:
    module-config: "iterator"
    do-not-query-localhost: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@$STACK_DNS
EOF
for role in signer verifier; do
    printf 'Background yes\nRequireSafeKeys no\nSyslog yes\nTemporaryDirectory %s\n' "$dir" >>"$dir/$role.conf"
    opendkim -x "$dir/$role.conf"
done
