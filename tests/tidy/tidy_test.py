"""A check that has never failed proves nothing: each rule is shown one tree that breaks it."""

import subprocess
import tempfile
from pathlib import Path

import tidy

ARROWS = """
module(harness/base)
module(harness/clock USES harness/base)
module(harness/wire USES harness/base)
module(harness/event USES harness/base harness/wire)
module(harness/engine USES harness/wire harness/event)  # Never the model.
module(harness/model USES harness/wire harness/event)
module(harness/target USES harness/event)
module(harness/target/inproc USES harness/event harness/target harness/engine)
module(harness/scenario USES harness/event harness/target)
module(harness/target/catalogue USES harness/target harness/target/inproc)
module(reports USES harness/event)
module(harness/cli USES harness/target/catalogue reports LINKS fmt::fmt Boost::program_options)
"""


def findings(files=None, extra=(), arrows=ARROWS):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("harness", "scenarios", "fuzz", "bindings", "tests", "reports"):
            (root / name).mkdir()
        (root / "CMakeLists.txt").write_text(arrows)
        for path, text in (files or {}).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        for name in extra:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("")
        return list(tidy.check(root))


def header(module, include=None, body=""):
    line = f'#include "{include}"' if include else ""
    return f"#pragma once\n{line}\nnamespace {module.replace('/', '::')} {{\n{body}\n}}\n"


def one(found, words):
    assert len(found) == 1 and words in found[0], found


def test_a_clean_tree_is_tidy():
    assert findings({
        "harness/wire/seq_num.h": header("harness/wire"),
        "harness/engine/stack.h": header("harness/engine", "harness/wire/seq_num.h"),
        "harness/target/inproc/t.h": header("harness/target/inproc", "harness/engine/stack.h"),
        "harness/target/catalogue/c.h": header("harness/target/catalogue", "harness/target/inproc/t.h"),
        "reports/text.h": header("reports", "harness/event/trace.h"),
        "harness/cli/main.cc": '#include "harness/target/catalogue/c.h"\nint main() { std::cout << 1; }\n',
        "tests/unit/wire/seq_num_test.cc": '#include "harness/wire/seq_num.h"\n',
        "tests/unit/reports/text_test.cc": '#include "reports/text.h"\n',
    }, extra=[".clang-format", "LICENSE", "CMakePresets.json", "README.md", "build/x.txt", "build-gcc/CMakeCache.txt"]
    ) == []


def test_links_are_not_arrows():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "CMakeLists.txt").write_text("module(a)\nmodule(b USES a LINKS fmt::fmt)\nmodule(c LINKS x USES b)\n")
        assert tidy.read_arrows(root) == {"a": [], "b": ["a"], "c": ["b"]}


def test_engine_does_not_see_model():
    one(findings({"harness/engine/x.h": header("harness/engine", "harness/model/model.h")}),
        "harness/engine may not include harness/model")


def test_model_does_not_see_engine():
    one(findings({"harness/model/x.h": header("harness/model", "harness/engine/stack.h")}),
        "harness/model may not include harness/engine")


def test_the_two_may_not_even_be_drawn_together():
    one(findings(arrows="module(harness/model)\nmodule(harness/engine USES harness/model)\n"),
        "must not share the engine's bugs")


def test_scenario_sees_the_target_interface_only():
    one(findings({"harness/scenario/x.h": header("harness/scenario", "harness/target/inproc/t.h")}),
        "may not include harness/target/inproc")


def test_arrows_point_down():
    one(findings({"harness/wire/x.h": header("harness/wire", "harness/event/trace.h")}),
        "harness/wire may not include harness/event")


def test_a_cycle_cannot_be_drawn():
    one(findings(arrows="module(harness/wire USES harness/event)\nmodule(harness/event)\n"), "does not point down")


def test_nothing_includes_the_roof():
    one(findings({"harness/scenario/x.h": header("harness/scenario", "harness/cli/main.h")}),
        "nothing includes harness/cli")
    assert findings({"tests/unit/cli/main_test.cc": '#include "harness/cli/main.h"\n',
                     "harness/cli/main.h": header("harness/cli")}) == []


