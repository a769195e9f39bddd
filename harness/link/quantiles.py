#!/usr/bin/env python3
"""Writes quantiles.h, the tables distribution.cc draws from; distribution_test.cc checks each number."""
from statistics import NormalDist

BINS, ONE, END = 1024, 1 << 16, 1 / 8192

HEAD = """#pragma once

#include <array>
#include <cstdint>

// Written by quantiles.py: the quantiles of i/1024, but of 1/8192 and 1 - 1/8192 at the ends, in
// units of 1/65536 of a standard deviation.
// clang-format off
namespace harness::link {
"""


def share(i):
    return min(max(i / BINS, END), 1 - END)


def pareto(p, shape=3):
    mean = shape / (shape - 1)
    deviation = (shape / ((shape - 1) ** 2 * (shape - 2))) ** 0.5
    return ((1 - p) ** (-1 / shape) - mean) / deviation


def table(name, comment, quantile):
    numbers = [round(quantile(share(i)) * ONE) for i in range(BINS + 1)]
    print(f"\n// {comment}\ninline constexpr std::array<std::int32_t, {BINS + 1}> {name} = {{")
    for i in range(0, len(numbers), 12):
        print("    " + " ".join(f"{n}," for n in numbers[i:i + 12]))
    print("};")


print(HEAD, end="")
table("kNormal", "Mean 0, deviation 1.", NormalDist().inv_cdf)
table("kPareto", "Shape 3, moved and scaled to mean 0 and deviation 1.", pareto)
print("\n}  // namespace harness::link")
