# Runs the tests' emulator for as long as a test process uses it. Every user
# holds a shared lock on a file, which the kernel drops with the process; the
# go commands that started users are noted, so that the emulator stays up while
# one of them compiles the next package.
import fcntl
import json
import os
import signal
import subprocess
import sys
import time

folder, port = sys.argv[1], sys.argv[2]
me = open(os.path.join(folder, "keeper.lock"), "w")
try:
    fcntl.flock(me, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit("another keeper is running")
users = open(os.path.join(folder, "users.lock"), "w")

child = subprocess.Popen([sys.executable, "-m", "ministack"], stdin=subprocess.DEVNULL)
with open(os.path.join(folder, "emulator.json.new"), "w") as f:
    json.dump({"port": int(port), "pid": child.pid}, f)
os.replace(os.path.join(folder, "emulator.json.new"), os.path.join(folder, "emulator.json"))


def starters_alive():
    for name in os.listdir(os.path.join(folder, "starters")):
        try:
            os.kill(int(name), 0)
            return True
        except PermissionError:
            return True
        except (ProcessLookupError, ValueError):
            os.remove(os.path.join(folder, "starters", name))
    return False


def unused():
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
idle_since = None
try:
    while child.poll() is None:
        time.sleep(0.5)
        if not unused():
            idle_since = None
            continue
        idle_since = idle_since or time.monotonic()
        # The lock is kept from here on only when we end: a new user waits for
        # it and then starts the next emulator.
        if not starters_alive() or time.monotonic() - idle_since > 120:
            break
        fcntl.flock(users, fcntl.LOCK_UN)
finally:
    try:
        os.remove(os.path.join(folder, "emulator.json"))
    except OSError:
        pass
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)  # functions that are still at work
