#!/usr/bin/env python3
"""words.py: one meaning for each name of ours. No dp_ struct, union or enum tag and no DP_ constant is defined twice in
src, include and analysis. Run in the source directory."""
import collections
import os
import re
import sys


def sources():
    for root in ("src", "include", "analysis"):
        for folder, _, names in os.walk(root):
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith((".c", ".h")))


def code(path):
    """The text of a file without comments and strings."""
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', " ", text, flags=re.S)


def names(text):
    """The tags and enumeration constants that a text defines."""
    for tag in re.findall(r"\b(?:struct|union|enum)\s+(dp_\w+)\s*\{", text):
        yield tag
    for body in re.findall(r"\benum\s*\w*\s*\{([^}]*)\}", text):
        for constant in re.findall(r"(?:^|,)\s*(DP_\w+)", body):
            yield constant
    for constant in re.findall(r"^\s*#\s*define\s+(DP_\w+)", text, flags=re.M):
        yield constant


def main():
    places = collections.defaultdict(set)
    for path in sources():
        for name in names(code(path)):
            places[name].add(re.sub(r"simd_(scalar|avx2|avx512|neon)", "simd_ISA", path))  # one of them is built in
    twice = {name: found for name, found in places.items() if len(found) > 1}
    for name, found in sorted(twice.items()):
        print(f"{name} is defined in " + " and ".join(sorted(found)))
    if len(places) < 300:
        sys.exit(f"only {len(places)} names found: is this the source directory?")
    return bool(twice)


if __name__ == "__main__":
    sys.exit(main())
