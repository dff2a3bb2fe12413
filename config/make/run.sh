#!/bin/sh
# Starts the demonstration: database, data, web and worker; Ctrl-C ends both.
set -eu
cd "$(dirname "$0")/../.."

port=${PORT:-5000}
export FORUM_ENV=development
export FORUM_BASE_URL="http://localhost:$port"
export FORUM_DATA_DIR="${FORUM_DATA_DIR:-var}"
forum=.venv/bin/forum

if .venv/bin/python - "$port" <<'PYTHON'
import socket, sys
with socket.socket() as tried:
    tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        tried.bind(("127.0.0.1", int(sys.argv[1])))
    except OSError:
        sys.exit(0)
sys.exit(1)
PYTHON
then
  printf 'Port %s is taken; choose another, as in: make run PORT=%s\n' "$port" "$((port + 1))" >&2
  exit 1
fi

(umask 077 && mkdir -p "$FORUM_DATA_DIR")
printf 'Preparing the demonstration in %s ...\n' "$FORUM_DATA_DIR"
summary=$(.venv/bin/python config/make/prepare.py)

server='' worker=''
stop() {
  trap '' INT TERM
  # shellcheck disable=SC2086
  kill $server $worker 2>/dev/null || true
  wait
}
trap stop EXIT
trap 'exit 0' INT TERM HUP

$forum serve --host 127.0.0.1 --port "$port" & server=$!

# Also ends when `make` was killed and could not pass it on.
runs() {
  for process in "$server" $worker "$PPID"; do kill -0 "$process" 2>/dev/null || return 1; done
}

until .venv/bin/python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$port/healthz', timeout=5)" \
  2>/dev/null; do
  runs || exit 1
  sleep 0.2
done
# Only now, so that two starts do not hold each other up.
$forum worker & worker=$!
printf '%s\n\nCounterpart is ready: http://localhost:%s (Ctrl-C ends it)\n' "$summary" "$port"

while runs; do
  sleep 1 & wait $!
done
printf 'The web server or the worker has ended by itself.\n' >&2
exit 1