def test_only_the_roof_sees_every_target():
    one(findings({"harness/scenario/x.h": header("harness/scenario", "harness/target/catalogue/c.h")}),
        "only the roof includes harness/target/catalogue")
    one(findings(arrows=ARROWS + "module(harness/campaign USES harness/target/catalogue)\n"),
        "only the roof may see harness/target/catalogue")
    one(findings(arrows=ARROWS + "module(harness/campaign USES harness/cli)\n"), "only the roof may see harness/cli")


def test_angle_brackets_are_no_way_around():
    one(findings({"harness/wire/x.h": header("harness/wire", body="#include <harness/event/trace.h>")}),
        "harness/wire may not include harness/event")


def test_reports_is_a_module_like_any_other():
    one(findings({"reports/x.h": header("harness/reports")}), "not in namespace reports")
    one(findings({"reports/x.h": header("reports", "harness/engine/stack.h")}), "reports may not include harness/engine")


def test_includes_are_full_paths():
    one(findings({"harness/wire/x.h": header("harness/wire", "../base/rng.h")}), "full path from the root")


def test_the_folder_is_the_namespace():
    one(findings({"harness/wire/x.h": header("harness/tcp")}), "not in namespace harness::wire")


def test_a_new_folder_is_drawn_into_the_graph():
    one(findings({"harness/magic/x.h": header("harness/magic")}), "draw its folder")


def test_a_long_file_says_why():
    one(findings({"harness/wire/x.h": header("harness/wire", body="\n" * 500)}), "split it")


def test_headers_start_with_pragma_once():
    one(findings({"harness/wire/x.h": "namespace harness::wire {}\n"}), "#pragma once")


def test_time_is_given_not_taken():
    one(findings({"harness/engine/x.h": header("harness/engine", body="auto t = steady_clock::now();")}),
        "the `now` you were given")
    assert findings({"harness/clock/x.h": header("harness/clock", body="auto t = steady_clock::now();")}) == []


def test_output_is_the_programs_business():
    for body in ("std::cout << 1;", "std::cerr << 1;", "printf(x);", "std::fprintf(stderr, x);"):
        one(findings({"harness/wire/x.h": header("harness/wire", body=body)}), "reports::Writer")
        one(findings({"tests/x.h": header("tests", body=body)}), "reports::Writer")
        assert findings({"harness/cli/x.h": header("harness/cli", body=body)}) == []


def test_text_is_made_by_fmt_everywhere():
    for body in ("snprintf(b, 4, x);", "std::vsnprintf(b, 4, x, y);", "sprintf(b, x);"):
        one(findings({"harness/wire/x.h": header("harness/wire", body=body)}), "fmt::format")
        one(findings({"harness/cli/x.h": header("harness/cli", body=body)}), "fmt::format")


def test_chance_threads_and_leftovers():
    for body, words in (("std::random_device d;", "base::Rng"), ("std::thread t;", "a process"),
                        ("using namespace std;", "std::"), ("// FI" "XME later", "the fix")):
        one(findings({"harness/wire/x.h": header("harness/wire", body=body)}), words)


def test_a_source_has_its_header_beside_it():
    one(findings({"harness/wire/x.cc": "namespace harness::wire {}\n"}), "no x.h beside it")
    one(findings({"reports/x.cc": "namespace reports {}\n"}), "no x.h beside it")
    assert findings({"harness/wire/x.cc": '#include "harness/wire/x.h"\nnamespace harness::wire {}\n', "harness/wire/x.h": header("harness/wire")}) == []
    several = '#include "harness/wire/{}.h"\nnamespace harness::wire {{}}\n'
    assert findings({"harness/wire/x_one.cc": several.format("x"), "harness/wire/x.h": header("harness/wire")}) == []
    one(findings({"harness/clock/x.cc": "#include \"harness/base/x.h\"\nnamespace harness::clock {}\n",
                  "harness/base/x.h": header("harness/base")}), "no x.h beside it")


def test_a_source_includes_its_header_first():
    files = {"harness/wire/seq_num.h": header("harness/wire"),
             "harness/wire/seq_num.cc": '#include "harness/wire/seq_num.h"\n\n#include <string>\nnamespace harness::wire {}\n'}
    assert findings(files) == []
    swapped = '#include <string>\n#include "harness/wire/seq_num.h"\nnamespace harness::wire {}\n'
    one(findings(files | {"harness/wire/seq_num.cc": swapped}), "before anything else")
    one(findings(files | {"harness/wire/seq_num.cc": "namespace harness::wire {}\n"}), "before anything else")


