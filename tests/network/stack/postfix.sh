# postfix.sh DIR: one Postfix with two doors. The submission door has the unit's name and signer, and hands
# everything to the other door over SMTP (content_filter); that one has the ministry's name and verifier, and
# delivers into the Maildir that Dovecot reads. A third takes the ministry's own letters and delivers them to
# people outside, who have Maildirs here too.
set -eu
dir=$1
etc=$dir/postfix
mkdir -p "$etc" "$dir/queue" "$dir/data"
chown postfix "$dir/data"
chmod 755 "$dir" "$dir/queue"
cat >"$etc/main.cf" <<EOF
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
maillog_file = $dir/maillog
maillog_file_prefixes = $dir
myhostname = mail.unit.ministry.example
mydomain = unit.ministry.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:nobody lives here
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
milter_default_action = tempfail
virtual_mailbox_domains = ministry.example so.example other.example
recipient_delimiter = +
virtual_mailbox_base = $(dirname "$dir")/mail
virtual_mailbox_maps = inline:{ { banbientap@ministry.example = u50/ }, { leader@so.example = u51/ },
    { @so.example = u52/ }, { @other.example = u52/ } }
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
virtual_minimum_uid = 1
EOF
cat >"$etc/master.cf" <<EOF
127.0.0.1:$STACK_SUBMIT inet n - n - - smtpd
  -o syslog_name=unit -o smtpd_milters=inet:127.0.0.1:$STACK_SIGNER -o content_filter=smtp:[127.0.0.1]:$STACK_MX
127.0.0.1:$STACK_MX inet n - n - - smtpd
  -o syslog_name=ministry -o myhostname=mx.ministry.example -o smtpd_milters=inet:127.0.0.1:$STACK_VERIFIER
127.0.0.1:$STACK_RELAY inet n - n - - smtpd
  -o syslog_name=relay -o myhostname=mx.ministry.example -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_cert_file=$(dirname "$dir")/certs/good.pem -o smtpd_tls_key_file=$(dirname "$dir")/certs/good.key
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
smtp      unix - - n - - smtp
virtual   unix - n n - - virtual
error     unix - - n - - error
retry     unix - - n - - error
proxymap  unix - - n - - proxymap
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
tlsmgr    unix - - n 1000? 1 tlsmgr
showq     unix n - n - - showq
flush     unix n - n 1000? 0 flush
postlog   unix-dgram n - n - 1 postlogd
EOF
postfix -c "$etc" start
