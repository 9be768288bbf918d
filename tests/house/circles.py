#!/usr/bin/env python3
"""circles.py: no circle of includes, neither between folders nor between the modules (.c and .h of one name) of one
folder. Run in the source directory. The rooms of the public headers are folders, too."""
import os
import re
import sys

ROOTS = ("src", "include", "analysis")


def sources():
    for root in ROOTS:
        for folder, _, names in os.walk(root):
            for name in names:
                if name.endswith((".c", ".h")):
                    yield os.path.join(folder, name)


def resolve(name, files):
    for root in ("include", "src", "analysis"):
        path = os.path.join(root, name)
        if path in files:
            return path
    return None


def includes(files):
    """Pairs (file, file that it includes)."""
    for path in sorted(files):
        with open(path, encoding="utf-8") as stream:
            for name in re.findall(r'^\s*#\s*include\s+"([^"]+)"', stream.read(), re.M):
                target = resolve(name, files)
                if target is None:
                    sys.exit(f"{path}: \"{name}\" is no file of the project")
                yield path, target


def circle(arrows):
    """One circle of a directed graph {node: {node}}, as a list of nodes, or None."""
    state, way = {}, []

    def visit(node):
        state[node] = "open"
        way.append(node)
        for following in sorted(arrows.get(node, ())):
            if state.get(following) == "open":
                return way[way.index(following):] + [following]
            if following not in state:
                found = visit(following)
                if found:
                    return found
        way.pop()
        state[node] = "done"
        return None

    for node in sorted(arrows):
        if node not in state:
            found = visit(node)
            if found:
                return found
    return None


def main():
    files = set(sources())
    folders, modules = {}, {}
    for path, target in includes(files):
        a, b = os.path.dirname(path), os.path.dirname(target)
        if a != b:
            folders.setdefault(a, set()).add(b)
        else:
            one, other = os.path.splitext(path)[0], os.path.splitext(target)[0]
            if one != other:
                modules.setdefault(one, set()).add(other)
    bad = False
    for what, arrows in (("folders", folders), ("files of one folder", modules)):
        found = circle(arrows)
        if found:
            print(f"a circle of {what}: " + " -> ".join(found))
            bad = True
    return bad


if __name__ == "__main__":
    sys.exit(main())
