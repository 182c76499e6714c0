#!/usr/bin/env bash
# Fails where the micro-kernel reaches less than 85 % of the multiply-adds that the same process measured the core to do.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet run -c Release --project bench/Microsoft.ML.Cnn.Benchmarks -- micro-kernel
