#!/bin/sh
# Makes .venv and installs what is pinned: `environment.sh run` what the site needs,
# `environment.sh dev` also what its tests and checks need. Does nothing when all is there.
#
# A fresh Debian has python3 without ensurepip (package python3-venv) and often without pip,
# so pip is taken from wherever it is; only where there is none is a package installed.
set -eu
cd "$(dirname "$0")/../.."

wanted=$1
say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

choose_python() {
  for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 /usr/bin/python3}; do
    if fits "$python"; then return; fi
  done
  say 'Python 3.11, 3.12 or 3.13 was not found; set PYTHON to one, as in: make run PYTHON=python3.12'
  exit 1
}

# What .venv was made of; where one of these differs, it is made anew.
fingerprint() {
  {
    cat requirements.lock requirements-dev.lock requirements-build.lock
    pwd
    .venv/bin/python -c 'import sys; print(sys.version)'
  } 2>/dev/null | sha256sum | cut -d ' ' -f 1
}

# What the mark says was installed: run, dev, or nothing that can be used.
installed() {
  [ -f .venv/installed ] && fits .venv/bin/python || return 0
  read -r kind sum < .venv/installed || return 0
  if [ "$sum" = "$(fingerprint)" ]; then printf '%s' "$kind"; fi
}

pip() {
  "$@" --disable-pip-version-check --quiet --no-input
}

make_venv() {
  if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv --clear .venv
  elif "$python" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear --without-pip .venv
  elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say 'Installing python3-venv, since this machine has no pip.'
    sh config/make/packages.sh python3-venv
    python=/usr/bin/python3
    "$python" -m venv --clear .venv
  else
    say 'This machine has no pip: have root run "apt-get install python3-venv", then try again.'
    exit 1
  fi
}

install() {
  if .venv/bin/python -c 'import pip' 2>/dev/null; then
    set -- .venv/bin/python -m pip install
  else
    set -- "$python" -m pip --python .venv/bin/python install
  fi
  case $wanted in
    dev) locks='-r requirements-dev.lock' ;;
    *) locks='-r requirements.lock -r requirements-build.lock' ;;
  esac
  # Wheels only: a source archive would fetch its own build tools, unpinned.
  # shellcheck disable=SC2086
  pip "$@" --require-hashes --only-binary=:all: --no-deps $locks
  pip "$@" --no-deps --no-build-isolation --editable .
}

present=$(installed)
if [ "$present" = dev ] || [ "$present" = "$wanted" ]; then exit 0; fi
choose_python
say "Installing into .venv with $("$python" -V) ..."
[ -n "$present" ] || make_venv
rm -f .venv/installed
install
printf '%s %s\n' "$wanted" "$(fingerprint)" > .venv/installed
