#!/usr/bin/env bash
# All that a change must pass: formatting, a release build without warnings, and the tests, by the README's own command.
# It ends with one line, "N passed, N failed, N skipped", as the test run counted them, and with the run's exit code.
#
#   build/check.sh          before every commit
#   build/check.sh --slow   before a release: also every script of build/gates, for what takes long or wants an idle machine
set -euo pipefail
cd "$(dirname "$0")/.."

slow=false
case "${1:-}" in
  "") ;;
  --slow) slow=true ;;
  *)
    echo "Unknown argument '$1'; usage: build/check.sh [--slow]" >&2
    exit 64
    ;;
esac

dotnet tool restore
dotnet csharpier check .
dotnet restore MlCnn.sln
dotnet build MlCnn.sln -c Release --no-restore

if $slow; then
  for gate in build/gates/*.sh; do
    if [ -f "$gate" ]; then
      echo "== $gate"
      bash "$gate"
    fi
  done
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
dotnet test MlCnn.sln 2>&1 | tee "$log" || code=$?

# The summary is a line "Test run summary: ..." followed by one line for each count.
count() {
  sed -n '/^Test run summary:/,$ s/^ *'"$1"': *\([0-9][0-9]*\).*/\1/p' "$log" | tail -n 1
}
passed=$(count succeeded)
if [ -z "$passed" ]; then
  echo "The test run ended without a summary." >&2
  exit $((code == 0 ? 1 : code))
fi
echo "$passed passed, $(count failed) failed, $(count skipped) skipped"
exit $code
