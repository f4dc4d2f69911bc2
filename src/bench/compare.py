#!/usr/bin/env python3
"""Measure a TLS-terminating reverse proxy beside its peers, in one run, on one machine.

  apt-get install -y nginx-light haproxy h2o wrk nghttp2-client               # peers and load generators
  src/bench/compare.py --jar target/portcullis.jar                            # ours as it ships beside the three: about 12 minutes
  src/bench/compare.py --jar target/portcullis.jar --only keepalive,handshake --rounds 5
  src/bench/compare.py                                                        # peers only
  src/bench/compare.py --candidate 'COMMAND' --conf FILE                      # anything else in our place

--jar runs it with conf/jvm.options, src/bench/compare.conf, and an AOT cache that `portcullis train` makes first; --no-aot leaves that
out. A --candidate command is started from the current folder. In it, and in the file given with --conf, these words are replaced:
{port} {origin} {cert} {key} {p12} {dir}. It must serve HTTPS on 127.0.0.1:{port} (HTTP/1.1 and, by ALPN, HTTP/2), proxy everything to
http://127.0.0.1:{origin}, add Strict-Transport-Security and X-Forwarded-For/-Proto, as the peers do. --beside NAME='COMMAND', as often
as you like, adds a peer in the same way, that is warmed up like the candidate. NGINX=, HAPROXY=, H2O= name other binaries.

Every proxy is pinned to processor 0 with one worker; the origin and the load generator share processor 1. The figure to trust is CPU
microseconds (user + system, all threads) that the proxy's processes spent per request: it does not move with the load generator.
Rounds are interleaved (A B C, A B C, ...) and the median is printed, with the ratio to the best peer in that workload; a table in
Markdown stands at the end. What runs on a JVM gets --warmup seconds of load before anything counts, and --again seconds before each
workload: on one processor its compiler needs some 40 s of each kind of load. Throughput and latency are printed too, but on a shared
machine they are only hints.
"""
import argparse, json, os, re, shlex, signal, socket, statistics, subprocess, sys, tempfile, time

HZ = os.sysconf("SC_CLK_TCK")
WORKLOADS = {
    # name: (tool, path, connections, extra)
    "keepalive": ("wrk", "/", 64, {}),
    "keepalive-1k": ("wrk", "/1k.bin", 64, {}),
    "busy-256": ("wrk", "/", 256, {}),
    "handshake": ("wrk", "/", 16, {"header": "Connection: close"}),
    "bulk-100k": ("wrk", "/100k.bin", 32, {}),
    "bulk-10m": ("wrk", "/10m.bin", 4, {}),
    "h2": ("h2load", "/", 8, {"streams": 16}),
    "latency": ("rate", "/1k.bin", 8, {"rps": 4000}),          # HTTP/2, open loop: a stall shows in full
}

def family(pid):
    out = [pid]
    try:
        for t in os.listdir(f"/proc/{pid}/task"):
            for c in open(f"/proc/{pid}/task/{t}/children").read().split():
                out += family(int(c))
    except FileNotFoundError:
        pass
    return out

def ticks(pid):
    user = system = 0
    for p in family(pid):
        f = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
        user += int(f[11]); system += int(f[12])
    return user, system

