#!/bin/sh
# Prints text files as one C string initialiser: embed.sh NAME FILE... gives `static const char NAME[] = ...;`
set -eu
printf 'static const char %s[] =\n' "$1"
shift
sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' "$@"
printf ';\n'
