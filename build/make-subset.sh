#!/bin/sh
# Recreates data/fashion-mnist: the first 6,000 training and 1,000 test examples of the full data set.
#   build/make-subset.sh DIR   DIR holds the four .gz files of https://github.com/zalandoresearch/fashion-mnist
set -eu
from=${1:?usage: build/make-subset.sh DIR}
to=$(dirname "$0")/../data/fashion-mnist

# subset NAME COUNT HEADER EXAMPLE: an IDX header is the magic number (4 bytes), the count (4 bytes, big-endian)
# and, of images, height and width; only the count changes.
subset() {
    count=$(printf '%08x' "$2" | sed 's/../\\x&/g')
    {
        zcat "$from/$1.gz" | head -c 4
        env printf "$count"
        zcat "$from/$1.gz" | head -c $(($3 + $2 * $4)) | tail -c +9
    } | gzip -9 -n > "$to/$1.gz.new"
    mv "$to/$1.gz.new" "$to/$1.gz"
}

subset train-images-idx3-ubyte 6000 16 784
subset train-labels-idx1-ubyte 6000 8 1
subset t10k-images-idx3-ubyte 1000 16 784
subset t10k-labels-idx1-ubyte 1000 8 1
