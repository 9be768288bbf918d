# SPDX-License-Identifier: BSD-3-Clause
"""`power.py DEWPOINT SAME SHIM TRIALS`: power cuts. A job writes to an ext4 file system in an image; random pages of the
store are written back to it in random order; at a random moment the image is copied, which is what the disk would hold
if the power failed then. The copy is mounted (its journal is replayed): a store that is there verifies, and taken up
again it ends with the same bits as an undisturbed one. To show that these cuts can hurt, they are repeated on jobs whose
fdatasync does nothing (SHIM) until a store holds wrong rows. Needs root and loop devices."""
import ctypes
import filecmp
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SWEEP = """name: power
data: {samples: 4}
train: {method: gd, learning_rate: 0.01, max_steps: 2000}
observe: {curve_ratio: 4}
store: {weights: seed < 2}
axes:
  gamma: {from: 0.5, to: 1.5, step: 0.25}
  width: [10, 100, 1000]
  seed: {repeat: 24}
"""
LIBC = ctypes.CDLL(None, use_errno=True)
MOST_WITHOUT_SYNC = 25
WRITE_AND_WAIT = 1 | 2 | 4  # SYNC_FILE_RANGE_WAIT_BEFORE | WRITE | WAIT_AFTER


def call(*words, code=0):
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == code, (words, done)
    return done.stdout.strip()


class Disk:
    """A mounted image."""

    def __init__(self, image, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        call("mount", "-o", "loop", image, folder)

    def close(self):
        for _ in range(50):
            if subprocess.run(["umount", self.folder], check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        call("umount", "-l", self.folder)


def cut(image, copy):
    """What the disk holds at one moment: copied until two copies agree, while nobody writes but the kernel."""
    for _ in range(100):
        shutil.copyfile(image, copy)
        if filecmp.cmp(image, copy, shallow=False):
            return
    raise AssertionError("the image never stood still")


def write_back(store, stop, dice):
    """Random ranges of the store to the disk, in random order, until told to stop."""
    while not stop.is_set():
        try:
            file = os.open(store, os.O_RDWR)
        except OSError:
            time.sleep(0.01)
            continue
        size = os.fstat(file).st_size
        for _ in range(20):
            start = dice.randrange(0, max(size, 1))
            LIBC.sync_file_range(file, ctypes.c_int64(start), ctypes.c_int64(dice.randrange(1, 65536)), WRITE_AND_WAIT)
        os.close(file)
        time.sleep(dice.random() / 50)


def trial(number, place, programs, whole, synced=True):
    """The rows that were found done; None without a store, -1 when rows are wrong (only without syncs)."""
    dewpoint, same, shim = programs
    dice = random.Random(number)
    image, copy = os.path.join(place, "disk.img"), os.path.join(place, "cut.img")
    with open(image, "wb") as file:
        file.truncate(48 << 20)
    call("mkfs.ext4", "-q", "-F", image)
    sweep = os.path.join(place, "power.yaml")
    disk = Disk(image, os.path.join(place, "disk"))
    try:
        store, stop = os.path.join(disk.folder, "p.h5"), threading.Event()
        environment = os.environ if synced else {**os.environ, "LD_PRELOAD": shim, "NO_SYNC": "1"}
        job = subprocess.Popen([dewpoint, "run", sweep, "-o", store, "-q"], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        writer = threading.Thread(target=write_back, args=(store, stop, dice))
        writer.start()
        began = time.monotonic()
        while not os.path.exists(store) and time.monotonic() < began + 60:
            time.sleep(0.02)
        time.sleep(2.5 * dice.random() ** 2)
        job.send_signal(signal.SIGSTOP)
        stop.set()
        writer.join()
        cut(image, copy)
        job.kill()
        job.wait()
    finally:
        disk.close()
    disk = Disk(copy, os.path.join(place, "after"))
    try:
        store = os.path.join(disk.folder, "p.h5")
        there = os.path.exists(store)
        if there and not synced and subprocess.run([dewpoint, "verify", store], check=False, capture_output=True).returncode:
            return -1
        if there:
            call(dewpoint, "verify", store)
            lines = call(dewpoint, "status", store).splitlines()
            found = int(next(line for line in lines if line.startswith("runs")).split()[1])
        subprocess.run(["rm", "-f", store + ".lock"], check=True)  # of a machine that was switched off
        call(dewpoint, "run", sweep, "-o", store, "-q")
        call(same, whole, store)
        return found if there else None
    finally:
        disk.close()


def main():
    programs, trials = sys.argv[1:4], int(sys.argv[4])
    if os.getuid() != 0 or subprocess.run(["losetup", "-f"], capture_output=True, check=False).returncode:
        print("SKIPPED: no root or no loop devices: the power was not cut")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "power.yaml"), "w", encoding="ascii") as file:
            file.write(SWEEP)
        whole = os.path.join(place, "whole.h5")
        call(programs[0], "run", os.path.join(place, "power.yaml"), "-o", whole, "-q")
        found = [trial(number, place, programs, whole) for number in range(trials)]
        print(f"{trials} power cuts; rows found done and right:", found, flush=True)
        if not any(found):
            sys.exit("no cut found a store with rows")
        for number in range(MOST_WITHOUT_SYNC):
            if trial(1000 + number, place, programs, whole, synced=False) == -1:
                print(f"without fdatasync rows are wrong after cut {number + 1}")
                return
        sys.exit(f"{MOST_WITHOUT_SYNC} cuts without fdatasync left no wrong row: these cuts cannot hurt")


main()
