# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of the analysis programs share: they train small sweeps with the real program (BIN holds it) and hold
what the programs write against numpy."""
import csv
import os
import subprocess
import tempfile

BIN = os.environ["BIN"]


def call(*words, code=0):
    """Runs `dewpoint WORDS`, which must end with that code; returns what it wrote to stdout, or if it failed, stderr."""
    done = subprocess.run([os.path.join(BIN, "dewpoint"), *words], capture_output=True, text=True, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stderr if code else done.stdout


def train(name, text, *words):
    """Trains the sweep of that text into NAME.h5."""
    with open(name + ".yaml", "w", encoding="utf8") as file:
        file.write(text)
    call("run", name + ".yaml", "-o", name + ".h5", "--quiet", *words)
    return name + ".h5"


def table(path):
    """A CSV file as a list of mappings from column to text."""
    with open(path, encoding="utf8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def is_picture(path):
    """Whether path is a picture or film of the kind that its name says."""
    signs = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF", ".gif": b"GIF8"}
    with open(path, "rb") as file:
        start = file.read(12)
    ending = os.path.splitext(path)[1]
    return os.path.getsize(path) > 500 and (start[4:8] == b"ftyp" if ending == ".mp4" else start.startswith(signs[ending]))


def in_a_directory(test):
    """Runs test() in a new directory, which goes afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        test()
        os.chdir("/")
