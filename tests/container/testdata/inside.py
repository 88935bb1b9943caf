"""Starts the image's entry point as its user and looks at it as an engine and a
cluster would."""
import http.client
import json
import os
import signal
import subprocess
import sys
import time

app, plan = sys.argv[1], json.loads(os.environ.pop("PLAN"))
os.chdir(app)
# No compiler, no npm, nothing: what a start looks for and does not find in the tree, it has not.
environ = {"PATH": "/nonexistent", "LANG": "C.UTF-8", **plan["env"]}
product = subprocess.Popen(plan["entrypoint"], env=environ, user=10001, group=10001, extra_groups=[])


def ask(host, port, path, name):
    c = http.client.HTTPConnection(host, port, timeout=8)
    c.request("GET", path, headers={"Host": name})
    answer = c.getresponse()
    return answer.status, answer.read()


healthy = False
for _ in range(600):
    if product.poll() is not None:
        sys.exit(f"the product ended with {product.returncode}")
    check = subprocess.run([sys.executable, *plan["health"][1:]], capture_output=True, user=10001, group=10001)
    if check.returncode == 0:
        healthy = True
        break
    time.sleep(0.3)
if not healthy:
    sys.exit("the health check never passed")
print("healthy")
for what, got, want in [
    ("the probe", ask("192.0.2.10", 8000, "/api/health", "localhost")[0], 200),
    ("a name that is not its own", ask("192.0.2.10", 8000, "/api/health", "192.0.2.10")[0], 403),
    ("the web app", b"<div id=" in ask("192.0.2.10", 8000, "/", "localhost")[1], True),
    ("the emulator from outside", ask("192.0.2.10", 4566, "/_ministack/health", "127.0.0.1:4566")[0], 404),
]:
    if got != want:
        sys.exit(f"{what}: {got}, not {want}")
    print(what, "is as it should be")
product.send_signal(signal.SIGTERM)
if product.wait(60) != 0:
    sys.exit(f"told to end it answered {product.returncode}")
print("ended in order")
