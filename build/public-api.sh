#!/usr/bin/env bash
# Brings PublicAPI.Unshipped.txt up to date with what the library shows to users, for the change to be read and committed:
#
#   build/public-api.sh && git diff src/Microsoft.ML.Cnn/PublicAPI.Unshipped.txt
#
# It starts from an empty list and takes the analyzer's word for what is missing in it (RS0016). A symbol of
# PublicAPI.Shipped.txt that is gone (RS0017) breaks users: it is listed as *REMOVED*.
set -euo pipefail
cd "$(dirname "$0")/.."

project=src/Microsoft.ML.Cnn
unshipped=$project/PublicAPI.Unshipped.txt
work=$(mktemp -d)
cp "$unshipped" "$work/before"
finish() {
  if [ -f "$work/after" ]; then cp "$work/after" "$unshipped"; else cp "$work/before" "$unshipped"; fi
  rm -rf "$work"
}
trap finish EXIT

echo '#nullable enable' >"$unshipped"
if ! DOTNET_CLI_UI_LANGUAGE=en dotnet build "$project" --no-incremental -tl:off -p:CheckPublicApi=true -p:TreatWarningsAsErrors=false >"$work/log" 2>&1; then
  grep -E ': error ' "$work/log" | sort -u >&2
  echo "The library does not build; $unshipped stays as it was." >&2
  exit 1
fi

{
  echo '#nullable enable'
  {
    sed -n "s/.*: warning RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" "$work/log"
    sed -n "s/.*: warning RS0017: Symbol '\(.*\)' is part of the declared API, but.*/*REMOVED*\1/p" "$work/log"
  } | LC_ALL=C sort -u
} >"$work/list"
mv "$work/list" "$work/after"
echo "$(($(wc -l <"$work/after") - 1)) symbols in $unshipped"
