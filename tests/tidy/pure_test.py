"""The purity check is shown archives it must reject, and one it must not: pure_test.py CXX AR NM."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pure

cxx, ar, nm = sys.argv[1:]

IMPURE = {
    "the clock": "#include <chrono>\nlong f() { return std::chrono::steady_clock::now().time_since_epoch().count(); }",
    "the date": "#include <ctime>\nlong f() { return time(nullptr); }",
    "dice": "#include <random>\nunsigned f() { return std::random_device{}(); }",
    "old dice": "#include <cstdlib>\nint f() { return std::rand(); }",
    "a system call": "#include <unistd.h>\nlong f(int d, char* b) { return read(d, b, 1); }",
    "a socket": "#include <sys/socket.h>\nint f() { return socket(1, 2, 3); }",
    "the environment": "#include <cstdlib>\nconst char* f() { return std::getenv(\"X\"); }",
    "standard output": "#include <iostream>\nvoid f() { std::cout << 1; }",
    "a file": "#include <fstream>\nbool f() { return std::ifstream{\"x\"}.good(); }",
    "a thread": "#include <thread>\nvoid f() { std::thread{[] {}}.join(); }",
    "a clock of ours": "namespace harness::clock { struct SteadyClock { long now(); }; }\n"
                       "long f(harness::clock::SteadyClock& c) { return c.now(); }",
}
PURE = """
#include <map>
#include <string>
#include <vector>
struct Link { int send(int); int time(); };  // Names of our own that C has too.
std::map<std::string, std::vector<int>> g;
int f(Link& link) { g["x"].push_back(link.time()); return link.send(1); }
"""


def findings(source):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder)
        (file / "x.cc").write_text(source)
        subprocess.run([cxx, "-std=c++20", "-O1", "-c", file / "x.cc", "-o", file / "x.o"], check=True)
        subprocess.run([ar, "rcs", file / "x.a", file / "x.o"], check=True)
        return pure.findings(nm, file / "x.a")


assert findings(PURE) == [], findings(PURE)
for what, source in IMPURE.items():
    assert findings(source), f"{what} was let through"
print(f"{len(IMPURE) + 1} passed")
