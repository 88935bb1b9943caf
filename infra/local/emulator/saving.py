# Saves the emulator's state while it runs. By itself it saves when it ends in order,
# service after service: a kill or a power cut would take back all that a person did
# since the last start, and one in the middle of a save would mix two moments.
# files.py stands before this file, lasting.py and start.py after it: they are one program.
# ruff: noqa: F821
import asyncio
import hashlib
import json
import logging
import os
import shutil
import threading
import time

from ministack.core import persistence
from ministack.services import lambda_svc

EVERY = 2.0  # seconds between a change and its save, at the least
TRIES = 5  # at a state that changes while it is read
LAST_TRIES = 100  # at the end, when no later save makes good for this one
SHARE = 20  # a save may take this part of the time: the loop that answers stands still meanwhile
LONGEST = 3.5  # but no change waits longer than this for its save to begin
DEPLOYMENT = ("cloudformation", "iam")  # half of the state, which nothing but a deployment changes
HERE = os.path.join(os.path.dirname(STATE_DIR), "snapshot")

log = logging.getLogger("saving")


class Saver:
    def __init__(self, services):
        self.services = services  # tells each service's function that answers its state
        self.digests = {}  # of what is on the disk, by file
        self.changed = False
        self.deployed = True  # a deployment was asked for, or asked after
        self.deployment = {}  # what DEPLOYMENT was then, in bytes
        self.ended = False  # after the last save nothing is written that began before it
        self.writing = threading.Lock()
        self.code = Code()

    def gather(self, most=TRIES):
        """All states as they are at one moment, in bytes: where the loop answers, nothing else changes them
        but the threads of a running workflow, which a second look finds at rest. What cannot be put into
        bytes stays as it is on the disk, and costs the others nothing; what cannot be read now fails the
        whole: tables of this moment beside functions of another would be a product that never was."""
        kept, moment = {} if self.deployed else self.deployment, {}
        for tries in range(1, most + 1):
            moment = {"pid": os.getpid(), "at": time.time(), "number": journal.turn()}
            states = dict(kept)
            try:
                for name, get_state in self.services().items():
                    if name not in kept:
                        self.take(states, name, get_state)
                break
            except RuntimeError as trouble:  # changed while it was read
                if tries == most:
                    raise
                log.debug("state changes while it is read, %d: %s", tries, trouble)
                time.sleep(0.01 * min(tries, 10))  # the thread that changes it needs a turn
        # Last: what a workflow's thread told meanwhile is rather delivered twice than lost.
        states["undelivered"] = self.encode("undelivered", list(undelivered.values()))
        self.deployment = {name: content for name, content in states.items() if name in DEPLOYMENT}
        self.deployed = False
        return states, moment

    def take(self, states, name, get_state):
        try:
            state = get_state()
            if state is not None:  # a module that holds none must not empty what was saved
                states[name] = self.encode(name, state)
        except (RuntimeError, OSError):  # another moment may do better
            raise
        except Exception as trouble:
            log.error("the state of %s could not be put into bytes: %s", name, trouble)

    def encode(self, name, state):
        whole = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
        return json.dumps(whole, default=persistence._json_default).encode()

    def write(self, states, moment, last):
        """Brings what differs to the disk: all of it or nothing."""
        with self.writing:
            if self.ended and not last:
                return
            settle()  # what an error left
            os.makedirs(WRITING)
            fresh = {}
            for name, content in states.items():
                digest = hashlib.sha256(content).digest()
                if self.digests.get(name) != digest:
                    fresh[name] = digest
                    put(WRITING, f"{name}.json", content)
            put(WRITING, RECORD, json.dumps({**moment, "last": last}).encode())
            sync(WRITING)
            os.rename(WRITING, NEXT)
            sync(STATE_DIR)
            settle()
            earlier(moment["number"])
            self.digests.update(fresh)
            self.ended = last
        self.code.forget()

    async def snapshot(self):
        """Lays tables and files of one moment beside those in use, as second names of the same files:
        what a backup copies while the product goes on. Answers what it is called by."""
        await asyncio.to_thread(self.code.read)
        shutil.rmtree(HERE, ignore_errors=True)
        states, moment = self.gather()
        for folder in (STATE_DIR, FILES):
            mirror(folder, os.path.join(HERE, os.path.basename(folder)))
        await asyncio.to_thread(self.lay, states, moment)
        return {"folder": HERE}

    def lay(self, states, moment):
        folder = os.path.join(HERE, os.path.basename(STATE_DIR))
        contents = {f"{name}.json": content for name, content in states.items()}
        contents[RECORD] = json.dumps({**moment, "last": False}).encode()
        for name, content in contents.items():
            if os.path.exists(os.path.join(folder, name)):
                os.remove(os.path.join(folder, name))  # a second name: writing to it would reach what is in use
            put(folder, name, content)

    async def keep(self):
        """Saves after each change, for as long as the emulator runs."""
        pause = EVERY
        while True:
            await asyncio.sleep(pause)
            if not self.changed:
                continue
            self.changed = False
            try:
                await asyncio.to_thread(self.code.read)
                began = time.monotonic()
                states, moment = self.gather()
                stood = time.monotonic() - began
                await asyncio.to_thread(self.write, states, moment, False)
                pause = min(max(EVERY, SHARE * stood), LONGEST)
            except RuntimeError as trouble:  # too many changes at once
                self.changed = True
                log.warning("the state could not be read: %s", trouble)
            except Exception as trouble:  # a full disk, say: what is saved stays, and the next try may do
                self.changed, pause = True, 5 * EVERY
                log.error("the state could not be saved: %s", trouble)

    def finish(self, _services):
        """Stands where the emulator saves at its end."""
        self.deployed = True
        try:
            self.write(*self.gather(LAST_TRIES), True)
        except Exception as trouble:
            log.error("the state could not be saved at the end: %s", trouble)


