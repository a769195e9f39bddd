#include "harness/cli/read_record.h"

#include <fmt/format.h>

#include <string_view>

#include "harness/cli/read_file.h"
#include "harness/event/text.h"
#include "reports/text.h"

namespace harness::cli {
namespace {

bool is_capture(std::string_view octets) {
  constexpr std::string_view kPcapng = "\x0a\x0d\x0d\x0a", kPcap = "\xd4\xc3\xb2\xa1",
                             kNanoseconds = "\x4d\x3c\xb2\xa1";
  return octets.starts_with(kPcapng) || octets.starts_with(kPcap) ||
         octets.starts_with(kNanoseconds);
}

}  // namespace

std::expected<void, std::string> read_record(const std::filesystem::path& file,
                                             event::Trace& trace) {
  const auto text = read_file(file);
  const auto read = event::from_text(text, trace);
  if (read) return {};
  const auto word = reports::shell_word(file.string());
  if (is_capture(text)) {
    return std::unexpected(
        fmt::format("{}: it is a capture: `lastack trace {}` makes a record of it, which can be "
                    "judged; to be done again it would need the calls of the application",
                    file.string(), word));
  }
  if (file.extension() == ".pkt") {
    return std::unexpected(
        fmt::format("{}: it is a script: `lastack run {} --out DIR` plays it and leaves its record "
                    "below DIR/traces",
                    file.string(), word));
  }
  return std::unexpected(
      fmt::format("{}:{}: {}", file.string(), read.error().line, read.error().message));
}

}  // namespace harness::cli
