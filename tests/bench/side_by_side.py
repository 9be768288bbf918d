#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""side_by_side.py DEWPOINT WEIGHTS PLAIN PLAIN_NATIVE PLAIN_FAST [ROUNDS]

The same training steps by dewpoint, by PyTorch (one network at a time, 16 in one batch, and 16 and 1,000 in one batch
with gradients written by hand) and by ordinary C loops (plain.c: -O3, with -march=native, and with -Ofast, which
vectorises tanhf), on one core and one thread, turn by turn; each time is the minimum over the rounds. Nothing is
asserted about times. What is asserted: from the same initial parameters, after the same steps, all have moved to the
same parameters within float32's rounding, and dewpoint's hash says that this is what it timed.
"""
import array
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy
import torch

CASES = [  # of dewpoint bench; the study that takes such steps, activation and method
    ("relu-d1-n4-m1000-gd-f32", "seed 000's step", "relu", "gd"),
    ("tanh-d5-n80-m50-adam-f32", "seed 001's Adam step", "tanh", "adam"),
    ("relu-d1-n2-m60-gd-f32", "seed 002's step", "relu", "gd"),
]
BATCH = 16
LARGE_BATCH = 1000
SECONDS = 0.03  # a repetition of the others; dewpoint chooses its own
TOLERANCE = 1e-4  # |moved - moved by dewpoint| / |moved by dewpoint|


class Case:
    """The numbers that `weights` writes."""

    def __init__(self, weights, name, title, activation, method):
        self.name, self.title, self.activation, self.method = name, title, activation, method
        with tempfile.NamedTemporaryFile() as file:
            self.hash = subprocess.run([weights, name, file.name], check=True, capture_output=True,
                                       text=True).stdout.strip()
            values = array.array("d", file.read())
        nets, m, d, n, steps = (int(value) for value in values[:5])
        self.m, self.d, self.n, self.steps, self.rate = m, d, n, steps, values[5]
        rest = numpy.array(values[6:])
        self.x, rest = rest[:n * d].reshape(n, d), rest[n * d:]
        self.y, rest = rest[:n], rest[n:]
        self.start, self.end = rest.reshape(2, nets, m, d + 2)

    def batch(self, parameters, nets):
        """So many networks: those that dewpoint has side by side, or its one network, as often as needed."""
        return numpy.resize(parameters, (nets,) + parameters.shape[1:])


class Torch:
    """What one writes in PyTorch: autograd and an optimiser; nets networks in one batch."""

    def __init__(self, case, start):
        nets = len(start)
        tensor = lambda values: torch.tensor(values, dtype=torch.float32)
        self.case, self.nets = case, nets
        shape = (lambda values: values[0]) if nets == 1 else (lambda values: values)
        self.x = shape(tensor(case.x).expand(nets, -1, -1))
        self.y = shape(tensor(case.y).expand(nets, -1))
        self.w = shape(tensor(start[:, :, :case.d].transpose(0, 2, 1).copy())).contiguous().requires_grad_()
        self.b = shape(tensor(start[:, None, :, case.d])).contiguous().requires_grad_()
        self.a = shape(tensor(start[:, :, case.d + 1:])).contiguous().requires_grad_()
        self.sigma = torch.relu if case.activation == "relu" else torch.tanh
        optimiser = torch.optim.SGD if case.method == "gd" else torch.optim.Adam
        self.optimiser = optimiser([self.w, self.b, self.a], lr=case.rate)
        self.product = torch.addmm if nets == 1 else torch.baddbmm

    def train(self, steps):
        for _ in range(steps):
            self.optimiser.zero_grad()
            f = (self.sigma(self.product(self.b, self.x, self.w)) @ self.a).squeeze(-1)
            loss = ((f - self.y) ** 2).mean(-1).sum()
            loss.backward()
            self.optimiser.step()

    def parameters(self):
        w, b, a = (t.detach().reshape((self.nets,) + t.shape[-2:]).numpy() for t in (self.w, self.b, self.a))
        return numpy.concatenate([w.transpose(0, 2, 1), b.transpose(0, 2, 1), a], axis=2)


class ByHand:
    """PyTorch as one writes it for speed: a large batch, gradients and optimiser by hand, in place, no graph."""

    def __init__(self, case, start):
        tensor = lambda values: torch.tensor(values, dtype=torch.float32).contiguous()
        self.case, self.nets, self.step = case, len(start), 0
        self.x, self.y = tensor(case.x).expand(self.nets, -1, -1), tensor(case.y)
        self.w = tensor(start[:, :, :case.d].transpose(0, 2, 1).copy())
        self.b, self.a = tensor(start[:, None, :, case.d].copy()), tensor(start[:, :, case.d + 1:].copy())
        self.moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in (self.w, self.b, self.a)]
        self.update = self.descend if case.method == "gd" else self.adapt

    def descend(self, gradients):
        for parameter, gradient in zip((self.w, self.b, self.a), gradients):
            parameter.sub_(gradient, alpha=self.case.rate)

    def adapt(self, gradients):
        self.step += 1
        first, second = 1 - 0.9**self.step, 1 - 0.999**self.step
        for parameter, gradient, (mean, square) in zip((self.w, self.b, self.a), gradients, self.moments):
            mean.lerp_(gradient, 0.1)
            square.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            parameter.addcdiv_(mean, (square / second).sqrt_().add_(1e-8), value=-self.case.rate / first)

    @torch.no_grad()
    def train(self, steps):
        for _ in range(steps):
            h = torch.baddbmm(self.b, self.x, self.w)
            s = h.relu_() if self.case.activation == "relu" else h.tanh_()
            pull = (torch.bmm(s, self.a) - self.y[None, :, None]).mul_(2 / self.case.n)
            slope = s > 0 if self.case.activation == "relu" else 1 - s * s
            back = slope * torch.bmm(pull, self.a.transpose(1, 2))
            self.update((torch.bmm(self.x.transpose(1, 2), back), back.sum(1, keepdim=True),
                         torch.bmm(s.transpose(1, 2), pull)))

    parameters = Torch.parameters


class Plain:
    """plain.c, one network after the other."""

    def __init__(self, library, case, start):
        self.run, self.case = ctypes.CDLL(library).plain_train, case
        self.run.argtypes = [ctypes.c_int] * 5 + [ctypes.c_void_p] * 3 + [ctypes.c_float, ctypes.c_int]
        self.x, self.y = case.x.astype("f4"), case.y.astype("f4")
        self.theta = start.transpose(0, 2, 1).astype("f4").copy()  # [nets][d + 2][m]
        self.nets = len(start)

    def train(self, steps):
        case = self.case
        for theta in self.theta:
            failed = self.run(case.activation == "tanh", case.method == "adam", case.m, case.d, case.n,
                              self.x.ctypes.data, self.y.ctypes.data, theta.ctypes.data, case.rate, steps)
            assert not failed, "plain.c had no memory"

    def parameters(self):
        return self.theta.transpose(0, 2, 1)


def ns_per_step(trainer):
    """Of one network, over a stretch of about SECONDS."""
    steps, seconds = 1, 0.0
    while seconds < SECONDS / 4:
        steps *= 2
        begin = time.perf_counter()
        trainer.train(steps)
        seconds = time.perf_counter() - begin
    steps = max(1, int(steps * SECONDS / seconds))
    begin = time.perf_counter()
    trainer.train(steps)
    return (time.perf_counter() - begin) / steps / trainer.nets * 1e9


def dewpoint_ns(dewpoint, case):
    """Of the best instruction set, which is the one that `dewpoint run` takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bench.json")
        subprocess.run([dewpoint, "bench", "--case", case.name, "--seconds", "0.02", "--json", path],
                       check=True, stdout=subprocess.DEVNULL)
        with open(path, encoding="utf8") as file:
            figures = json.load(file)["cases"]
    for figure in figures:
        assert figure["hash"] == case.hash, f"{case.name}: {figure['isa']} has another hash than the weights"
    return figures[0]["ns_per_step"]


