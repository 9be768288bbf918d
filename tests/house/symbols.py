#!/usr/bin/env python3
"""symbols.py BUILD: no circle of symbols between the object files of a library: where one object needs a symbol that
another defines, the other does not need one of its in turn, directly or by way of others."""
import collections
import glob
import os
import subprocess
import sys

from circles import circle


def symbols(archive):
    """Of each object in an archive: the symbols that it defines, and those that it needs."""
    defined, needed = collections.defaultdict(set), collections.defaultdict(set)
    listing = subprocess.run(["nm", "-A", "-g", archive], check=True, capture_output=True, text=True).stdout
    for line in listing.splitlines():
        place, rest = line.rsplit(":", 1)
        member = place.split(":", 1)[1] if ":" in place else place
        kind, name = rest.split()[-2:]
        (needed if kind in "Uw" else defined)[member].add(name)
    return defined, needed


def main():
    bad, seen = False, 0
    archives = glob.glob(os.path.join(sys.argv[1], "**", "libdewpoint_*.a"), recursive=True)
    for archive in sorted(archives):
        defined, needed = symbols(archive)
        owner = {name: member for member, names in defined.items() for name in names}
        arrows = {member: {owner[name] for name in names if owner.get(name, member) != member}
                  for member, names in needed.items()}
        seen += sum(map(len, arrows.values()))
        found = circle(arrows)
        if found:
            print(f"{os.path.basename(archive)}: a circle of symbols: " + " -> ".join(found))
            for a, b in zip(found, found[1:]):
                print(f"  {a} needs of {b}: " + ", ".join(sorted(needed[a] & defined[b])))
            bad = True
    if seen < 100:
        sys.exit(f"only {seen} needs among the objects of {len(archives)} libraries in {sys.argv[1]}: not built?")
    return bad


if __name__ == "__main__":
    sys.exit(main())
