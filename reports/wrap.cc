#include "reports/wrap.h"

#include "harness/scenario/diagnostic.h"

namespace reports {
namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The octets of the first `count` columns of `text`.
std::size_t octets_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (continues_character(text[at])) continue;
    if (count-- == 0) break;
  }
  return at;
}

}  // namespace

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += continues_character(c) ? 0 : 1;
  return count;
}

std::string padded(std::string text, std::size_t wanted) {
  const auto have = columns(text);
  if (have < wanted) text.append(wanted - have, ' ');
  return text;
}

std::vector<std::string> wrap(std::string_view text, std::size_t room, std::size_t indent) {
  std::vector<std::string> lines;
  for (;;) {
    const std::size_t lead = lines.empty() ? 0 : indent;
    const std::size_t fits = octets_of(text, room > lead ? room - lead : 1);
    std::size_t cut = fits;
    if (fits < text.size()) {
      // A space may stand at the end of the line and is not seen there.
      const auto space = text.substr(0, fits + 1).find_last_of(' ');
      const auto comma = text.substr(0, fits).find_last_of(',');
      const bool at_space = space != text.npos && space > 0;
      if (at_space) cut = space;
      if (comma != text.npos && (!at_space || comma > space)) cut = comma + 1;
    }
    lines.push_back(std::string(lead, ' ').append(text.substr(0, cut)));
    if (cut >= text.size()) return lines;
    text.remove_prefix(cut);
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (text.empty()) return lines;
  }
}

std::string plain(std::string_view text) { return harness::scenario::harmless(text, 400); }

}  // namespace reports
