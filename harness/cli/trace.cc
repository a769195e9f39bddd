#include "harness/cli/trace.h"

#include <fmt/format.h>

#include <iostream>

#include "harness/capture/pcap.h"
#include "harness/capture/to_trace.h"
#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/read_file.h"
#include "harness/event/text.h"

namespace harness::cli {

namespace po = boost::program_options;

namespace {

constexpr std::string_view kTraceHelp =
    R"(The capture may be Wireshark's or tcpdump's, or what `lastack run --report pcapng` wrote.

  lastack trace capture.pcap --target 192.0.2.1
  lastack trace out/pcapng/close/last_ack_lost.pcapng
)";

po::options_description trace_options() {
  po::options_description options{"options", 96};
  options.add_options()  //
      ("target", po::value<std::string>()->value_name("ADDRESS"),
       "the host that is looked at; default: what the capture says, else who gets the first SYN");
  return options;
}

int error(const std::string& file, std::string_view sentence) {
  std::cerr << "lastack: " << file << ": " << sentence << '\n';
  return kError;
}

int trace(std::span<const std::string> words) {
  const auto parsed = parse_options(words, trace_options());
  if (!parsed) return usage_error(parsed.error(), "trace");
  if (parsed->words.size() != 1) return usage_error("it wants one capture file", "trace");
  std::optional<wire::IpAddress> target;
  if (parsed->has("target")) {
    target = wire::IpAddress::parse(parsed->text("target"));
    if (!target) {
      return usage_error(
          fmt::format("--target wants an address, found `{}`", parsed->text("target")), "trace");
    }
  }
  const auto& file = parsed->words[0];
  const auto octets = read_file(file);
  const auto capture = capture::read_capture(base::as_bytes(octets));
  if (!capture) return error(file, capture.error().print());
  event::Trace trace;
  if (const auto read = capture::to_trace(*capture, target, trace); !read) {
    return error(file, read.error());
  }
  return print_and_status(event::to_text(trace));
}

}  // namespace

Command trace_command() {
  return {.name = "trace",
          .arguments = "FILE [options]",
          .says = "Prints a capture file (pcap, pcapng) as the record of a run.",
          .more = kTraceHelp,
          .options = trace_options,
          .run = trace};
}

}  // namespace harness::cli
