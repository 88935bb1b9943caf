"""Reads an archive as Python programs do, and writes it out as careless ones do."""

import hashlib
import os
import shutil
import sys
import zipfile


def sums(archive, most=None):
    with zipfile.ZipFile(archive) as z:
        if most is None:
            bad = z.testzip()
            if bad is not None:
                raise SystemExit("another CRC-32: " + bad)
        for entry in z.infolist():
            if most is not None and entry.file_size > int(most):
                continue
            digest = hashlib.sha256()
            with z.open(entry) as data:
                while block := data.read(1 << 16):
                    digest.update(block)
            print(digest.hexdigest() + "  " + entry.filename)


def extract(archive, to):
    with zipfile.ZipFile(archive) as z:
        for entry in z.infolist():
            path = to + "/" + entry.filename
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with z.open(entry) as data, open(path, "xb") as file:
                shutil.copyfileobj(data, file)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    {"sums": sums, "extract": extract}[sys.argv[1]](*sys.argv[2:])
