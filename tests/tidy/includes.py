"""Who uses a name includes what declares it: by itself, or by a header of ours that it includes.

Compilers that read files several at a time, or behind precompiled headers, do not notice what one of them forgot.
What is told: types, constants and functions of ours, and of other libraries those of which precompiled headers
hold the declaration. It is read without a compiler: members and what hides behind macros go unseen.
"""

import re
from collections import defaultdict
from pathlib import Path

NOT_CODE = re.compile(
    r'(?:^|(?<=\n))[ \t]*#(?:\\\n|[^\n])*|(?P<raw>R"(?P<end>\w*)\(.*?\)(?P=end)")|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'|//[^\n]*|/\*.*?\*/|"
    r"\b[A-Z_]{3,}\(\s*[A-Z]\w*(?:\s*,\s*[A-Z]\w*)?", re.S)  # At last what macros make names of.
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)
DECLARES = re.compile(
    r"(?:^|[;}>]|\binline\b|\bconstexpr\b)\s*(?:(?:struct|class|enum class|enum)\s+(?P<type>[A-Z]\w*)[^;{}()=]*\{|"
    r"using\s+(?P<alias>[A-Z]\w*)\s*=|concept\s+(?P<concept>\w+)\s*=|"
    r"(?:(?:static|inline|constexpr|const)\s+)+[\w:<>,\s*&]*?\b(?P<constant>k[A-Z]\w*)\s*(?:\[|=|\{)|"
    r"(?:[\w:]+(?:<[^;{}()]*>)?[\s&*]+)+(?P<function>[a-z]\w*)\()", re.M)

# Of a file's own: what it declares anywhere, and its enumerators.
OWN = re.compile(r"\b(?:struct|class|enum class|enum|using|concept|typename)\s+([A-Z]\w*)|"
                 r"\b(k[A-Z]\w*)\s*(?:\[[^\]]*\])?\s*[={]|"
                 r"\b(?!return\b|else\b|throw\b|case\b|new\b)[\w:]+(?:<[^;{}()]*>)?[\s&*]+([A-Za-z]\w*)\(|\b([a-z]\w*) = \[")
ENUM = re.compile(r"\benum\b[^{;()]*\{([^}]*)\}")
USED = re.compile(r"(?<![\w.>:])(?:(?:\w+::)*?(?P<space>[a-z]\w*::))?(?P<name>[A-Z]\w*[a-z]\w*|k[A-Z]\w*|[a-z]\w*(?=\())")

# What the precompiled headers hold, and where the standard or its library puts it.
OTHERS = {
    "array": r"std::array\b", "chrono": r"std::chrono::", "expected": r"std::(?:un)?expected\b",
    "functional": r"std::(?:function|hash|plus|greater|invoke|reference_wrapper)\b", "map": r"std::(?:multi)?map\b",
    "memory": r"std::(?:unique_ptr|shared_ptr|make_unique|make_shared)\b",
    "optional": r"std::(?:optional|nullopt)\b", "span": r"std::(?:span|as_bytes)\b",
    "string": r"std::(?:string|to_string)\b", "string_view": r"std::string_view\b",
    "variant": r"std::(?:variant|visit|get_if|holds_alternative|monostate)\b", "vector": r"std::vector\b",
    "algorithm": r"std::(?:ranges::)?(?:all_of|any_of|none_of|find_if|count_if|sort|stable_sort|min_element|max_element|"
                 r"lower_bound|upper_bound|transform|remove_if|reverse|fill|fill_n|clamp|copy_n|mismatch|unique)\s*\(|"
                 r"std::ranges::(?:find|count|copy|contains|equal|search)\s*\(|std::(?:ranges::)?(?:min|max)\s*\(",
    "fmt/format.h": r"\bfmt::(?:format|format_to|format_to_n)\s*\(",
    "harness/base/check.h": r"\bCHECK\(", "nlohmann/json.hpp": r"\bnlohmann::",
    "boost/program_options.hpp": r"\bboost::program_options\b",
}
# A header that is as good as another.
AS_GOOD = {"string_view": {"string"}, "fmt/format.h": {"fmt/ranges.h", "fmt/chrono.h", "fmt/args.h"},
           "boost/program_options.hpp": {"boost/program_options/options_description.hpp",
                                         "boost/program_options/variables_map.hpp"}}


def code(text):
    """Without comments and literals; each line stays where it was."""
    return NOT_CODE.sub(lambda m: ('""' if m[0][0] in "R\"'" else "") + "\n" * m[0].count("\n"), text)


def top(text):
    """What stands in namespaces and in nothing else."""
    kept, stack, head = [], [], 0
    for at, char in enumerate(text):
        if char == "{":
            space = re.search(r"\bnamespace\s*[\w:]*\s*\Z", text[max(0, head):at])
            if all(stack):
                kept.append(text[head:at + 1])
            stack.append(bool(space))
            head = at + 1
        elif char == "}" and stack:
            if all(stack):
                kept.append(text[head:at + 1])
            stack.pop()
            head = at + 1
    if not stack:
        kept.append(text[head:])
    return "".join(kept)


def declared(text):
    return {name for found in DECLARES.finditer(top(text)) for name in found.groups() if name}


def line_of(found):
    return found.string.count("\n", 0, found.start()) + 1


def check_includes(files):
    """`files`: {path: text} of all sources."""
    codes = {path: code(text) for path, text in files.items()}
    ours = {path: [i for i, _ in INCLUDE.findall(text) if i] for path, text in files.items()}
    theirs = {path: {i for _, i in INCLUDE.findall(text) if i} for path, text in files.items()}
    home = defaultdict(set)
    for path, text in codes.items():
        if path.endswith(".h"):
            for name in declared(text):
                home[name].add(path)

    closures = {}

    def closure(path):
        if path not in closures:
            closures[path] = {path}
            for included in ours.get(path, ()):
                if included in files:
                    closures[path] = closures[path] | closure(included)
        return closures[path]

    owns = {path: {name for some in OWN.findall(text) for name in some if name} for path, text in codes.items()}
    for path, text in sorted(codes.items()):
        seen = closure(path)
        libraries = set().union(*(theirs[one] for one in seen))
        for header, pattern in OTHERS.items():
            found = re.search(pattern, text)
            if found and header not in libraries | seen and not AS_GOOD.get(header, set()) & libraries:
                yield f"{path}:{line_of(found)}: `{found[0].strip(' (')}`: #include what declares it, {header}"
        told = owns[path] | {name for body in ENUM.findall(text) for name in re.findall(r"(?:^|,)\s*(\w+)", body)}
        for found in USED.finditer(text):
            name, space = found["name"], found["space"]
            folder = Path(path).parent.name if space is None else space.removesuffix("::")
            homes = {one for one in home.get(name, ()) if Path(one).parent.name == folder}
            if not homes or homes & seen or name in told:
                continue
            if space is None and name[0].islower() and any(name in owns[one] for one in seen):
                continue  # A member's.
            told.add(name)
            yield f"{path}:{line_of(found)}: `{name}`: #include what declares it, {min(homes)}"
