#!/bin/sh
# Prints a text file as the C string initialiser `static const char NAME_sql[] = ...;`
set -eu
name=$(basename "$1" .sql)
printf 'static const char %s_sql[] =\n' "$name"
sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' "$1"
printf ';\n'
