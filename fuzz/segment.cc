// Any octets as a TCP segment: everything is looked at, what was read is written again, and the two
// agree. Nothing is allocated but for rare options, and text is made of one input in 32:
// hundreds of thousands of inputs a second.

#include "harness/wire/segment.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "fuzz/target.h"
#include "harness/base/check.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/option_fields.h"
#include "harness/wire/print.h"

namespace fuzz {
namespace {

using namespace harness;
using wire::OptionKind;

constexpr std::string_view kAims[] = {
    "shorter than a header",
    "data offset below 5",
    "data offset past the end",
    "no options",
    "forty octets of options",
    "a reserved bit",
    "AE",
    "every flag",
    "a payload",
    "an odd length",
    "written again",
    "mss",
    "window scale",
    "sack permitted",
    "one sack block",
    "four sack blocks",
    "timestamps",
    "end of options",
    "padding that is not zero",
    "a broken length",
    "a length octet that is missing",
    "md5",
    "user timeout",
    "tcp-ao",
    "fast open",
    "fast open, experiment",
    "accurate ecn 0",
    "accurate ecn 1",
    "an unknown option",
    "a known option of a wrong length",
    "text",
};

#define REACH(name) reach(find_aim(kAims, name))

constexpr std::size_t kMost = 2048;

void same(const base::Bytes& octets, const wire::OptionView& option) {
  CHECK(std::ranges::equal(octets, option.bytes));
}

void look_at_rare(const wire::OptionView& option) {
  if (const auto digest = wire::decode_md5(option)) {
    REACH("md5");
    CHECK(digest->size() == 16);
  } else if (const auto timeout = wire::decode_user_timeout(option)) {
    REACH("user timeout");
    same(encode(*timeout), option);
  } else if (const auto ao = wire::decode_authentication(option)) {
    REACH("tcp-ao");
    same(encode(*ao), option);
  } else if (const auto fast_open = wire::decode_fast_open(option)) {
    if (fast_open->experimental) {
      REACH("fast open, experiment");
    } else {
      REACH("fast open");
    }
    same(encode(*fast_open), option);
  } else if (const auto ecn = wire::decode_accurate_ecn(option)) {
    if (ecn->order1) {
      REACH("accurate ecn 1");
    } else {
      REACH("accurate ecn 0");
    }
    same(encode(*ecn), option);
  } else {
    REACH("an unknown option");
  }
}

void look_at(const wire::OptionView& option) {
  if (option.broken) {
    if (option.bytes.size() == 1) REACH("a length octet that is missing");
    REACH("a broken length");
    return;
  }
  switch (static_cast<OptionKind>(option.kind)) {
    case OptionKind::End:
      REACH("end of options");
      if (std::ranges::any_of(option.bytes, [](std::byte b) { return b != std::byte{0}; })) {
        REACH("padding that is not zero");
      }
      return;
    case OptionKind::Nop:
      return;
    case OptionKind::Mss:
    case OptionKind::WindowScale:
    case OptionKind::SackPermitted:
    case OptionKind::Sack:
    case OptionKind::Timestamps:
      if (option.bytes.size() == 2 && !option.is(OptionKind::SackPermitted)) {
        REACH("a known option of a wrong length");
      }
      return;
    default:
      look_at_rare(option);
  }
}

void look_at(const wire::Segment& segment) {
  if (segment.mss) REACH("mss");
  if (segment.window_scale) REACH("window scale");
  if (segment.sack_permitted) REACH("sack permitted");
  if (segment.timestamps) REACH("timestamps");
  if (segment.sack_count == 1) REACH("one sack block");
  if (segment.sack_count == 4) REACH("four sack blocks");
  CHECK(segment.sack_count <= segment.sack.size());
}

// A segment written again is the octets it was read from, reserved bits and checksum apart. Returns
// the checksum that was written.
std::uint16_t write_again(const wire::SegmentView& view, const wire::Segment& segment) {
  constexpr std::size_t kIp = 20;
  static std::array<std::byte, kMost> room;
  const wire::IpHeader ip{.source = wire::IpAddress::v4(0xC000'0201),
                          .destination = wire::IpAddress::v4(0xC633'6401)};
  CHECK(wire::options_size(segment) == view.option_bytes().size());
  const std::size_t size = wire::datagram_size(ip, segment);
  CHECK(size == kIp + view.bytes().size());
  const auto out = std::span{room}.first(size);
  wire::write(ip, segment, out);
  const auto again = out.subspan(kIp);
  CHECK(wire::tcp_checksum(ip.source, ip.destination, again) == 0);
  const auto was = view.bytes();
  const auto same = [&](std::size_t from, std::size_t count) {
    return std::memcmp(&again[from], &was[from], count) == 0;
  };
  CHECK(same(0, 12) && same(13, 3) && same(18, was.size() - 18));
  CHECK((again[12] & std::byte{0xF1}) == (was[12] & std::byte{0xF1}));
  REACH("written again");
  return base::load16(&again[16]);
}

}  // namespace

std::span<const std::string_view> aims() { return kAims; }

void one_input(std::span<const std::byte> octets) {
  const auto view = wire::SegmentView::parse(octets.first(std::min(octets.size(), kMost - 20)));
  if (!view) {
    REACH("shorter than a header");
    return;
  }
  if (view->data_offset() < 5) REACH("data offset below 5");
  if (view->header_size() > view->bytes().size()) REACH("data offset past the end");
  if (view->reserved() != 0) REACH("a reserved bit");
  if (view->flags().ae()) REACH("AE");
  if (view->flags().bits == 0x1FF) REACH("every flag");
  if (view->option_bytes().size() == 40) REACH("forty octets of options");
  if (!view->payload().empty()) REACH("a payload");
  if (view->bytes().size() % 2 != 0) REACH("an odd length");

  std::size_t walked = 0;
  for (const auto& option : view->options()) {
    walked += option.bytes.size();
    look_at(option);
  }
  CHECK(walked == view->option_bytes().size());

  // Of one input in 32 text is made, told by a sum of all octets: what it grew from says nothing
  // about it.
  std::uint16_t sum = 0;
  const auto segment = wire::read(*view);
  CHECK(segment.has_value() == view->data_offset_ok());
  if (segment) {
    if (segment->options.empty()) REACH("no options");
    look_at(*segment);
    sum = write_again(*view, *segment);
  } else {
    sum = wire::tcp_checksum({}, {}, view->bytes());
  }
  if ((sum & 31) == 0) {
    CHECK(!wire::print(*view, {.seq = 1, .ack = 1}).empty());
    REACH("text");
  }
}

}  // namespace fuzz
