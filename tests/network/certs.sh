# certs.sh DIR: a test authority and the certificates the network tests need, made with openssl at test time.
#   ca.pem                 the authority the tests trust
#   good expired wrong     signed by it: for localhost; valid until yesterday; for mail.example.org
#   self                   signed by nobody known
set -eu
dir=$1
mkdir -p "$dir"
cd "$dir"
[ -f ca.pem ] && exit 0
key() { openssl genrsa -out "$1.key" 2048 2>/dev/null; }

key ca
openssl req -x509 -new -key ca.key -days 30 -subj "/CN=banbientap test authority" -out ca.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign

# openssl x509 -days takes no past; `ca` with explicit dates does.
cat >ca.conf <<'EOF'
[ca]
default_ca = test
[test]
database = ./index.txt
serial = ./serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
EOF
: >index.txt
echo 01 >serial

sign() { # name, subjectAltName, first day, last day
    key "$1"
    openssl req -new -key "$1.key" -subj "/CN=$1" -addext "subjectAltName=$2" -out "$1.csr"
    openssl ca -batch -notext -config ca.conf -cert ca.pem -keyfile ca.key -in "$1.csr" -out "$1.pem" \
        -startdate "$3" -enddate "$4" 2>/dev/null
}
before=$(date -u -d '-20 days' +%Y%m%d%H%M%SZ)
yesterday=$(date -u -d '-1 day' +%Y%m%d%H%M%SZ)
later=$(date -u -d '+20 days' +%Y%m%d%H%M%SZ)
sign good DNS:localhost,IP:127.0.0.1 "$before" "$later"
sign expired DNS:localhost,IP:127.0.0.2 "$before" "$yesterday"
sign wrong DNS:mail.example.org "$before" "$later"
key self
openssl req -x509 -new -key self.key -days 20 -subj /CN=self -addext subjectAltName=DNS:localhost,IP:127.0.0.4 \
    -out self.pem