class Code:
    """The state names each function's code by its digest, which takes seconds to make of a hundred archives:
    once for each, and not where the loop waits for it."""

    def __init__(self):
        self.known, self.write, self.prune = {}, lambda_svc._write_code_blob, lambda_svc._prune_orphan_code_blobs
        self.using = threading.Lock()  # the last save begins while another's archives are still being written
        self.named = None  # the archives that the state which was read last names
        lambda_svc._write_code_blob, lambda_svc._prune_orphan_code_blobs = self.digest, self.name

    def digest(self, code):
        with self.using:
            held = self.known.get(id(code))
            if held is None or held[0] is not code:
                held = self.known[id(code)] = (code, self.write(code))
            return held[1]

    def name(self, digests):
        self.named = set(digests)

    def forget(self):
        """Removes the archives that the saved state names no more: not before it is saved."""
        with self.using:
            if self.named is not None:
                self.prune(self.named | {digest for _, digest in self.known.values()})

    def read(self):
        functions = list(lambda_svc._functions._data.values())
        codes = [f.get("code_zip") for f in functions]
        codes += [v.get("code_zip") for f in functions for v in list(f.get("versions", {}).values())]
        digests = {id(code): (code, self.digest(code)) for code in codes if isinstance(code, bytes)}
        self.known = digests  # without what was replaced


def put(folder, name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def mirror(folder, other):
    """Gives every file of a folder a second name, but those of a save or a change on its way."""
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(at, name) not in (UNDO, NEXT, WRITING)]
        to = os.path.join(other, os.path.relpath(at, folder))
        os.makedirs(to, mode=0o700, exist_ok=True)
        for name in names:
            if not name.endswith(".tmp"):
                same(os.path.join(at, name), os.path.join(to, name))


async def answer_with(send, status, said):
    body = json.dumps(said).encode()
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


def save_meanwhile(app):
    """Puts a Saver in front of the emulator's application."""
    if not persistence.PERSIST_STATE:
        return
    saver, answer = Saver(app._build_persistence_save_dict), app.app
    app.save_all = saver.finish
    keeping = []

    async def watched(scope, receive, send):
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            if not keeping:
                keeping.append(asyncio.get_running_loop().create_task(saver.keep()))
            if scope["path"] == "/_ministack/snapshot":
                try:
                    await answer_with(send, 200, await saver.snapshot())
                except OSError as trouble:
                    await answer_with(send, 507, {"trouble": str(trouble)})
                return
            signed = dict(scope["headers"]).get(b"authorization", b"")
            try:
                await answer(scope, receive, send)
            finally:
                saver.changed = True
                saver.deployed |= b"/cloudformation/" in signed
            return
        await answer(scope, receive, send)

    app.app = watched