def rss_mb(pid):
    return sum(int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{p}/status").read()).group(1)) for p in family(pid)) / 1024

def pin(pid, cpu):
    time.sleep(0.3)                                    # a child that a start-up check needed is gone by then
    for p in family(pid):
        try: threads = os.listdir(f"/proc/{p}/task")
        except FileNotFoundError: continue
        for t in threads: subprocess.run(["taskset", "-pc", str(cpu), t], capture_output=True)

def wait_port(port, proc, what, log, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        if proc.poll() is not None:
            sys.exit(f"{what} ended with status {proc.returncode} before it listened on {port}:\n" + open(log, errors="replace").read()[-2000:])
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close(); return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{what} did not listen on {port} within {seconds} s")

def ms(text):
    v, u = re.match(r"([\d.]+)(us|ms|s)", text).groups()
    return float(v) * {"us": 1e-3, "ms": 1, "s": 1000}[u]

def load(tool, port, path, conns, extra, seconds):
    url = f"https://127.0.0.1:{port}{path}"
    if tool == "wrk":
        cmd = ["taskset", "-c", "1", "wrk", "-t1", f"-c{conns}", f"-d{seconds}s", "--latency"]
        if "header" in extra: cmd += ["-H", extra["header"]]
        out = subprocess.run(cmd + [url], capture_output=True, text=True).stdout
        n = int(re.search(r"(\d+) requests in", out).group(1))
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        err = re.search(r"Socket errors: (.*)", out)
        p = {k: ms(m.group(1)) for k, m in ((q, re.search(rf"{q}%\s+([\d.]+(?:us|ms|s))", out)) for q in ("50", "99")) if m}
        return n, n / seconds, p, (f"non-2xx {bad.group(1)} " if bad else "") + (err.group(1) if err and not extra.get("header") else "")
    log = tempfile.mktemp()
    cmd = ["taskset", "-c", "1", "h2load", "-t1", f"-c{conns}", f"-D{seconds}", "--warm-up-time=1", f"--log-file={log}"]
    cmd += [f"-m{extra['streams']}"] if tool == "h2load" else ["-m100", f"--rps={extra['rps'] // conns}"]
    out = subprocess.run(cmd + [url], capture_output=True, text=True).stdout
    m = re.search(r"requests: \d+ total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored", out)
    times = []
    if os.path.exists(log):
        times = sorted(int(l.split("\t")[2]) for l in open(log) if l.count("\t") >= 2); os.unlink(log)
    n = len(times) or (int(m.group(1)) if m else 0)
    p = {q: times[min(len(times) - 1, int(len(times) * float(q) / 100))] / 1000 for q in ("50", "99", "99.9")} if times else {}
    bad = []
    if m and (m.group(3), m.group(4)) != ("0", "0"): bad.append(f"failed {m.group(3)} errored {m.group(4)}")
    codes = re.search(r"status codes: \d+ 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", out)
    if not codes or codes.groups() != ("0", "0", "0"): bad.append("non-2xx " + (" ".join(codes.groups()) if codes else "unknown"))
    return n, n / seconds, p, ", ".join(bad)

def main():
    sys.stdout.reconfigure(line_buffering=True)
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--candidate"); a.add_argument("--conf"); a.add_argument("--only", default=",".join(WORKLOADS))
    a.add_argument("--rounds", type=int, default=3); a.add_argument("--seconds", type=int, default=5)
    a.add_argument("--warmup", type=int, default=90, help="seconds of load given to the candidate before anything counts")
    a.add_argument("--again", type=int, default=15, help="seconds of each workload given to the candidate before it is measured")
    a.add_argument("--jar", help="ours, with what ships beside it"); a.add_argument("--java", default="java"); a.add_argument("--no-aot", action="store_true")
    a.add_argument("--beside", action="append", default=[], metavar="NAME=COMMAND", help="one more peer, with a warm-up")
    a.add_argument("--peers", default="nginx,haproxy,h2o"); a.add_argument("--base-port", type=int, default=19400)
    a.add_argument("--json"); a = a.parse_args()
    d = tempfile.mkdtemp(prefix="compare-"); origin = a.base_port; procs = []; targets = {}
    for name, size in (("1k.bin", 1 << 10), ("100k.bin", 100 << 10), ("10m.bin", 10 << 20)):
        open(f"{d}/{name}", "wb").write(b"x" * size)
    subprocess.run(f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {d}/key.pem -out {d}/cert.pem -days 30 "
                   "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1", shell=True, check=True, capture_output=True)
    subprocess.run(f"openssl pkcs12 -export -in {d}/cert.pem -inkey {d}/key.pem -out {d}/both.p12 -passout pass:bench", shell=True, check=True, capture_output=True)
    open(f"{d}/both.pem", "w").write(open(f"{d}/cert.pem").read() + open(f"{d}/key.pem").read())
    os.chmod(d, 0o755)
    nginx, haproxy, h2o = os.environ.get("NGINX", "nginx"), os.environ.get("HAPROXY", "haproxy"), os.environ.get("H2O", "h2o")
    common = f"worker_processes 1; daemon off; error_log {d}/err.log; events {{ worker_connections 8192; }}"
    open(f"{d}/origin.conf", "w").write(f"pid {d}/o.pid; {common} http {{ access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on; "
        f"open_file_cache max=100; server {{ listen 127.0.0.1:{origin} backlog=8192; root {d}; location = / {{ return 200 \"hello, world\\n\"; }} }} }}")
    h2 = "http2 on;" if "1.2" not in subprocess.run([nginx, "-v"], capture_output=True, text=True).stderr.split("/")[1][:3] else ""
    listen_h2 = "" if h2 else "http2"
    open(f"{d}/nginx.conf", "w").write(f"pid {d}/n.pid; {common} http {{ access_log off; keepalive_requests 100000000; proxy_temp_path {d}/pt; client_body_temp_path {d}/bt; "
        f"upstream o {{ server 127.0.0.1:{origin}; keepalive 512; keepalive_requests 100000000; }} server {{ listen 127.0.0.1:{a.base_port+1} ssl {listen_h2} backlog=8192; {h2} "
        f"ssl_certificate {d}/cert.pem; ssl_certificate_key {d}/key.pem; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:S:10m; location / {{ proxy_pass http://o; "
        "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; "
        "proxy_set_header X-Forwarded-Proto https; add_header Strict-Transport-Security max-age=31536000; } } }")
    open(f"{d}/haproxy.cfg", "w").write(f"global\n nbthread 1\n maxconn 8000\ndefaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n option forwardfor\n"
        f" http-reuse always\nfrontend f\n bind 127.0.0.1:{a.base_port+2} ssl crt {d}/both.pem alpn h2,http/1.1 ssl-min-ver TLSv1.2\n http-response set-header Strict-Transport-Security "
        f"max-age=31536000\n http-request set-header X-Forwarded-Proto https\n default_backend b\nbackend b\n server s 127.0.0.1:{origin}\n")
    open(f"{d}/h2o.conf", "w").write(f"num-threads: 1\nlisten:\n  port: {a.base_port+3}\n  host: 127.0.0.1\n  ssl:\n    certificate-file: {d}/cert.pem\n    key-file: {d}/key.pem\nhosts:\n  default:\n"
        f"    paths:\n      \"/\":\n        proxy.reverse.url: http://127.0.0.1:{origin}/\n        proxy.timeout.keepalive: 60000\n        header.set: \"Strict-Transport-Security: max-age=31536000\"\n")
    def fill(s, port):
        words = {"{port}": port, "{origin}": origin, "{cert}": f"{d}/cert.pem", "{key}": f"{d}/key.pem", "{p12}": f"{d}/both.p12", "{dir}": d}
        for k, v in words.items(): s = s.replace(k, str(v))
        return s
    if a.jar:
        cache = f"{d}/portcullis.aot"
        if not a.no_aot:
            print("making the AOT cache by `portcullis train`", flush=True)
            trained = subprocess.run([a.java, "@conf/jvm.options", f"-XX:AOTCacheOutput={cache}", "-jar", a.jar, "train"], capture_output=True, text=True)
            if trained.returncode: sys.exit(f"cannot train, on {a.java}:\n" + trained.stdout + trained.stderr)
        a.candidate = f"{a.java} @conf/jvm.options {'' if a.no_aot else '-XX:AOTCache=' + cache} -jar {a.jar} run --config {{dir}}/candidate.conf"
        a.conf = a.conf or "src/bench/compare.conf"
    def start(name, cmd, port, cpu):
        p = subprocess.Popen(cmd, stdout=open(f"{d}/{name}.out", "wb"), stderr=subprocess.STDOUT, start_new_session=True)
        procs.append(p); wait_port(port, p, name, f"{d}/{name}.out"); pin(p.pid, cpu); return p.pid
    try:
        start("origin", [nginx, "-c", f"{d}/origin.conf", "-p", d], origin, 1)
        known = {"nginx": [nginx, "-c", f"{d}/nginx.conf", "-p", d], "haproxy": [haproxy, "-db", "-f", f"{d}/haproxy.cfg"], "h2o": [h2o, "-c", f"{d}/h2o.conf"]}
        for i, n in enumerate(("nginx", "haproxy", "h2o"), 1):
            if n in a.peers.split(","): targets[n] = (start(n, known[n], a.base_port + i, 0), a.base_port + i)
        warm = []
        def add(name, command, port):
            targets[name] = (start(name, shlex.split(fill(command, port)), port, 0), port); warm.append(name)
        for i, beside in enumerate(a.beside):
            name, command = beside.split("=", 1); add(name, command, a.base_port + 10 + i)
        if a.candidate:
            if a.conf: open(f"{d}/candidate.conf", "w").write(fill(open(a.conf).read(), a.base_port + 9))
            add("candidate", a.candidate, a.base_port + 9)
        for name in warm:
            pid, port = targets[name]
            for tool, path, c, x in (("wrk", "/", 64, {}), ("wrk", "/", 16, {"header": "Connection: close"}), ("wrk", "/100k.bin", 16, {})):
                load(tool, port, path, c, x, max(2, a.warmup // 3)); pin(pid, 0)
        result = {}
        for w in a.only.split(","):
            tool, path, c, x = WORKLOADS[w]; rows = {n: [] for n in targets}
            for n in warm:
                if a.again: load(tool, targets[n][1], path, c, x, a.again)
            for _ in range(a.rounds):
                for n, (pid, port) in targets.items():
                    u0, s0 = ticks(pid); k, rps, p, note = load(tool, port, path, c, x, a.seconds); u1, s1 = ticks(pid)
                    k = max(k, 1); extra = 1 / a.seconds if tool != "wrk" else 0   # h2load's warm-up second is served, not counted
                    scale = 1e6 / HZ / k / (1 + extra)
                    rows[n].append(((u1 + s1 - u0 - s0) * scale, (u1 - u0) * scale, (s1 - s0) * scale, rps, p, rss_mb(pid), note))
            print(f"\n{w}"); best = min((statistics.median(r[0] for r in v) for n, v in rows.items() if n != "candidate" and not any(r[6] for r in v)), default=None)
            for n, v in rows.items():
                v.sort(key=lambda r: r[0]); cpu, us, sy, rps, p, mb, _ = v[len(v) // 2]
                bad = "; ".join(sorted({r[6] for r in v if r[6]}))
                result.setdefault(w, {})[n] = {"cpu_us": cpu, "user_us": us, "sys_us": sy, "rps": rps, "ms": p, "rss_mb": mb, "invalid": bad}
                ratio = f"x{cpu / best:5.2f} of best peer" if best else ""
                print(f"  {n:10s} {cpu:10.2f} us CPU/request (user {us:.2f}, system {sy:.2f}; {v[0][0]:.2f}..{v[-1][0]:.2f})  {ratio}  {rps:9.0f}/s  "
                      + " ".join(f"p{q} {t:.2f} ms" for q, t in p.items()) + f"  rss {mb:.0f} MB" + (f"  INVALID, not every answer was good: {bad}" if bad else ""))
        names = list(targets); others = [n for n in names if n != "candidate"]
        print("\n| workload | " + " | ".join(names) + " | ratio to the best peer |\n|---|" + "---|" * (len(names) + 1))
        def line(what, row, unit, figure):
            known = [figure(row[n]) for n in others if not row[n]["invalid"]]
            ours = figure(row["candidate"]) if "candidate" in row and not row["candidate"]["invalid"] else None
            print(f"| {what} | " + " | ".join("invalid" if row[n]["invalid"] else f"{figure(row[n]):.1f} {unit}" for n in names) + " | "
                  + (f"**{ours / min(known):.2f}**" if ours and known else "") + " |")
        for w, row in result.items():
            line(w, row, "µs", lambda r: r["cpu_us"])
            if WORKLOADS[w][0] == "rate":
                for q in ("99", "99.9"): line(f"{w}, p{q}", row, "ms", lambda r: r["ms"].get(q, float("nan")))
        line("memory after all of it", {n: {"rss_mb": rss_mb(pid), "invalid": ""} for n, (pid, _) in targets.items()}, "MB", lambda r: r["rss_mb"])
        if a.json: json.dump(result, open(a.json, "w"), indent=1)
    finally:
        for p in reversed(procs):
            if p.poll() is None: os.killpg(p.pid, signal.SIGTERM)
        for p in procs:
            try: p.wait(10)
            except subprocess.TimeoutExpired: os.killpg(p.pid, signal.SIGKILL)

main()
