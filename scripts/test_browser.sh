#!/usr/bin/env bash
# Runs the tests with a real browser, two side by side. Up to five that failed are run once more, alone, and named: what
# breaks fails twice, a test that a busy machine made late does not.
#
#   scripts/test_browser.sh                   everything
#   scripts/test_browser.sh -k counter        what pytest selects
set -uo pipefail
cd "$(dirname "$0")/.." || exit

log=$(mktemp)
trap 'rm -f "$log"' EXIT

"${PYTHON:-python3}" -m pytest -n 2 Tests/Browser "$@" 2>&1 | tee "$log" && exit
failures=$(grep -E '^(FAILED|ERROR) ' "$log" | cut -c1-300)
count=$(grep -c . <<<"$failures")
[ "$count" -ge 1 ] && [ "$count" -le 5 ] || exit 1

"${PYTHON:-python3}" -m pytest --last-failed --last-failed-no-failures none Tests/Browser "$@" || exit 1
printf '%s\n' 'NEEDED A SECOND RUN:' "$failures"
