#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reports {

// `text` in lines of at most `columns`, broken behind a space or a comma where there is one; lines
// after the first begin with `indent` spaces. Columns are counted as UTF-8 characters. At least
// one line.
std::vector<std::string> wrap(std::string_view text, std::size_t columns, std::size_t indent = 0);

// How many columns `text` takes.
std::size_t columns(std::string_view text);

// With spaces behind it up to so many columns.
std::string padded(std::string text, std::size_t columns);

// Text out of a file or a trace as it may be printed: on one line, without what would move a
// cursor.
std::string plain(std::string_view text);

}  // namespace reports
