// Any octets as a capture file: it is refused with a place and a sentence, or read; what was read
// is written as pcapng that reads back to the same, and becomes the record of a run.

#include <algorithm>

#include "fuzz/target.h"
#include "harness/base/check.h"
#include "harness/capture/pcap.h"
#include "harness/capture/pcapng_read.h"
#include "harness/capture/pcapng_write.h"
#include "harness/capture/to_trace.h"
#include "harness/event/text.h"

namespace fuzz {
namespace {

using namespace harness;

constexpr std::string_view kAims[] = {
    "refused",
    "pcap",
    "pcapng",
    "a comment",
    "a comment on the whole",
    "a way",
    "a simple packet",
    "an interface's name",
    "Ethernet",
    "cooked",
    "raw IP",
    "a trace",
    "no trace",
    "an empty capture",
    "octets of ours",
    "big-endian",
    "several sections",
    "a cut datagram",
};

#define REACH(name) reach(find_aim(kAims, name))

void look_at(const capture::Capture& capture) {
  if (!capture.comment.empty()) REACH("a comment on the whole");
  if (capture.packets.empty()) REACH("an empty capture");
  for (const auto& interface : capture.interfaces) {
    if (!interface.name.empty()) REACH("an interface's name");
    if (interface.link_type == capture::kLinkEthernet) REACH("Ethernet");
    if (interface.link_type == capture::kLinkCooked) REACH("cooked");
    if (interface.link_type == capture::kLinkRaw) REACH("raw IP");
    if (interface.name == "peer") REACH("octets of ours");
  }
  for (const auto& packet : capture.packets) {
    CHECK(packet.interface < capture.interfaces.size());
    if (!packet.comments.empty()) REACH("a comment");
    if (packet.way != capture::Way::Unknown) REACH("a way");
  }
}

// What the octets themselves tell of.
void look_at(std::span<const std::byte> octets) {
  const auto type = [&](std::size_t at) { return base::load32(&octets[at]); };
  if (octets.size() < 32 || type(0) != 0x0A0D0D0A) return;
  if (type(8) == 0x1A2B3C4D) REACH("big-endian");
  for (std::size_t at = 4; at + 4 <= octets.size(); at += 4) {
    if (type(at) == 0x0A0D0D0A) REACH("several sections");
    if (type(at) == 0x03000000 || type(at) == 3) REACH("a simple packet");
  }
}

}  // namespace

std::span<const std::string_view> aims() { return kAims; }

void one_input(std::span<const std::byte> octets) {
  const auto read = capture::read_capture(octets);
  if (!read) {
    REACH("refused");
    CHECK(!read.error().message.empty());
    return;
  }
  if (octets.size() >= 4 && base::load32(octets.data()) == 0x0A0D0D0A) {
    REACH("pcapng");
    look_at(octets);
  } else {
    REACH("pcap");
  }
  look_at(*read);

  auto wanted = *read;
  if (wanted.comment.size() > 0xFFFF) wanted.comment.resize(0xFFFF);
  // Times before 1970 or beyond 2554 are not what the format is for.
  for (auto& packet : wanted.packets) packet.at_ns = std::max<std::int64_t>(packet.at_ns, 0);
  const auto again = capture::read_pcapng(capture::write_pcapng(wanted));
  CHECK(again && *again == wanted);

  event::Trace trace;
  if (!capture::to_trace(*read, {}, trace)) {
    REACH("no trace");
    return;
  }
  REACH("a trace");
  for (const auto& record : trace.records()) {
    if (record.kind != event::Kind::Note) continue;
    if (trace.text(record).contains("the capture holds")) REACH("a cut datagram");
  }
  event::Trace copy;
  const auto text = event::to_text(trace);
  CHECK(event::from_text(text, copy) && event::to_text(copy) == text);
}

}  // namespace fuzz