def difference(case, trainer):
    """The largest over the networks, after case.steps steps."""
    trainer.train(case.steps)
    start, end = case.batch(case.start, trainer.nets), case.batch(case.end, trainer.nets)
    moved = numpy.linalg.norm(end - start, axis=(1, 2))
    worst = (numpy.linalg.norm(trainer.parameters() - end, axis=(1, 2)) / moved).max()
    assert moved.min() > 0, f"{case.name}: nothing moved"
    assert worst < TOLERANCE, f"{case.name}: {trainer.__class__.__name__} is off by {worst:.2g} of the movement"
    return worst


def compare(case, dewpoint, plain, plain_native, plain_fast, rounds):
    start, many = case.batch(case.start, BATCH), case.batch(case.start, LARGE_BATCH)
    programs = {
        "PyTorch, eager": lambda: Torch(case, start[:1]),
        f"PyTorch, {BATCH} in a batch": lambda: Torch(case, start),
        f"PyTorch, {BATCH} by hand": lambda: ByHand(case, start),
        f"PyTorch, {LARGE_BATCH} by hand": lambda: ByHand(case, many),
        "C loops, -O3": lambda: Plain(plain, case, start),
        "C loops, -O3 -march=native": lambda: Plain(plain_native, case, start),
        "C loops, -Ofast -march=native": lambda: Plain(plain_fast, case, start),
    }
    off = {name: difference(case, make()) for name, make in programs.items()}
    trainers = {name: make() for name, make in programs.items()}
    best = dict.fromkeys(["dewpoint", *programs], float("inf"))
    for _ in range(rounds):
        best["dewpoint"] = min(best["dewpoint"], dewpoint_ns(dewpoint, case))
        for name, trainer in trainers.items():
            best[name] = min(best[name], ns_per_step(trainer))
    print(f"\n{case.title}: {case.name}, ns a step and network")
    for name, ns in best.items():
        same = f"   parameters within {off[name]:.0e}" if name in off else ""
        print(f"  {name:30} {ns:12.1f} {ns / best['dewpoint']:10.1f} x{same}", flush=True)


def main():
    dewpoint, weights, plain, plain_native, plain_fast = sys.argv[1:6]
    rounds = int(sys.argv[6]) if len(sys.argv) > 6 else 7
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    with open("/proc/cpuinfo") as info:
        processor = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "unknown")
    print(f"{processor}, core {core}; PyTorch {torch.__version__}, one thread; best of {rounds} rounds")
    for row in CASES:
        compare(Case(weights, *row), dewpoint, plain, plain_native, plain_fast, rounds)


if __name__ == "__main__":
    main()
