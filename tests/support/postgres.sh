#!/usr/bin/env bash
# A PostgreSQL cluster for one test run. Prints its URL, stays until standard input ends (which
# it does even when the parent is killed), then stops the server and removes its files.
# As root the server runs as an unprivileged user, because PostgreSQL refuses root.
set -euo pipefail

fail() {
    echo "postgres.sh: $*" >&2
    exit 1
}

find_binaries() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV); do
        if [[ -x $folder/initdb && -x $folder/postgres ]]; then
            echo "$folder"
            return
        fi
    done
    if command -v initdb >/dev/null && command -v postgres >/dev/null; then
        dirname "$(command -v initdb)"
    fi
}

binaries=$(find_binaries)
[[ -n $binaries ]] || fail "no PostgreSQL server found; on Debian: apt-get install postgresql"

as_server=()
home=$(mktemp -d "${TMPDIR:-/tmp}/deskhand-pg.XXXXXX")
if [[ $(id -u) == 0 ]]; then
    user=nobody
    id postgres >/dev/null 2>&1 && user=postgres
    chown "$user" "$home"
    if command -v setpriv >/dev/null; then
        as_server=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups --)
    else
        as_server=(runuser -u "$user" --)
    fi
fi

stop() {
    trap - EXIT INT TERM
    # The data are thrown away, so nothing needs to be written back first.
    "${as_server[@]}" "$binaries/pg_ctl" stop -D "$home/data" -m immediate -s >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT TERM

cd "$home"
export LC_ALL=C TZ=UTC HOME="$home"
"${as_server[@]}" "$binaries/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C \
    --no-sync --no-instructions >"$home/initdb.log" 2>&1 || {
    cat "$home/initdb.log" >&2
    fail "initdb failed"
}
cat >>"$home/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$home'
max_connections = 300
fsync = off
full_page_writes = off
timezone = 'UTC'
log_min_messages = fatal
CONF

# Below the ports that the system hands out itself; another try where one is taken.
for attempt in 1 2 3 4 5 6 7 8; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if "${as_server[@]}" "$binaries/pg_ctl" start -D "$home/data" -w -t 60 -s \
        -l "$home/server.log" -o "-p $port" </dev/null >/dev/null 2>&1; then
        echo "postgres://postgres@127.0.0.1:$port/postgres"
        while read -r _; do :; done
        exit 0
    fi
    echo "postgres.sh: port $port, attempt $attempt: the server did not start" >&2
done
cat "$home/server.log" >&2
fail "the server does not start"
