#!/usr/bin/env bash
# Installs the rivals that Debian has, for reports with all of them:
#
#	bench/rivals.sh
#	cd bench && go run -tags cblas ./report
#
# What is not in this release of Debian is left out, and reported as missing.
set -euo pipefail
packages=(
  gcc g++ pkg-config                           # compile what calls them
  libopenblas-dev libblis-dev libdnnl-dev      # products of matrices
  libfaiss-dev                                 # neighbour search
  python3-sklearn python3-pil liblinear-tools r-cran-glmnet # models, and PNG
  libonnxruntime-dev                           # predictions
)
if [ "$(id -u)" != 0 ]; then exec sudo "$0" "$@"; fi
apt-get update -q
here=()
for p in "${packages[@]}"; do
  if apt-cache show "$p" > /dev/null 2>&1; then here+=("$p"); else echo "no package $p" >&2; fi
done
DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${here[@]}"
