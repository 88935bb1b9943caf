# Brings S3's files back, after a kill, to the moment of the tables that were saved. The emulator
# writes them at once and its tables seconds later: without this a file would stand without the item
# that names it, and a row of the ledger would be archived that the ledger has no more.
import itertools
import json
import os
import shutil
import threading

STATE_DIR = os.environ.get("STATE_DIR", "/tmp/ministack-state")
FILES = os.environ.get("S3_DATA_DIR", "/tmp/ministack-data/s3")
RECORD = "saved"  # what the runner reads: when, and whether it was the last of an orderly end
NEXT = os.path.join(STATE_DIR, "next")  # a whole save whose files are still to be moved into place
WRITING = NEXT + ".writing"
UNDO = os.path.join(STATE_DIR, "undo")  # what files were before they changed, by the save that they changed after


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
        os.replace(os.path.join(NEXT, name), os.path.join(STATE_DIR, name))
    os.rmdir(NEXT)
    sync(STATE_DIR)


def same(path, other):
    """Gives a file a second name. Files are replaced and never written to, so that it stays as it is now."""
    try:
        os.link(path, other)
    except FileExistsError:
        os.remove(other)
        os.link(path, other)
    except OSError:  # a file system without such names
        shutil.copy2(path, other)


class Journal:
    """Notes what a file was before it changes for the first time after a save."""

    def __init__(self, number):
        self.number = number  # of the save that changes are noted for: those since it was taken
        self.noted, self.file = set(), None
        self.names = itertools.count()
        self.changing = threading.Lock()

    def turn(self):
        """A save is taken now: what changes from here on is no part of it."""
        with self.changing:
            self.number += 1
            self.noted = set()
            if self.file:
                self.file.close()
            self.file = None
            return self.number

    def note(self, path):
        with self.changing:
            if path in self.noted:
                return
            folder = os.path.join(UNDO, str(self.number))
            if self.file is None:
                os.makedirs(folder, mode=0o700, exist_ok=True)
                self.file = open(os.path.join(folder, "journal"), "a")
            was = None
            if os.path.exists(path):
                was = str(next(self.names))
                same(path, os.path.join(folder, was))
            self.file.write(json.dumps({"path": os.path.relpath(path, FILES), "was": was}) + "\n")
            self.file.flush()
            self.noted.add(path)


def earlier(number):
    """Removes what was noted for saves before this one, which count no more."""
    for folder in os.listdir(UNDO) if os.path.isdir(UNDO) else []:
        if int(folder) < number:
            shutil.rmtree(os.path.join(UNDO, folder))


def take_back(folder):
    """Makes files what they were. Cut off midway, it is done again: what was done is then missing."""
    with open(os.path.join(folder, "journal")) as journal:
        lines = journal.read().splitlines()
    for line in lines:
        try:
            change = json.loads(line)
        except ValueError:  # cut off while it was noted: nothing had changed yet
            continue
        path = os.path.join(FILES, change["path"])
        if change["was"] is None:
            if os.path.exists(path):
                os.remove(path)
            continue
        was = os.path.join(folder, change["was"])
        if os.path.exists(was):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            os.replace(was, path)


def roll_back():
    """Takes back what changed after the last save, the newest first. Answers that save's number."""
    number = 0
    try:
        with open(os.path.join(STATE_DIR, RECORD)) as record:
            number = json.load(record).get("number")
    except FileNotFoundError:  # nothing was saved: the tables are those of before the first change, too
        pass
    if number is not None:  # else the last run was of a version that noted nothing
        earlier(number)
        for folder in sorted(os.listdir(UNDO) if os.path.isdir(UNDO) else [], key=int, reverse=True):
            if os.path.exists(os.path.join(UNDO, folder, "journal")):
                take_back(os.path.join(UNDO, folder))
    shutil.rmtree(UNDO, ignore_errors=True)
    return number or 0


journal = None
if os.environ.get("PERSIST_STATE") == "1":
    os.makedirs(STATE_DIR, exist_ok=True)
    settle()
    journal = Journal(roll_back())
