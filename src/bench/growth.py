#!/usr/bin/env python3
"""Measure what a request costs as the configuration grows: routes, certificates, endpoints. One command, one table.

  src/bench/growth.py --jar target/portcullis.jar                    # needs nginx, wrk, openssl and a JDK 25
  src/bench/growth.py --jar ... --only routes,certificates --warm 60 --rounds 12

All sizes of a row run at once, each pinned to processor 0 with one event loop; load goes to one at a time, in turns, from processor 1,
so that what else the machine does falls on all of them alike. The figure is CPU microseconds (all threads) for a request; the ratio is
the median, over the rounds, of a size's figure to the smallest size's in the same round. Requests go to all routes in turn, each with a
host and a path of its own; handshakes ask for all certificates in turn, by SNI.
"""
import argparse, os, re, signal, socket, ssl, statistics, subprocess, sys, tempfile, threading, time

HZ = os.sysconf("SC_CLK_TCK")
ROWS = {
    # name: (sizes, who sends the requests)
    "routes": ((10, 100, 1000), "routes"),
    "certificates": ((10, 1000, 10000), "keepalive"),
    "handshakes": ((10, 1000, 10000), "handshakes"),
    "endpoints": ((1, 100), "keepalive"),
}

def pem(folder, names):
    key, cert = f"{folder}/key.pem", f"{folder}/cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
                    cert, "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=" + ",".join("DNS:" + n for n in names)],
                   check=True, capture_output=True)
    return cert, key

def configuration(row, size, folder, port, origin):
    cert, key = pem(folder, ["localhost"])
    text = ["runtime.event-loops = 1", f'listeners.bench {{ bind = "127.0.0.1:{port}", tls = bench }}', "access-log { format = off }",
            "admin { bind = off }", "reload.watch = off"]
    endpoints = [f"127.0.0.1:{origin}"]
    if row == "endpoints":
        endpoints = [f"127.0.{i // 250}.{1 + i % 250}:{origin}" for i in range(size)]
    text.append("upstreams.origin { endpoints = [" + ", ".join(f'"{e}"' for e in endpoints) + "] }")
    tls = f'tls.bench {{ certificates = [ {{ chain = "{cert}", key = "{key}", default = true }} ], hsts {{ max-age = 365 days }}'
    if row in ("certificates", "handshakes"):
        many = f"{folder}/many"
        os.mkdir(many)
        for i in range(size - 1):
            make_leaf(folder, many, i)
        tls += f', certificates-dir = "{many}"'
    text.append(tls + " }")
    routes = []
    if row == "routes":
        routes = [f'{{ name = r{i}, host = "h{i}.example", path = "/p{i}", upstream = origin }}' for i in range(size - 1)]
    text.append("routes = [\n  " + ",\n  ".join(routes + ["{ name = last, upstream = origin }"]) + "\n]")
    path = f"{folder}/portcullis.conf"
    open(path, "w").write("\n".join(text) + "\n")
    return path

def make_leaf(folder, many, i):
    """Made once for all sizes, with one key for all: what is measured is finding them, and 10,000 keys take minutes to make."""
    made = f"{os.path.dirname(folder)}/leaves"
    if not os.path.isdir(made):
        os.mkdir(made)
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{made}/key"], check=True)
    leaf = f"{made}/c{i:05d}.pem"
    if not os.path.exists(leaf):
        subprocess.run(["openssl", "req", "-x509", "-key", f"{made}/key", "-out", leaf, "-days", "30", "-subj", f"/CN=c{i}.example",
                        "-addext", f"subjectAltName=DNS:c{i}.example"], check=True, capture_output=True)
    os.link(leaf, f"{many}/c{i:05d}.pem")
    os.link(f"{made}/key", f"{many}/c{i:05d}.key")

def cpu(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])

def load(kind, size, port, seconds, root):
    """Answered requests."""
    if kind == "handshakes":
        out = subprocess.run(["taskset", "-c", "1", sys.executable, __file__, "--shake", str(port), str(size - 1), str(seconds)],
                             capture_output=True, text=True)
        if out.returncode: sys.exit("not every handshake was good:\n" + out.stderr)
        return int(out.stdout)
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c64", f"-d{seconds}s"] + (["-s", everywhere(size - 1, root)] if kind == "routes" else [])
    out = subprocess.run(command + [f"https://127.0.0.1:{port}/"], capture_output=True, text=True).stdout
    if "Non-2xx" in out:
        sys.exit("not every answer was good:\n" + out)
    return int(re.search(r"(\d+) requests in", out).group(1))

