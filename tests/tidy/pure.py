#!/usr/bin/env python3
"""Fails if an archive needs the clock, the operating system or dice: pure.py NM ARCHIVE."""

import re
import subprocess
import sys

# Functions of C, by name. Variants for large files and fortified ones (__read_chk) count as the plain one.
IMPURE_C = set("""
time clock clock_gettime clock_nanosleep gettimeofday timespec_get localtime gmtime nanosleep usleep sleep
rand srand random srandom drand48 getrandom getentropy arc4random arc4random_uniform
getenv secure_getenv setenv system fork vfork execve execvp posix_spawn syscall pthread_create kill raise
open openat creat close read write pread pwrite readv writev lseek stat fopen fdopen fread fwrite fclose
socket bind listen accept connect send sendto sendmsg recv recvfrom recvmsg setsockopt getsockopt
ioctl fcntl poll ppoll select pselect epoll_create epoll_wait pipe mmap
printf fprintf vprintf vfprintf dprintf puts putchar putc fputs fputc getchar gets fgets scanf
""".split())

# Of C++, in the demangled name. Our own SteadyClock counts: it reaches the same clock.
IMPURE_CXX = re.compile(r"_clock::now|SteadyClock|random_device|std::thread|std::filesystem|"
                        r"std::c(out|err|log|in)\b|std::basic_(o|i|)f(stream|ilebuf)|fmt::v\d+::v?print\b")


def impure(symbol):
    """Whether the demangled name of an undefined symbol is one a pure module may not need."""
    name = symbol.split("@")[0]
    if re.fullmatch(r"\w+", name):
        plain = re.sub(r"^__(\w+)_chk$", r"\1", name)
        return name in IMPURE_C or plain in IMPURE_C or plain.removesuffix("64") in IMPURE_C
    return bool(IMPURE_CXX.search(name))


def findings(nm, archive):
    needs = subprocess.run([nm, "-u", "-C", archive], capture_output=True, text=True, check=True).stdout
    symbols = sorted(set(re.findall(r"^\s+[Uw] (.+)$", needs, re.MULTILINE)))
    return [f"{archive}: needs {symbol}; give it as an argument" for symbol in symbols if impure(symbol)]


if __name__ == "__main__":
    found = findings(*sys.argv[1:])
    print("\n".join(found) or f"{sys.argv[2]}: pure")
    sys.exit(bool(found))
