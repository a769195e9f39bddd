#include "harness/oracle/form.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "harness/wire/datagram_view.h"
#include "harness/wire/options.h"
#include "harness/wire/print.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::oracle {
namespace {

using wire::OptionKind;

class OneSegment {
 public:
  OneSegment(const event::Trace& trace, std::uint32_t record, std::vector<Finding>& findings)
      : octets_(trace.body(trace[record])), record_(record), findings_(findings) {}

  void check() {
    const auto ip = wire::DatagramView::parse(octets_);
    if (!ip) return wrong({}, "an IP datagram", std::string(wire::says(ip.error())));
    if (!ip->header_checksum_ok())
      wrong({}, "an IPv4 header checksum that verifies", "a wrong one");
    if (ip->protocol() != wire::kProtocolTcp || ip->fragment()) return;
    const auto segment = wire::SegmentView::parse(ip->payload());
    if (!segment)
      return wrong("9293-3.1-doff", "a TCP header", std::string(wire::says(segment.error())));
    if (!wire::tcp_checksum_ok(*ip)) {
      wrong("MUST-2", "a checksum that verifies", fmt::format("{:#06x}", segment->checksum()));
    }
    if (!segment->data_offset_ok()) {
      return wrong("9293-3.1-doff", "a data offset from 5 to the segment's end",
                   fmt::format("{}", segment->data_offset()));
    }
    if (segment->reserved() != 0) {
      wrong("9293-3.1-rsrvd-tx", "reserved bits of 0", fmt::format("{}", segment->reserved()));
    }
    check_options(*segment);
  }

 private:
  void check_options(const wire::SegmentView& segment) {
    for (const auto& option : segment.options()) {
      if (option.broken) {
        wrong("MUST-68", "a length octet that fits the option", wire::print_options(option.bytes));
      } else if (option.is(OptionKind::Mss) && !segment.flags().syn()) {
        wrong("MUST-65", "no MSS option but on a SYN", wire::print(segment));
      } else if (option.is(OptionKind::End) &&
                 std::ranges::any_of(option.bytes, [](std::byte b) { return b != std::byte{0}; })) {
        wrong("MUST-69", "zeros behind the end of the options", wire::print_options(option.bytes));
      }
    }
  }

  void wrong(std::string_view requirement, std::string expected, std::string actual) {
    Finding finding{.checker = "form", .record = record_};
    if (!requirement.empty()) finding.requirements.emplace_back(requirement);
    finding.text = fmt::format("expected {} from the target, got {}: {}", expected, actual,
                               wire::print_datagram(octets_));
    finding.expected = std::move(expected);
    finding.actual = std::move(actual);
    findings_.push_back(std::move(finding));
  }

  event::Span octets_;
  std::uint32_t record_;
  std::vector<Finding>& findings_;
};

}  // namespace

std::vector<Finding> Form::check(const event::Trace& trace) const {
  std::vector<Finding> findings;
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    const bool sent =
        trace[i].kind == event::Kind::Packet && trace[i].direction == event::Direction::FromTarget;
    if (sent) OneSegment{trace, i, findings}.check();
  }
  return findings;
}

}  // namespace harness::oracle
