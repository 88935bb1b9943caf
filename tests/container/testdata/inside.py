"""Starts the image's entry point as its user and looks at it as an engine and a
cluster would."""
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse

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


def call(method, path, body=None, token=None):
    """Asks as a person's browser does, and answers the JSON."""
    c = http.client.HTTPConnection("192.0.2.10", 8000, timeout=60)
    headers = {"Host": "localhost:8000", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = "Bearer " + token
    c.request(method, path, json.dumps(body) if body else None, headers)
    answer = c.getresponse()
    said = answer.read()
    if answer.status >= 300:
        sys.exit(f"{method} {path}: {answer.status} {said[:300]}")
    return json.loads(said)


def render():
    """Makes a video of a sentence: encoder, fonts and voice are in the tree too."""
    address = "inside@example.com"
    call("POST", "/api/auth/magic-link/request", {"email": address})
    link = None
    for _ in range(100):
        link = re.search(r"/auth/verify#token=([A-Za-z0-9_.-]+)", json.dumps(call("GET", "/mailbox.json?to=inside%40example.com")))
        if link:
            break
        time.sleep(0.3)
    if not link:
        sys.exit("no mail came")
    token = call("POST", "/api/auth/magic-link/verify", {"token": link[1]})["access_token"]
    project = call("POST", "/api/v1/projects", {
        "title": "Inside", "voice": "default", "resolution": "720p", "aspect": "1:1", "captions": True,
        "scenes": [{"text": "Be still, and know.", "image_prompt": "a quiet lake at dawn"}],
    }, token)["project_id"]
    job = call("POST", f"/api/v1/projects/{project}/render", None, token)["job_id"]
    for _ in range(600):
        ended = call("GET", f"/api/v1/jobs/{job}", None, token)
        if ended["status"] not in ("queued", "running"):
            break
        time.sleep(0.5)
    if ended["status"] != "succeeded" or ended.get("warnings"):
        sys.exit(f"the video: {ended}")
    where = urllib.parse.urlsplit(ended["video"]["url"])
    status, film = ask("192.0.2.10", 8000, f"{where.path}?{where.query}", where.netloc)
    if status != 200 or film[4:8] != b"ftyp":
        sys.exit(f"the video's file: {status}, {len(film)} bytes")
    print(f"a video of {len(film)} bytes was made")


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
render()
product.send_signal(signal.SIGTERM)
if product.wait(60) != 0:
    sys.exit(f"told to end it answered {product.returncode}")
print("ended in order")
