#!/usr/bin/env bash
# Runs the Swift tests, module by module: side by side they would starve each other, and some measure time.
#
#   scripts/test_swift.sh            everything but the simulator and the fuzz tests (a step of their own in ./test)
#   scripts/test_swift.sh FrontTests BackplaneTests
set -uo pipefail
cd "$(dirname "$0")/.." || exit

apart='SimulationTests|FuzzTests'
# What opens a thousand sockets or counts milliseconds runs alone, one after the other.
alone='SpeedTests|CrowdTests'

failed=()
second=()
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# run NAME ARGUMENT…: keeps quiet about what passed, and tells of every failure again at the end. A module that failed is run
# once more, and says so: what breaks fails twice, a test that a busy machine made late does not.
run() {
  local name=$1
  shift
  if swift test --skip-build "$@" >"$log" 2>&1; then
    printf '%s: %s\n' "$name" "$(tail -1 "$log")"
    return
  fi
  cat "$log"
  local failures
  failures=$(grep -E '✘|error:|Fatal|Crash' "$log" | cut -c1-500 | head -20)
  if swift test --skip-build "$@" >"$log" 2>&1; then
    printf '%s: %s\n' "$name" "$(tail -1 "$log")"
    second+=("$name: $failures")
  else
    cat "$log"
    failed+=("$name: $failures")
  fi
}

if [ $# -gt 0 ]; then modules=("$@"); else
  modules=()
  for folder in Tests/*Tests Examples/*/Tests/*Tests; do modules+=("$(basename "$folder")"); done
fi
for module in "${modules[@]}"; do
  [[ $module =~ ^($apart)$ ]] || run "$module" --filter "^$module\\." --skip "$apart|$alone"
done
[ $# -gt 0 ] || run 'one by one' --filter "$alone" --no-parallel

[ "${#second[@]}" -eq 0 ] || printf '%s\n' 'NEEDED A SECOND RUN:' "${second[@]}"
[ "${#failed[@]}" -eq 0 ] && exit
printf '%s\n' 'These failed:' "${failed[@]}"
exit 1
