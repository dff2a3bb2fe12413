#!/bin/sh
# Installs Debian packages: `packages.sh NAME...`; needs root.
set -eu

export DEBIAN_FRONTEND=noninteractive
# A server that comes in a package need not start: the tests start their own.
export RUNLEVEL=1
apt() { apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt update && apt install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  printf 'These packages could not be installed: %s\n' "$*" >&2
  exit 1
fi