def everywhere(routes, root):
    """A script for wrk: the requests are put together before the first is sent."""
    script = f"{root}/routes-{routes}.lua"
    open(script, "w").write(f"""local all, next = {{}}, 0
init = function(args)
  for i = 0, {routes - 1} do all[i] = wrk.format("GET", "/p" .. i, {{ Host = "h" .. i .. ".example" }}) end
end
request = function()
  next = (next + 1) % {routes}
  return all[next]
end
""")
    return script

def shake(port, names, seconds):
    """Full TLS 1.3 handshakes with one request each, by four threads, the names in turn; prints how many. A process of its own."""
    client = ssl._create_unverified_context()
    client.minimum_version = ssl.TLSVersion.TLSv1_3
    end = time.time() + seconds; counts = [0] * 4; wrong = []
    def run(k):
        i = k
        while time.time() < end and not wrong:
            try:
                with client.wrap_socket(socket.create_connection(("127.0.0.1", port), 5), server_hostname=f"c{i * 7919 % names}.example") as s:
                    s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    first = s.recv(4096)
                if not first.startswith(b"HTTP/1.1 200"): wrong.append(repr(first))
            except OSError as e: wrong.append(repr(e))
            counts[k] += 1; i += 4
    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for t in threads: t.start()
    for t in threads: t.join()
    if wrong: sys.exit(wrong[0])
    print(sum(counts))

def wait(port, process, log):
    for _ in range(1200):
        if process.poll() is not None:
            sys.exit(f"ended with status {process.returncode}:\n" + open(log).read()[-2000:])
        try:
            socket.create_connection(("127.0.0.1", port), 0.3).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("did not listen within two minutes:\n" + open(log).read()[-2000:])

def measure(row, a, root):
    sizes, kind = ROWS[row]
    running = []
    try:
        for index, size in enumerate(sizes):
            folder = f"{root}/{row}-{size}"
            os.mkdir(folder)
            port = a.base_port + 10 + index
            file = configuration(row, size, folder, port, a.base_port)
            log = f"{folder}/out"
            process = subprocess.Popen([a.java, *a.options.split(), "--enable-native-access=ALL-UNNAMED", "-jar", a.jar, "run", "--config", file],
                                       stdout=open(log, "wb"), stderr=subprocess.STDOUT, start_new_session=True)
            running.append((size, process, port, []))
            wait(port, process, log)
            for thread in os.listdir(f"/proc/{process.pid}/task"):
                subprocess.run(["taskset", "-pc", "0", thread], capture_output=True)
        for size, process, port, figures in running:
            load(kind, size, port, a.warm, root)
        for _ in range(a.rounds):
            for size, process, port, figures in running:
                before = cpu(process.pid)
                requests = load(kind, size, port, a.seconds, root)
                figures.append((cpu(process.pid) - before) * 1e6 / HZ / requests)
    finally:
        for _, process, _, _ in running:
            os.killpg(process.pid, signal.SIGTERM)
        for _, process, _, _ in running:
            process.wait(60)
    smallest = running[0][3]
    return [(size, statistics.median(figures), statistics.median(f / s for f, s in zip(figures, smallest))) for size, _, _, figures in running]

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--jar", required=True); a.add_argument("--java", default="java")
    a.add_argument("--options", default="@conf/jvm.options", help="of the JVM")
    a.add_argument("--only", default=",".join(ROWS)); a.add_argument("--warm", type=int, default=45); a.add_argument("--rounds", type=int, default=8)
    a.add_argument("--seconds", type=int, default=3); a.add_argument("--base-port", type=int, default=19600)
    a = a.parse_args()
    root = tempfile.mkdtemp(prefix="growth-")
    open(f"{root}/origin.conf", "w").write(f"pid {root}/o.pid; worker_processes 1; daemon off; error_log {root}/o.err; events {{ worker_connections 8192; }} "
        f"http {{ access_log off; keepalive_requests 100000000; server {{ listen {a.base_port} backlog=8192; location / {{ return 200 \"hello, world\\n\"; }} }} }}")
    origin = subprocess.Popen(["taskset", "-c", "1", "nginx", "-c", f"{root}/origin.conf", "-p", root], start_new_session=True)
    try:
        table = ["| what grows | size | CPU for a request | ratio to the smallest |", "|---|---|---|---|"]
        for row in a.only.split(","):
            for size, figure, ratio in measure(row, a, root):
                table.append(f"| {row} | {size:,} | {figure:.1f} µs | {ratio:.3f} |")
                print(table[-1], flush=True)
        print("\n" + "\n".join(table))
    finally:
        os.killpg(origin.pid, signal.SIGTERM)

if sys.argv[1:2] == ["--shake"]:
    shake(*map(int, sys.argv[2:]))
else:
    main()
