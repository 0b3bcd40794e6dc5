#!/bin/sh
# Builds and runs the sandbox test on the plain build; speaks TAP. Called by tests/run.
set -eu
cd "$(dirname "$0")/../.."
${BBT_MAKE:-make} --no-print-directory -s -f tests/sandbox/sandbox.mk build/sandbox/test_sandbox >&2
CMOCKA_MESSAGE_OUTPUT=TAP exec build/sandbox/test_sandbox
