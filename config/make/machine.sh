#!/bin/sh
# Sees to the programs that the whole suite needs besides Python's packages.
set -eu
cd "$(dirname "$0")/../.."

has() { command -v "$1" >/dev/null 2>&1; }
has_postgres() { has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
# The browser driver is a program of its own that links to it.
has_atomic() { [ -n "$(find /usr/lib /usr/lib64 -name libatomic.so.1 2>/dev/null)" ]; }

missing=
has chromium-headless-shell || has chromium || has chromium-browser || missing="$missing chromium-headless-shell"
has_postgres || missing="$missing postgresql"
has_atomic || missing="$missing libatomic1"
has oathtool || missing="$missing oathtool"
has redis-server || missing="$missing redis-server"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! has apt-get; then
  printf 'The tests need programs that only root can install: have root run "apt-get install%s".\n' \
    "$missing" >&2
  exit 1
fi
printf 'Installing%s ...\n' "$missing" >&2
# shellcheck disable=SC2086
sh config/make/packages.sh $missing
