#!/bin/sh
# Letters signed with personal certificates, for tests/unit/test_smime.c: tests/unit/data/smime/. openssl is
# the signer. Certificates hold for a hundred years.
set -eu
out=$(dirname "$0")/../unit/data/smime
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
rm -f "$out"/*
authority() { # NAME
    openssl req -x509 -newkey rsa:2048 -nodes -days 36500 -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.pem" \
        -addext "basicConstraints=critical,CA:true" -addext "keyUsage=keyCertSign" 2>/dev/null
}
person() { # NAME AUTHORITY ADDRESS USAGE DAYS
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$work/$1.key" -out "$work/$1.csr" 2>/dev/null
    printf 'subjectAltName=email:%s\nextendedKeyUsage=%s\nkeyUsage=digitalSignature\n' "$3" "$4" >"$work/$1.ext"
    openssl x509 -req -in "$work/$1.csr" -CA "$work/$2.pem" -CAkey "$work/$2.key" -CAcreateserial -days "$5" \
        -extfile "$work/$1.ext" -out "$work/$1.pem" 2>/dev/null
}
signed() { # FILE SIGNER FROM
    printf 'Content-Type: text/plain; charset=utf-8\n\nDong y dang bai.\n' >"$work/text"
    openssl smime -sign -in "$work/text" -signer "$work/$2.pem" -inkey "$work/$2.key" -from "$3" \
        -to banbientap@mic.gov.vn -subject "Re: de nghi" -out "$out/$1" 2>/dev/null
}
authority ours
authority theirs
cp "$work/ours.pem" "$out/ca.pem"
person huy ours dqhuy@mic.gov.vn emailProtection 36500
person server ours dqhuy@mic.gov.vn serverAuth 36500
person stranger theirs dqhuy@mic.gov.vn emailProtection 36500
person late ours dqhuy@mic.gov.vn emailProtection 1
openssl req -x509 -newkey rsa:2048 -nodes -days 36500 -subj "/CN=self" -addext "subjectAltName=email:dqhuy@mic.gov.vn" \
    -keyout "$work/self.key" -out "$work/self.pem" 2>/dev/null
signed good.eml huy 'Dang Quang Huy <dqhuy@mic.gov.vn>'
signed other-from.eml huy 'lan@mic.gov.vn'
signed server.eml server dqhuy@mic.gov.vn
signed stranger.eml stranger dqhuy@mic.gov.vn
signed self.eml self dqhuy@mic.gov.vn
signed late.eml late dqhuy@mic.gov.vn
sed 's/Dong y/Khong dong y/' "$out/good.eml" >"$out/changed.eml"
sed 's/^From: .*/&\nFrom: lan@mic.gov.vn/' "$out/good.eml" >"$out/two-from.eml"
sed 's/$/\r/' "$out/good.eml" | sed 's/\r\r$/\r/' >"$out/crlf.eml"
printf 'From: dqhuy@mic.gov.vn\nSubject: a\n\nDong y.\n' >"$out/unsigned.eml"
extra='Content-Type: text\/plain\n\nKhong dong y.\n'
sed "s/^\(------[A-F0-9]*\)--\$/\1\n$extra\1--/" "$out/good.eml" >"$out/third-part.eml"
sed "s/^\(------[A-F0-9]*\)--\$/&\n\1\n$extra\1--/" "$out/good.eml" >"$out/part-behind.eml"
sed 's/^------[A-F0-9]*--$//' "$out/good.eml" >"$out/not-closed.eml"
