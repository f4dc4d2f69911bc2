#!/bin/sh
# What does an idle TLS connection cost?  src/bench/idle/idle.sh [COUNT] [JVM OPTION ...]
# Needs target/portcullis.jar, a JDK 25 as `java` (or in JAVA_HOME), and `ulimit -n` above COUNT.
set -eu
cd "$(dirname "$0")/../../.."
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
count="${1:-10000}"
[ $# -gt 0 ] && shift
port="${IDLE_PORT:-18443}"
dir="$(mktemp -d)"
pid=
trap '[ -z "$pid" ] || { kill "$pid" && wait "$pid" || true; }; rm -rf "$dir"' EXIT
cat > "$dir/idle.conf" <<CONF
listeners { https { bind = "127.0.0.1:$port", tls = local } }
tls.local.certificates = [ { chain = "dev.pem", key = "dev.key" } ]
routes = [ { respond { body = "ok" } } ]
admin { bind = "unix:$dir/admin.sock" }
access-log { format = off }
timeouts { keep-alive = 1 h }
limits { connections = $((count + 1000)), connections-per-address = off }
CONF
"$java" "$@" -jar target/portcullis.jar run --config "$dir/idle.conf" --dev-certificates "$dir" 2> "$dir/log" &
pid=$!
until grep -q "is ready after" "$dir/log"; do
    kill -0 "$pid" || { cat "$dir/log"; exit 1; }
    sleep 0.2
done
"$java" -version 2>&1 | tail -1
"$java" src/bench/idle/IdleConnections.java "$port" "$dir/ca.pem" "$pid" "$count"
