#pragma once

#include <string_view>

namespace harness::cli {

bool is_glob(std::string_view);

// `*` is any letters, `/` too; `?` is one letter; `[abc]`, `[a-z]` and `[!a]` are sets of one.
bool matches(std::string_view glob, std::string_view text);

}  // namespace harness::cli
