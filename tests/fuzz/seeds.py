#!/usr/bin/env python3
"""seeds.py FOLDER: small files of every kind for the fuzzers to begin with, in FOLDER/text, npy, npz and h5: good ones, and
those that once went wrong."""
import io
import os
import sys

import h5py
import netCDF4
import numpy

TEXTS = ("x1,x2,y1,y2\n0.1,0.2,1,2\n", "# x1 x2 y\n# -- -- --\n0.1 0.2 1\n", ",x,y\n0,0.1,0.2\n", "x;y\n0,1;0,2\n",
         '"x ""1""","a\nb",y\r\n"1", 2 ,+3e-1 # end\n', "1\t\t2\n", "0.1\t0.2\n0.3\t?\n", "a,b,c,city\n1,2,3,Rome\n",
         "id,x1,y\n1,2,3\n2,3,4\n", "\ufeff0,1,2\n", "w_1,bias,a_1\n1,2,3\n", "## x1 x2 y1\n1,2,3\n#DIV/0!,1.#QNAN,#N/A\n",
         "a;b\n1.234,5;'2'\n", "50%,1D3\n1,2\n", "X,a,y\n1,2,3\n2,3,1\n3,1,2\n")


def h5(folder, name, build):
    path = os.path.join(folder, name)
    with h5py.File(path, "w") as out:
        build(out)
    return path


def chunked(out):
    out.create_dataset("x", data=numpy.arange(24.).reshape(12, 2), chunks=(5, 2), compression="gzip", shuffle=True)
    out.create_dataset("y", (12,), ">i2", chunks=(5,))[:5] = 3


def huge(out):
    out.create_dataset("x", (1 << 60, 1), chunks=(1024, 1))
    out.create_dataset("y", (1 << 60,), chunks=(1024,))


# Sweep files, conditions and formulas: right ones, and those that went wrong.
SWEEPS = [
    "name: a\ninit: {antisymmetric: true}\ntrain: {method: gd, learning_rate: 0.1}\n"
    "axes:\n  gamma: {from: 0.5, to: 2, step: 0.5}\n  width: [10, 20]\n  seed: {repeat: 3}\n"
    "exclude: gamma > 1 and width == 10\n",
    "\ufeff---\nname: b\nblocks:\n- axes: {t: {linspace: [0, 1, 3]}}\n  init: {scheme: power}\n"
    "- zip: {gamma: [0, 1], gamma_prime: [1, 0]}\nstore: {weights: seed == 0}\n",
    "data: {target: formula, formula: sin(3*x)}\ngamma=[0,5, 1,5]",
    "axes: {width: [1,000, 20], seed: {repeat:3}}\nexclude: gamma and not (seed)\n gamma = 0,5",
]
CONDITIONS = ["gamma > 1 and (width <= 10 or not antisymmetric)", "max(gamma, 1) == 1 && activation == 'relu'",
              "gamma > 1, width > 100", "learning_rate == auto"]
FORMULAS = ["sin(3*x1) + 0.2*relu(x2 - 1/3)", "-x1^2*-max(x1, x2, 1e-3)", "1^- sin(1*x1^- 1/3)", "exp(log(-x1))/0"]


def main():
    for kind, texts in (("sweep", SWEEPS), ("condition", CONDITIONS), ("formula", FORMULAS)):
        os.makedirs(os.path.join(sys.argv[1], kind), exist_ok=True)
        for k, text in enumerate(texts):
            with open(os.path.join(sys.argv[1], kind, str(k)), "w", encoding="utf-8") as out:
                out.write(text)
    folders = {kind: os.path.join(sys.argv[1], kind) for kind in ("text", "npy", "npz", "h5")}
    for folder in folders.values():
        os.makedirs(folder, exist_ok=True)
    for k, text in enumerate(TEXTS):
        with open(f"{folders['text']}/{k}", "wb") as out:
            out.write(bytes([k % 5]) + text.encode())
    x, y = numpy.arange(12.).reshape(4, 3), numpy.arange(4)
    for k, array in enumerate((x, x.astype("<f2"), numpy.asfortranarray(x).astype(">i4"), y, x > 3)):
        numpy.save(f"{folders['npy']}/{k}", array)
    for k, save in enumerate((numpy.savez, numpy.savez_compressed)):
        stream = io.BytesIO()
        save(stream, x=x, y=y, weights=x.astype("f4"))
        with open(f"{folders['npz']}/{k}", "wb") as out:
            out.write(stream.getvalue())
    h5(folders["h5"], "plain", lambda out: out.update({"x": x, "y": y, "weights": x}))
    h5(folders["h5"], "matlab", lambda out: out.update({"x": y[None, :], "y": y[None, :]}))
    h5(folders["h5"], "chunked", chunked)
    h5(folders["h5"], "huge", huge)
    with netCDF4.Dataset(f"{folders['h5']}/packed", "w") as out:
        out.createDimension("n", 4)
        out.createVariable("x", "f4", ("n",))[:] = y
        packed = out.createVariable("y", "i2", ("n",), fill_value=-99)
        packed.setncatts({"scale_factor": .5, "add_offset": 1., "valid_min": -9})
        packed[:] = y


if __name__ == "__main__":
    main()
