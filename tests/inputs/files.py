#!/usr/bin/env python3
"""files.py DEWPOINT: users' files as other programs write them. What is read must be what NumPy has, whatever the format;
what can be read in two ways or holds no data must be refused with one sentence that says what to do."""
import io
import os
import subprocess
import sys
import tempfile
import warnings
import zipfile

import h5py
import netCDF4
import numpy
from sklearn.datasets import load_diabetes, load_digits
from sklearn.preprocessing import StandardScaler

DEWPOINT = os.path.abspath(sys.argv[1])
TRAIN = "model: {activation: tanh, width: 20}\ninit: {gamma: 0.5}\n" \
        "train: {method: gd, learning_rate: 0.0001, max_steps: 3}\nstore: {weights: all}\n"


def check(fine, what):
    if not fine:
        sys.exit(f"FAILED: {what}")


def dewpoint(*words, code=0):
    done = subprocess.run([DEWPOINT, *words], capture_output=True, text=True, check=False)
    check(done.returncode == code, f"{words} gave {done.returncode}, not {code}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def sweep(text, name="s.yaml"):
    with open(name, "w", encoding="utf-8") as out:
        out.write("name: files\n" + text)
    return name


def run(data, more=TRAIN):
    """The store of one run, as a dictionary of its columns and attributes."""
    if os.path.exists("s.h5"):
        os.remove("s.h5")
    dewpoint("run", sweep(f"data: {{target: file, {data}}}\n{more}"), "-o", "s.h5", "--quiet")
    with h5py.File("s.h5") as store:
        columns = {name: store[name][...] for name in store if isinstance(store[name], h5py.Dataset)}
        return {**columns, **{name: store.attrs[name] for name in store.attrs}}


def text_of(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def refused(data, *words, more=TRAIN):
    said = dewpoint("plan", sweep(f"data: {{target: file, {data}}}\n{more}"), code=2)
    check(said.count("\n") == 1, f"{data}: more than one sentence: {said}")
    for word in words:
        check(word in said, f"{data}: no \"{word}\" in {said}")


def read_line(data):
    said = dewpoint("plan", sweep(f"data: {{target: file, {data}}}\n{TRAIN}"))
    return next(line[len("data: "):] for line in said.split("\n") if line.startswith("data: "))


def write_text(name, x, y, separator, header=None, quote=""):
    with open(name, "w", encoding="utf-8") as out:
        if header:
            out.write(separator.join(quote + word + quote for word in header) + "\n")
        for row in numpy.column_stack([x, y]).tolist():
            out.write(separator.join(quote + repr(value) + quote for value in row) + "\n")


def write_hdf5(name, **arrays):
    with h5py.File(name, "w") as out:
        for key, values in arrays.items():
            out[key] = values


def write_netcdf(name, x, y):
    with netCDF4.Dataset(name, "w") as out:
        out.createDimension("sample", x.shape[0])
        out.createDimension("input", x.shape[1])
        out.createVariable("x", "f8", ("sample", "input"), zlib=True)[:] = x
        out.createVariable("y", "f8", ("sample",))[:] = y


def write_all(x, y):
    """The same samples in every format and layout; yields the keys that read them."""
    names = [f"x{k}" for k in range(x.shape[1])] + ["y"]
    both = numpy.column_stack([x, y])
    write_text("a.csv", x, y, ",", names)
    write_text("b.csv", x, y, ";", names, quote='"')
    write_text("c.tsv", x, y, "\t")
    write_text("d.dat", x, y, "   ")
    numpy.savetxt("e.txt", both, header=" ".join(names))
    numpy.savetxt("f.data", both, delimiter=",", fmt="%.17g")
    write_text("g.csv", both[:, ::-1], y, ",", names[::-1] + ["more"])
    write_hdf5("h.h5", x=x, y=y)
    write_hdf5("i.h5", x=numpy.ascontiguousarray(x.T), y=y[None, :])  # MATLAB
    write_hdf5("j.mat", x=x.T.copy(), y=y)
    write_hdf5("k.hdf5", **{name: both[:, k] for k, name in enumerate(names)})
    write_netcdf("l.nc", x, y)
    numpy.savez("m.npz", x=x, y=y)
    numpy.savez_compressed("n.npz", x=numpy.asfortranarray(x), y=y[:, None].astype(">f8"))
    numpy.savez("o.npz", images=x, labels=y)
    numpy.save("p.npy", both)
    numpy.save("q.npy", numpy.asfortranarray(both))
    inputs = ", ".join(names[:-1])
    for name in ("a.csv", "b.csv", "c.tsv", "d.dat", "e.txt", "f.data", "h.h5", "i.h5", "j.mat", "l.nc", "m.npz",
                 "n.npz", "p.npy", "q.npy"):
        yield f"file: {name}"
    yield "file: o.npz, x: images, y: labels"
    if len(inputs) < 120:
        yield f"file: g.csv, x: [{inputs}], y: [y]"
        yield f"file: k.hdf5, x: [{inputs}], y: [y]"


def stores_are_the_same_from_all_formats():
    for load, formats in ((load_digits, "abefhilmp"), (load_diabetes, "abcdefghijklmnopq")):
        bunch, first = load(), None
        for data in write_all(bunch.data, bunch.target.astype(float)):
            if data[len("file: ")] not in formats:
                continue
            store = run(data)
            if first is None:
                first = store
            check(text_of(store["data_digest"]) == text_of(first["data_digest"]), f"{data}: other numbers")
            for name in ("loss_first", "loss", "rd_w", "checksum", "weights_last"):
                check(store[name].tobytes() == first[name].tobytes(), f"{data}: other {name}")


def numbers_of_every_type_are_read():
    kinds = ("i1", "<i2", ">i4", "i8", "u1", ">u2", "f2", "<f4", ">f4", "f8", ">f8")
    x = numpy.arange(-3, 5)
    columns = {f"x{k}": (x / 4 if "f" in kind else abs(x) if "u" in kind else x).astype(kind)
               for k, kind in enumerate(kinds)}
    y = numpy.array([True, False] * 4)
    numpy.savez("t.npz", y=y, **columns)
    write_hdf5("t.h5", y=y.astype("u1"), **columns)
    write_text("t.csv", numpy.column_stack([*columns.values()]).astype(float), y.astype(float), ",", [*columns, "y"])
    digests = [text_of(run(f"file: {name}, x: [{', '.join(columns)}]")["data_digest"])
               for name in ("t.npz", "t.h5", "t.csv")]
    check(digests[0] == digests[1] == digests[2], digests)


def shapes_decide_or_are_refused():
    x, y = numpy.arange(20.0).reshape(10, 2), numpy.arange(10.0)
    for name, arrays, line in (
            ("1.h5", {"x": x, "y": x}, "10 samples, 2 inputs (x1, x2), 2 outputs (y1, y2); inputs from 0 to 19, outputs from 0 to 19"),
            ("2.h5", {"x": y[None, :], "y": y[None, :]}, "10 samples, 1 input (x), 1 output (y); x and y read by columns; input from 0 to 9, output from 0 to 9"),
            ("3.h5", {"x": x.T, "y": y[:, None]}, "10 samples, 2 inputs (x1, x2), 1 output (y); x read by columns; inputs from 0 to 19, output from 0 to 9"),
            ("4.h5", {"x": x, "y": y[None, :]}, "10 samples, 2 inputs (x1, x2), 1 output (y); y read by columns; inputs from 0 to 19, output from 0 to 9"),
            ("5.h5", {"x": y[:, None], "y": y[:, None]}, "10 samples, 1 input (x), 1 output (y); input from 0 to 9, output from 0 to 9")):
        write_hdf5(name, **arrays)
        check(read_line(f"file: {name}") == f"{name}: {line}", read_line(f"file: {name}"))
    for name, arrays in (("6.h5", {"x": x.T, "y": x.T}), ("7.npz", {"x": numpy.eye(4), "y": numpy.arange(4.0)})):
        numpy.savez(name, **arrays) if name.endswith("z") else write_hdf5(name, **arrays)
        refused(f"file: {name}", "by rows these are", "by columns", "samples_in: rows")
    check("10 samples" in read_line("file: 6.h5, samples_in: columns"), "columns")
    check("2 samples, 10 inputs" in read_line("file: 6.h5, samples_in: rows"), "rows")
    write_hdf5("8.h5", x=x, y=numpy.arange(3.0))
    refused("file: 8.h5", "x has 10 x 2, y has 3; there must be as many samples of all")


def packed_numbers_are_unpacked_and_missing_ones_refused():
    def write(values, fill=None, **attributes):
        with netCDF4.Dataset("p.nc", "w") as out:
            out.createDimension("n", 4)
            out.createVariable("x", "f8", ("n",))[:] = [-1, -.5, .5, 1]
            y = out.createVariable("y", "i2" if attributes else "f8", ("n",), fill_value=fill)
            y.setncatts(attributes)
            y[:] = values
    write([1.5, .8, .8, 1.5], scale_factor=.001, add_offset=1.)
    with open("p.csv", "w", encoding="utf-8") as out:
        out.write("x,y\n-1,1.5\n-.5,.8\n.5,.8\n1,1.5\n")
    packed, plain = run("file: p.nc"), run("file: p.csv")
    check(abs(packed["loss_first"][0] / plain["loss_first"][0] - 1) < 1e-15, "unpacked")
    gap = numpy.ma.masked_array([1.5, .8, .8, 1.5], [0, 0, 1, 0])
    write(gap, fill=-999, scale_factor=.001, add_offset=1.)
    refused("file: p.nc", "row 2 (from 0) of dataset y is -999", "missing")
    write(gap)  # the fill value that netCDF takes unless told
    refused("file: p.nc", "row 2 (from 0) of dataset y is 9.96921e+36", "missing")
    write([1500, 2, 3, 4], valid_max=1000)
    refused("file: p.nc", "row 0 (from 0) of dataset y is 1500", "valid_range")
    with h5py.File("p.h5", "w") as out:
        out.create_dataset("x", (10,), "f8")
        out.create_dataset("y", (10,), "f8", chunks=(5,))[:5] = 1
    refused("file: p.h5", "10 x 1 numbers of dataset x not all were ever written")
    with h5py.File("p.h5", "w") as out:
        out["x"], out["y"] = numpy.arange(3.), [1., numpy.nan, 2.]
    refused("file: p.h5", "row 1 (from 0) of dataset y holds a number that is not finite")


def numbers_that_overflow_in_training_are_refused():
    for size in (1e71, -1e155):
        with open("o.csv", "w", encoding="utf-8") as out:
            out.write(f"# two\nx,y\n-1,1.5\n{size},.8\n.5,.8\n")
        refused("file: o.csv", f'o.csv:4: column 1 (x) must be at most 1e70 in size, not "{size}"; the fourth power')
        numpy.savez("o.npz", x=[1., 2., 3.], y=[1., size, 3.])
        refused("file: o.npz", f"row 1 (from 0) of array y holds {size}; numbers must be at most 1e70 in size")
    with open("o.csv", "w", encoding="utf-8") as out:
        out.write("x,y\n-1,1.5\n1e70,.8\n.5,.8\n")
    check("input from -1 to 1e+70" in read_line("file: o.csv"), "the largest number")
    check(run("file: o.csv", "train: {stop_loss: 1.0e-3}")["status"][0] == 1, "training on it ends")


def what_is_no_data_is_refused():
    numpy.savez("r.npz", X=numpy.arange(4.), labels=numpy.arange(4.))
    refused("file: r.npz", "no array x; it holds X, labels")
    write_hdf5("r.h5", a=numpy.arange(4.), y=numpy.arange(4.))
    refused("file: r.h5", "no dataset x; it holds a, y")
    write_hdf5("r.h5", x=numpy.zeros((2, 2, 2)), y=numpy.arange(2.))
    refused("file: r.h5", "dataset x must have one or two dimensions, not 3")
    write_hdf5("r.h5", x=["a", "b"], y=numpy.arange(2.))
    refused("file: r.h5", "dataset x must be numbers, but its type is text")
    numpy.savez("r.npz", x=numpy.array([{}, 1]), y=numpy.arange(2.))
    refused("file: r.npz", "array x", "Python objects")
    numpy.save("r.npy", numpy.zeros(3, [("a", "f8"), ("b", "f8")]))
    refused("file: r.npy", "named fields")
    numpy.save("r.npy", numpy.arange(3.))
    refused("file: r.npy", "two columns at least", "numpy.savez")
    with open("r.npy", "ab") as out:
        out.write(b"more")
    refused("file: r.npy", "must have 24 bytes of numbers, but there are 28")
    numpy.savez("r.npz", x=numpy.arange(99.), y=numpy.arange(99.))
    with open("r.npz", "r+b") as out:
        out.seek(400)
        out.write(b"\xff")
    refused("file: r.npz", "r.npz: cannot read x: ")
    with netCDF4.Dataset("r.nc", "w", format="NETCDF3_CLASSIC") as out:
        out.createDimension("n", 1)
    refused("file: r.nc", "classic format", "nccopy -k nc4")
    with open("r.h5", "wb") as out:
        out.write(b"no HDF5")
    refused("file: r.h5", "file signature not found")
    refused("file: r.pt", "r.pt: cannot read it: No such file", "count from its folder")
    os.rename("r.h5", "r.pt")
    refused("file: r.pt", "must end with one of .csv .tsv .txt .dat .data .h5")


def doubtful_arrays_are_refused():
    x, y = numpy.arange(12.).reshape(6, 2) / 7, numpy.arange(6.) / 3
    numpy.save("d.npy", numpy.column_stack([numpy.arange(6.), x]))
    refused("file: d.npy", "column 1 seems to number the rows")
    check("2 inputs (columns 1, 2)" in read_line("file: d.npy, x: [1, 2]"), "columns by number")
    numpy.savez("d.npz", x=x.astype(object), y=y)
    refused("file: d.npz", "array x", "Python objects", "astype(float)")
    for names, told in ((("x.npy", "x.npy", "y.npy"), "it holds several arrays x"), (("x", "y"), None)):
        with warnings.catch_warnings(), zipfile.ZipFile("d.npz", "w") as archive:
            warnings.simplefilter("ignore")
            for name in names:
                stream = io.BytesIO()
                numpy.save(stream, x if name[0] == "x" else y)
                archive.writestr(name, stream.getvalue())
        if told:
            refused("file: d.npz", told)
        else:  # without the ending, as NumPy reads them
            check("6 samples, 2 inputs" in read_line("file: d.npz"), "no ending")
    with h5py.File("d.h5", "w") as out:
        out["y"] = y
        out.create_dataset("x", data=x, chunks=True, compression="lzf")
        out["empty"], out["text"] = numpy.zeros(2, "u8"), numpy.frombuffer(b"abcdef", "u1").astype("u2")
        out["empty"].attrs["MATLAB_empty"] = numpy.uint8(1)
        out["text"].attrs["MATLAB_class"] = numpy.bytes_("char")
        out.create_group("group")
    refused("file: d.h5", "dataset x is compressed by the filter lzf", "store it with gzip")
    refused("file: d.h5, x: y, y: empty", "dataset empty is empty")
    refused("file: d.h5, x: y, y: text", "dataset text must be numbers, but its type is text")
    refused("file: d.h5, x: y, y: group", "cannot open dataset group: not a dataset")
    for name, magic, told in (("d.mat", b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "save(..., '-v7.3')"),
                              ("d.nc", b"\x0e\x03\x13\x01", "an HDF4 file"), ("e.h5", b"PK\x03\x04", "end with .npz")):
        with open(name, "wb") as out:
            out.write(magic.ljust(200))
        refused(f"file: {name}", f"{name}: cannot read it: ", told)


def large_inputs_are_told():
    for scale, told in ((1, None), (10, None), (300, "6.5e+02"), (0.01, "0.022")):
        write_text("large.csv", scale * numpy.array([[1., 2.], [2., 1.], [3., 3.]]), numpy.ones(3), ",", ["a", "b", "y"])
        said = dewpoint("plan", sweep("data: {target: file, file: large.csv}\n" + TRAIN))
        check((f"warning: large.csv: the input a has a root mean square of {told}, and training is slow" in said) if told
              else "warning" not in said, said)
    said = dewpoint("plan", sweep("data: {target: file, file: large.csv, standardize: true}\n" + TRAIN))
    check("warning" not in said, said)
    for mean, spread, told in ((1000, 1, False), (2000, 1, True), (1.6e9, 1e6, True), (2010, 10, False)):
        write_text("far.csv", mean + spread * numpy.array([-1., 0, 1.])[:, None], numpy.ones(3), ",", ["a", "y"])
        for rest in ("", ", standardize: true"):
            said = dewpoint("plan", sweep("data: {target: file, file: far.csv" + rest + "}\n" + TRAIN.replace("method: gd", "method: flow")))
            check(("which flow cannot see in double precision: losses and RD may be wrong" in said) == (told and not rest), said)


def f_of(store, x, weights="weights_last"):
    """The network of a store's weights (tanh, alpha = 1) on inputs."""
    w = store[weights]
    d = x.shape[1]
    return numpy.tanh(x @ w[:, :d].T + w[:, d]) @ w[:, d + 1:]


def reports_of_wrong_readings_have_their_right_values():
    """Files after reports about other programs. The first loss is that of the numbers meant, by NumPy and by the report."""
    t = numpy.linspace(-1, 1, 10)
    write_hdf5("matlab.h5", x=t[None, :], y=numpy.sin(3 * t)[None, :])  # an n x 1 matrix of MATLAB is 1 x n in HDF5
    with netCDF4.Dataset("packed.nc", "w") as out:
        out.createDimension("n", 4)
        for name, scale, offset, values in (("x", .01, 0, [-1, -.5, .5, 1]), ("y", .001, 1, [1.5, .8, .8, 1.5])):
            packed = out.createVariable(name, "i2", ("n",), fill_value=-32767)
            packed.setncatts({"scale_factor": scale, "add_offset": float(offset)})
            packed[:] = values
    texts = {"savetxt.csv": "# x1,x2,y1,y2\n0.1,0.2,1,2\n0.3,0.4,3,4\n", "quoted.csv": '"x","y"\n"0.1","0.2"\n',
             "semicolons.csv": "x;y\n0.1;0.2\n0.3;0.4\n", "tabs.txt": "0.1\t0.2\n0.3\t0.4\n", "blanks.dat": "0.1 0.2\n0.3 0.4\n"}
    for name, text in texts.items():
        with open(name, "w", encoding="utf-8") as out:
            out.write(text)
    pairs = numpy.array([[.1, .2], [.3, .4]])
    two = pairs[:, :1], pairs[:, 1:]
    for name, x, y, loss in (("matlab.h5", t[:, None], numpy.sin(3 * t)[:, None], .701),
                             ("packed.nc", numpy.array([[-1], [-.5], [.5], [1]]), numpy.array([[1.5], [.8], [.8], [1.5]]), 3.54),
                             ("savetxt.csv", pairs, numpy.array([[1, 2], [3, 4]]), 7.94), ("quoted.csv", *(a[:1] for a in two), .0413),
                             ("semicolons.csv", *two, .0207), ("tabs.txt", *two, .0207), ("blanks.dat", *two, .0207)):
        store = run(f"file: {name}")
        found = store["loss_first"][0]
        expected = numpy.mean(numpy.sum((f_of(store, x, "weights_first") - y) ** 2, 1)) / y.shape[1]
        check(abs(found / expected - 1) < 1e-10 and abs(found / loss - 1) < .002, f"{name}: {found}, {expected}, {loss}")


def standardizing_and_test_samples():
    bunch = load_diabetes(scaled=False)
    x, y = bunch.data, bunch.target
    numpy.savez("s.npz", x=x[:300], y=y[:300])
    numpy.savez("v.npz", x=x[300:], y=y[300:])
    with open("s.csv", "w", encoding="utf-8") as out:
        out.write(",".join(bunch.feature_names) + ",target\n")
        numpy.savetxt(out, numpy.column_stack([x, y])[:300], delimiter=",", fmt="%.17g")
    with open("v.csv", "w", encoding="utf-8") as out:  # the same columns, in another order
        out.write(",".join(["target", *bunch.feature_names[::-1]]) + "\n")
        numpy.savetxt(out, numpy.column_stack([y, x[:, ::-1]])[300:], delimiter=",", fmt="%.17g")
    said = dewpoint("plan", sweep("data: {target: file, file: s.csv}\n" + TRAIN))
    check("warning: s.csv: the scales of the inputs differ by a factor of" in said and "standardize: true" in said, said)
    large = "warning: s.csv: the output target has a root mean square of 1.7e+02, but "
    check(large + "S_w needs outputs" in said and "standardize_y: true" in said, said)
    said = dewpoint("plan", sweep("data: {target: file, file: s.csv}\n" + TRAIN), "--set", "stop_loss=1e-4")
    check(large + "stop_loss is absolute and S_w needs outputs" in said, said)
    said = dewpoint("plan", sweep("data: {target: file, file: s.csv, standardize: true, standardize_y: true}\n" + TRAIN))
    check("warning" not in said, said)
    store = run("file: s.npz, test_file: v.npz, standardize: true, standardize_y: true")
    other = run("file: s.csv, test_file: v.csv, standardize: true, standardize_y: true")
    check(text_of(store["data_digest"]) == text_of(other["data_digest"]), "test columns by their names")
    scaler, scaler_y = StandardScaler().fit(x[:300]), StandardScaler().fit(y[:300, None])
    rows = [line.split(",") for line in text_of(other["data_scaling"]).strip().split("\n")]
    check([row[1] for row in rows] == [*bunch.feature_names, "target"], "names of the scaling")
    for row, mean, deviation in zip(rows, [*scaler.mean_, *scaler_y.mean_], [*scaler.scale_, *scaler_y.scale_]):
        check(abs(float(row[3]) / mean - 1) < 1e-13 and abs(float(row[4]) / deviation - 1) < 1e-13, f"scaling of {row}")
    for part, name in ((slice(0, 300), "loss"), (slice(300, None), "loss_test")):
        error = f_of(store, scaler.transform(x[part])) - scaler_y.transform(y[part, None])
        check(abs(store[name][0] / numpy.mean(error ** 2) - 1) < 1e-10, name)
    numpy.savetxt("u.csv", numpy.column_stack([x, y])[300:], delimiter=",", fmt="%.17g")
    refused("file: s.csv, test_file: u.csv", "u.csv: its columns have no names, but those of s.csv have; give both files a header")
    refused("file: u.csv, test_file: s.csv", "s.csv: its columns have names, but those of u.csv have none; give both files")
    x[:, 3] = 7
    numpy.savez("s.npz", x=x, y=y)
    check("constant: x4" in read_line("file: s.npz"), "constant columns are told")
    store = run("file: s.npz, test_share: 0.25, test_seed: 3")
    check("331 samples, 10 inputs" in text_of(store["data_files"]) and "111 more as test samples (test_share); in all, inputs from " in
          text_of(store["data_files"]), text_of(store["data_files"]))
    total = numpy.sum((f_of(store, x) - y[:, None]) ** 2)
    check(abs((331 * store["loss"][0] + 111 * store["loss_test"][0]) / total - 1) < 1e-10, "all samples are used once")
    check(store["loss_test"][0] != run("file: s.npz, test_share: 0.25, test_seed: 4")["loss_test"][0], "test_seed")


def initial_parameters_come_from_every_format():
    numpy.random.seed(1)
    weights = numpy.random.normal(size=(20, 4))
    write_text("w.csv", weights[:, :3], weights[:, 3], ",", ["w_1", "w_2", "bias", "a_1"])
    write_hdf5("w.h5", weights=weights)
    numpy.savez_compressed("w.npz", weights=weights)
    numpy.save("w.npy", weights)
    sample = numpy.arange(12.).reshape(4, 3) / 7
    write_text("x.csv", sample[:, :2], sample[:, 2], ",", ["a", "b", "c"])
    for name in ("w.csv", "w.h5", "w.npz", "w.npy"):
        store = run("file: x.csv", TRAIN.replace("init: {gamma: 0.5}", f"init: {{scheme: file, path: {name}}}"))
        with h5py.File("s.h5") as kept:
            check(numpy.array_equal(kept["weights_first"][...], weights), name)
        check(f"{name}: 20 neurons of 4 parameters" in text_of(store["data_files"]), text_of(store["data_files"]))


def files_of_parameters_fix_width_and_inputs():
    def write(name, width, inputs):
        weights = numpy.random.RandomState(width).normal(size=(width, inputs + 2))
        write_text(name, weights[:, :-1], weights[:, -1], ",", [f"w_{j + 1}" for j in range(inputs)] + ["bias", "a_1"])
        return weights
    first = write("first.csv", 20, 3)
    write("second.csv", 30, 3)
    start = "init: {scheme: file, path: first.csv}\ndata: {target: sine-sum, samples: 9}\n" \
            "train: {method: gd, learning_rate: 0.01, max_steps: 2}\nstore: {weights: all}\n"
    name = sweep(start)
    check("first.csv: 20 neurons of 5 parameters, 3 inputs and 1 output" in dewpoint("plan", name), "plan tells it")
    for words in ((DEWPOINT,), ("mpirun", "-n", "2", DEWPOINT)):  # the other ranks read no file
        if os.path.exists("first.h5"):
            os.remove("first.h5")
        subprocess.run([*words, "run", name, "-o", "first.h5", "--quiet"], check=True)
        with h5py.File("first.h5") as store:
            check(store["width"][0] == 20 and numpy.array_equal(store["weights_first"][...], first), "the file's width")
    told = dewpoint("explain", "first.h5", "0")
    check("width: 20" in told and "inputs: 3" in told, told)
    dewpoint("run", name, "-o", "first.h5")  # is the same sweep
    check("width: 20" in dewpoint("explain", name, "0"), "explain")
    # what is set stays, and is held against the file
    said = dewpoint("plan", sweep("model: {width: 30}\n" + start), code=2)
    check("first.csv: it has 20 neurons, but run 0 has width 30; set model: {width: 20}" in said, said)
    said = dewpoint("plan", sweep(start), "--set", "inputs=2", code=2)
    check("first.csv: it has 5 parameters a neuron, but run 0 has 4" in said, said)
    # two files need one width, or a zip
    both = start.replace(", path: first.csv", "")
    said = dewpoint("plan", sweep(both + "axes: {path: [first.csv, second.csv]}\n"), code=2)
    check(said.count("\n") == 1 and "second.csv: it has 30 neurons of 5 parameters, but first.csv has 20 of 5" in said
          and "width: [20, 30]" in said, said)
    told = dewpoint("explain", sweep(both + "zip: [{path: [first.csv, second.csv], width: [20, 30]}]\n"), "1")
    check("width: 30" in told and "inputs: 3" in told, told)


def what_was_read_is_told():
    write_text("x.csv", numpy.arange(6.).reshape(3, 2), numpy.ones(3), ",", ["age", "weight", "strength"])
    line = "x.csv: 3 samples, 2 inputs (age, weight), 1 output (strength); constant: strength; inputs from 0 to 5, output from 1 to 1"
    name = sweep("data: {target: file, file: x.csv}\n" + TRAIN)
    for words in (("plan", name), ("run", name, "-o", "told.h5"), ("status", "told.h5"), ("explain", name, "0"),
                  ("explain", "told.h5", "0")):
        check(line in dewpoint(*words), words)
    with h5py.File("told.h5") as store:
        check(text_of(store.attrs["data_files"]) == line + "\n", "the store keeps it")


def inputs_that_seem_to_be_outputs_are_told():
    for names, told in (("target,a,b", "column target is an input"), ("a,y[0],y[1]", "column y[0] is an input"),
                        ("a,y (m),b", "column y (m) is an input"), ("a,b,target", None), ("year,yield,b", None), ("a,y1,y2", None)):
        with open("roles.csv", "w", encoding="utf-8") as out:
            out.write(names + "\n1,2,3\n2,3,1\n")
        said = dewpoint("plan", sweep("data: {target: file, file: roles.csv}\n" + TRAIN))
        check((f"warning: roles.csv: {told}, because outputs are called y" in said) if told else "is an input" not in said, said)
    said = dewpoint("plan", sweep("data: {target: file, file: roles.csv, x: [y1], y: [y2]}\n" + TRAIN))
    check("is an input" not in said, said)


def what_explain_prints_is_a_sweep():
    with open("it's: a file.csv", "w", encoding="utf-8") as out:
        out.write('"we""ight","a, b","c: d #e",- f,~\n' + "1,2,3,4,5\n2,3,5,1,2\n")
    for columns in ("x: ['we\"ight', 'a, b'], y: ['c: d #e']", "x: ['- f', '~'], y: ['we\"ight', 'a, b']"):
        said = dewpoint("explain", sweep(f"data: {{target: file, file: 'it''s: a file.csv', {columns}}}\n{TRAIN}"), "0")
        check(dewpoint("explain", sweep(said, "again.yaml"), "0") == said, said)
    said = dewpoint("explain", sweep("data: {target: formula, formula: '-x1 * 2'}\n"), "0")
    check(dewpoint("explain", sweep(said, "again.yaml"), "0") == said, said)


def files_are_found_from_the_folder_of_the_sweep():
    os.makedirs("there/data", exist_ok=True)
    os.makedirs("here", exist_ok=True)
    for path, values in (("there/data/d.csv", "1,2"), ("here/d.csv", "3,4")):
        with open(path, "w", encoding="utf-8") as out:
            out.write(f"x,y\n{values}\n")
    sweep("data: {target: file, file: data/d.csv}\n" + TRAIN, "there/s.yaml")
    os.chdir("here")
    dewpoint("run", "../there/s.yaml", "-o", "a.h5")
    dewpoint("run", "../there/s.yaml", "--set", "file=d.csv", "-o", "b.h5")
    said = dewpoint("run", "../there/s.yaml", "--set", "file=data/d.csv", "-o", "c.h5", code=2)
    check("data/d.csv: cannot read it: No such file or directory (key file: paths in a sweep file count from its folder, "
          "those of --set from the current one)" in said, said)
    os.chdir("..")
    with h5py.File("here/a.h5") as a, h5py.File("here/b.h5") as b:
        check(a.attrs["data_digest"] != b.attrs["data_digest"], "two files")
    dewpoint("run", "there/s.yaml", "-o", "here/a.h5")  # the same sweep, from elsewhere


def damaged_stores_give_the_reason_of_hdf5():
    write_hdf5("whole.h5", x=numpy.zeros(9999))
    with open("whole.h5", "rb") as whole, open("cut.h5", "wb") as out:
        out.write(whole.read()[:40000])
    check("truncated file: eof = 40000" in dewpoint("status", "cut.h5", code=1), "status")
    refused("file: cut.h5", "cut.h5: cannot read it: truncated file: eof = 40000")


def claims_beyond_all_memory_are_refused():
    with h5py.File("huge.h5", "w") as out:
        for name, shape in (("x", (1 << 60, 1)), ("y", (1 << 60,)), ("weights", (1 << 30, 1 << 30))):
            out.create_dataset(name, shape, "f8", chunks=(1024, 1)[:len(shape)])
    refused("file: huge.h5", "dataset x claims 1152921504606846976 x 1 numbers, more than the")
    refused("file: p.csv", "dataset weights claims",
            more=TRAIN.replace("init: {gamma: 0.5}", "init: {scheme: file, path: huge.h5}"))
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }".ljust(117) + b"\n"
    with open("huge.npy", "wb") as out:
        out.write(b"\x93NUMPY\x01\x00\x76\x00" + header)
    refused("file: huge.npy", "it claims 4294967296 x 4294967296 numbers, more than the")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for test in (stores_are_the_same_from_all_formats, numbers_of_every_type_are_read, shapes_decide_or_are_refused,
                     packed_numbers_are_unpacked_and_missing_ones_refused,
                     numbers_that_overflow_in_training_are_refused, what_is_no_data_is_refused,
                     reports_of_wrong_readings_have_their_right_values, doubtful_arrays_are_refused, large_inputs_are_told,
                     standardizing_and_test_samples, initial_parameters_come_from_every_format, files_of_parameters_fix_width_and_inputs,
                     what_was_read_is_told, inputs_that_seem_to_be_outputs_are_told,
                     what_explain_prints_is_a_sweep,
                     files_are_found_from_the_folder_of_the_sweep, damaged_stores_give_the_reason_of_hdf5,
                     claims_beyond_all_memory_are_refused):
            test()
            print(test.__name__)
        os.chdir("/")


if __name__ == "__main__":
    main()