def test_a_unit_test_carries_the_name_of_what_it_tests():
    one(findings({"tests/unit/wire/x_test.cc": ""}), "harness/wire/x.h, which is not there")
    one(findings({"tests/unit/reports/x_test.cc": ""}), "tests reports/x.h, which is not there")
    assert findings({"tests/unit/wire/whole_test.cc": '#include "harness/wire/x.h"\n',
                     "harness/wire/x.h": header("harness/wire")}) == []
    assert findings({"tests/integration/x_test.cc": ""}) == []


def test_no_path_of_one_machine():
    for folder in ("work", "root", "home"):
        one(findings({"scenarios/x.pkt": f"# see /{folder}/me/notes\n"}), "path of one machine")
    assert findings({"scenarios/x.pkt": "# see tests/work/ and a.com/home/\n", "scenarios/y.bin": ""}) == []


def test_no_path_of_one_machine_in_what_git_lists():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        try:
            subprocess.run(["git", "init", "-q", root], check=True)
        except OSError:
            return  # Without git the walk of the test above is all there is.
        (root / "CMakeLists.txt").write_text(ARROWS)
        (root / ".gitignore").write_text("ignored\n")
        for name in ("README.md", "ignored"):
            (root / name).write_text("/ro" "ot/x\n")
        one(list(tidy.check_machine_paths(root)), "README.md:1: ")


def test_static_assert_is_not_assert():
    assert findings({"harness/wire/x.h": header("harness/wire", body="static_assert(true);")}) == []
    one(findings({"harness/wire/x.h": header("harness/wire", body="assert(true);")}), "CHECK")


PIECE = header("harness/wire", body="struct Piece { int size(); };\nconstexpr int kMost = 3;\nPiece cut(int);\n"
                                    "using Pair = int;")


def test_what_is_used_is_included():
    use = '#include "{}"\nnamespace harness::{} {{\nvoid use() {{ {}; }}\n}}\n'
    for name in ("Piece p", "wire::Piece p", "harness::wire::Piece p", "int x = kMost", "auto x = cut(1)", "Pair x = 1"):
        module = "event" if "::" in name else "wire"
        files = {"harness/wire/piece.h": PIECE, f"harness/{module}/x.h": header(f"harness/{module}")}
        used = use.format(f"harness/{module}/x.h", module, name)
        one(findings(files | {f"harness/{module}/x.cc": used}), ":3: `")
        with_it = used.replace(".h\"\n", '.h"\n#include "harness/wire/piece.h"\n', 1)
        assert findings(files | {f"harness/{module}/x.cc": with_it}) == [], name
        by_another = {f"harness/{module}/x.h": header(f"harness/{module}", "harness/wire/piece.h")}
        assert findings(files | {f"harness/{module}/x.cc": used} | by_another) == [], name


def test_what_is_used_of_the_standard_is_included():
    for text in ("std::vector<int> v", "auto n = std::min(1, 2)", "std::optional<int> o", 'auto t = fmt::format("{}", 1)'):
        one(findings({"harness/wire/x.h": header("harness/wire", body=f"inline void f() {{ {text}; }}")}), "#include what declares it")
    assert findings({"harness/wire/x.h": header("harness/wire", body="// std::vector\nconstexpr auto k = \"std::map\";")}) == []
    assert findings({"harness/wire/x.h": "#include <vector>\n".join(
        header("harness/wire", body="inline std::vector<int> v;").split("\n", 1)).replace("#pragma once#", "#pragma once\n#")}) == []


def test_what_only_looks_like_it_is_not_used():
    for text in ("x.cut(1)", "x->cut(1)", "Other::Piece p", "other::Piece p", 'say("Piece")', "enum class E { Piece, Other }",
                 "TEST(Piece, IsCut)"):
        assert findings({"harness/wire/piece.h": PIECE, "harness/wire/x.h": header("harness/wire", body=f"void f() {{ {text}; }}")
                         }) == [], text


def test_the_top_level_is_closed():
    one(findings(extra=["notes.txt"]), "not one of the top-level names")


if __name__ == "__main__":
    tests = [item for name, item in sorted(globals().items()) if name.startswith("test_")]
    for test in tests:
        test()
    print(f"{len(tests)} passed")
