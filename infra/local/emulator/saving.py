# Saves the emulator's state while it runs. By itself it saves when it ends in order,
# service after service: a kill or a power cut would take back all that a person did
# since the last start, and one in the middle of a save would mix two moments.
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
SHARE = 20  # a save may take this part of the time: the loop that answers stands still meanwhile
NEXT = os.path.join(persistence.STATE_DIR, "next")  # a whole save whose files are still to be moved into place
WRITING = NEXT + ".writing"
DEPLOYMENT = ("cloudformation", "iam")  # half of the state, which nothing but a deployment changes
RECORD = "saved"  # what the runner reads: when, and whether it was the last of an orderly end

log = logging.getLogger("saving")


def sync(path):
    """Waits until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle():
    """Moves a whole save into place. One that was cut off here is moved by the next start; one that was
    cut off before it was whole is forgotten."""
    shutil.rmtree(WRITING, ignore_errors=True)
    if not os.path.isdir(NEXT):
        return
    # The record last: it tells of files that are in place.
    for name in sorted(os.listdir(NEXT), key=lambda name: name == RECORD):
        os.replace(os.path.join(NEXT, name), os.path.join(persistence.STATE_DIR, name))
    os.rmdir(NEXT)
    sync(persistence.STATE_DIR)


class Saver:
    def __init__(self, services):
        self.services = services  # tells each service's function that answers its state
        self.digests = {}  # of what is on the disk, by file
        self.changed = False
        self.deployed = True  # a deployment was asked for, or asked after
        self.deployment = {}  # what DEPLOYMENT was then, in bytes
        self.at = 0.0  # when what is written was so, in seconds of Unix time
        self.ended = False  # after the last save nothing is written that began before it
        self.writing = threading.Lock()
        self.code = Code()

    def gather(self):
        """All states as they are at one moment, in bytes: where the loop answers, nothing else changes them
        but the threads of a running workflow, which a second look finds at rest. What cannot be put into
        bytes stays as it is on the disk, and costs the others nothing."""
        kept = {} if self.deployed else self.deployment
        for tries in range(1, TRIES + 1):
            self.at = time.time()
            states = dict(kept)
            try:
                for name, get_state in self.services().items():
                    if name not in kept:
                        self.take(states, name, get_state, tries == TRIES)
                break
            except RuntimeError as trouble:  # changed while it was read
                log.debug("state changes while it is read, %d: %s", tries, trouble)
        self.deployment = {name: content for name, content in states.items() if name in DEPLOYMENT}
        self.deployed = False
        return states

    def take(self, states, name, get_state, last):
        try:
            state = get_state()
            if state is not None:  # a module that holds none must not empty what was saved
                states[name] = self.encode(name, state)
        except Exception as trouble:
            if isinstance(trouble, RuntimeError) and not last:
                raise
            log.error("the state of %s could not be read: %s", name, trouble)

    def encode(self, name, state):
        whole = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
        return json.dumps(whole, default=persistence._json_default).encode()

    def write(self, states, last):
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
                    self.put(f"{name}.json", content)
            self.put(RECORD, json.dumps({"pid": os.getpid(), "at": self.at, "last": last}).encode())
            sync(WRITING)
            os.rename(WRITING, NEXT)
            sync(persistence.STATE_DIR)
            settle()
            self.digests.update(fresh)
            self.ended = last
        self.code.forget()

    def put(self, name, content):
        with open(os.path.join(WRITING, name), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    async def keep(self):
        """Saves after each change, for as long as the emulator runs."""
        pause = EVERY
        while True:
            await asyncio.sleep(pause)
            if not self.changed:
                continue
            self.changed = False
            await asyncio.to_thread(self.code.read)
            began = time.monotonic()
            try:
                states = self.gather()
                stood = time.monotonic() - began
                await asyncio.to_thread(self.write, states, False)
                pause = max(EVERY, SHARE * stood)
            except Exception as trouble:  # a full disk, say: what is saved stays, and the next try may do
                self.changed, pause = True, 5 * EVERY
                log.error("the state could not be saved: %s", trouble)

    def finish(self, _services):
        """Stands where the emulator saves at its end."""
        self.deployed = True
        try:
            self.write(self.gather(), True)
        except Exception as trouble:
            log.error("the state could not be saved at the end: %s", trouble)


class Code:
    """The state names each function's code by its digest, which takes seconds to make of a hundred archives:
    once for each, and not where the loop waits for it."""

    def __init__(self):
        self.known, self.write, self.prune = {}, lambda_svc._write_code_blob, lambda_svc._prune_orphan_code_blobs
        self.named = None  # the archives that the state which was read last names
        lambda_svc._write_code_blob, lambda_svc._prune_orphan_code_blobs = self.digest, self.name

    def digest(self, code):
        held = self.known.get(id(code))
        if held is None or held[0] is not code:
            held = self.known[id(code)] = (code, self.write(code))
        return held[1]

    def name(self, digests):
        self.named = set(digests)

    def forget(self):
        """Removes the archives that the saved state names no more: not before it is saved."""
        if self.named is not None:
            self.prune(self.named)

    def read(self):
        functions = list(lambda_svc._functions._data.values())
        codes = [f.get("code_zip") for f in functions]
        codes += [v.get("code_zip") for f in functions for v in list(f.get("versions", {}).values())]
        digests = {id(code): (code, self.digest(code)) for code in codes if isinstance(code, bytes)}
        self.known = digests  # without what was replaced


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
            signed = dict(scope["headers"]).get(b"authorization", b"")
            try:
                await answer(scope, receive, send)
            finally:
                saver.changed = True
                saver.deployed |= b"/cloudformation/" in signed
            return
        await answer(scope, receive, send)

    app.app = watched


os.makedirs(persistence.STATE_DIR, exist_ok=True)
settle()
