#!/bin/sh
# How long from exec to the first answered HTTPS request?  src/bench/start.sh [JAR [RUNS]]
# The options of conf/jvm.options, with and without the AOT cache that `portcullis train` makes; the two in turns.
# Needs a JDK 25 as `java` (or in JAVA_HOME), python3 and openssl.
set -eu
cd "$(dirname "$0")/../.."
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
jar="${1:-target/portcullis.jar}"
runs="${2:-10}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
"$java" @conf/jvm.options -XX:AOTCacheOutput="$dir/portcullis.aot" -jar "$jar" train > "$dir/train.log" 2>&1 || {
    cat "$dir/train.log"
    exit 1
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 30 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2> /dev/null
"$java" -version 2>&1 | sed -n 2p
python3 - "$java" "$jar" "$runs" "$dir" <<'PYTHON'
import os, socket, ssl, statistics, subprocess, sys, time

java, jar, runs, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
CLIENT = ssl._create_unverified_context()
KINDS = {"without the cache": [], "with the cache": [f"-XX:AOTCache={folder}/portcullis.aot", "-XX:AOTMode=on"]}

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]

def once(options):
    """Seconds to the first answer, and resident MB then."""
    port, backend = free_port(), free_port()
    conf = f"{folder}/portcullis.conf"
    open(conf, "w").write(f'''
listeners.https {{ bind = "127.0.0.1:{port}", tls = site }}
tls.site {{ certificates = [ {{ chain = "{folder}/cert.pem", key = "{folder}/key.pem" }} ], hsts {{ max-age = 365 days }} }}
demo.bind = "127.0.0.1:{backend}"
upstreams.app {{ endpoints = ["127.0.0.1:{backend}"] }}
routes = [ {{ upstream = app }} ]
admin.bind = off
access-log {{ format = off }}
''')
    began = time.perf_counter()
    process = subprocess.Popen([java, "@conf/jvm.options", *options, "-jar", jar, "run", "--config", conf],
                               stdout=subprocess.DEVNULL, stderr=open(f"{folder}/stderr", "wb"))
    try:
        while True:
            if process.poll() is not None:
                sys.exit(f"ended with status {process.returncode}:\n" + open(f"{folder}/stderr").read())
            try:
                with CLIENT.wrap_socket(socket.create_connection(("127.0.0.1", port), 5), server_hostname="localhost") as s:
                    s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    if not s.recv(100).startswith(b"HTTP/1.1 200"):
                        sys.exit("the first answer is not 200")
                    break
            except ConnectionRefusedError:
                time.sleep(0.002)
        seconds = time.perf_counter() - began
        rss = int(next(l for l in open(f"/proc/{process.pid}/status") if l.startswith("VmRSS")).split()[1]) / 1024
        return seconds, rss
    finally:
        process.terminate()
        process.wait()

took = {kind: [] for kind in KINDS}
for options in KINDS.values():
    once(options)  # files come from the page cache in all that count
for _ in range(runs):
    for kind, options in KINDS.items():
        took[kind].append(once(options))
print(f"| {runs} starts each, in turns | median | least to most | RSS then |\n|---|---|---|---|")
for kind, all_of in took.items():
    times = sorted(t for t, _ in all_of)
    print(f"| {kind} | {statistics.median(times):.2f} s | {times[0]:.2f} to {times[-1]:.2f} s | {statistics.median(r for _, r in all_of):.0f} MB |")
PYTHON
