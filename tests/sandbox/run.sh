#!/bin/sh
# Builds and runs the sandbox tests on the plain build; speaks TAP, one plan per program. Called by tests/run.
set -eu
cd "$(dirname "$0")/../.."
status=0
for test in test_sandbox test_sandbox_dns test_program; do
    ${BBT_MAKE:-make} --no-print-directory -s -f tests/sandbox/sandbox.mk build/sandbox/$test >&2
    CMOCKA_MESSAGE_OUTPUT=TAP build/sandbox/$test || status=1
done
exit $status
