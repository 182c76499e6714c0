#!/usr/bin/env bash
# Packs the library into artifacts/, with its symbols beside it. Further properties go through to the build:
#
#   build/pack.sh -p:PackageId=Microsoft.ML.Cnn -p:Version=1.0.0
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet pack src/Microsoft.ML.Cnn -c Release -o artifacts -p:ContinuousIntegrationBuild=true "$@"
