#include "harness/capture/pcapng_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "harness/capture/pcapng_block.h"

namespace harness::capture {
namespace {

constexpr std::size_t kMostInterfaces = 1 << 16;

// How the times of an interface count.
struct Clock {
  std::uint64_t per_second = 1'000'000;  // What the format says when nothing else does.
  std::int64_t offset_s = 0;

  std::int64_t to_ns(std::uint64_t ticks) const {
    __extension__ using Wide = __int128;
    constexpr Wide kSecond = 1'000'000'000;
    const Wide ns = static_cast<Wide>(ticks) * kSecond / static_cast<Wide>(per_second) +
                    static_cast<Wide>(offset_s) * kSecond;
    constexpr Wide kMost = INT64_MAX, kLeast = INT64_MIN;
    return static_cast<std::int64_t>(std::clamp(ns, kLeast, kMost));
  }
};

// A resolution as the format packs it: a power of 10, or of 2 with the top bit.
std::optional<std::uint64_t> ticks_per_second(std::uint8_t packed) {
  const unsigned power = packed & 0x7Fu;
  if ((packed & 0x80) != 0) {
    return power < 64 ? std::optional{std::uint64_t{1} << power} : std::nullopt;
  }
  if (power > 19) return std::nullopt;
  std::uint64_t ticks = 1;
  for (unsigned i = 0; i < power; ++i) ticks *= 10;
  return ticks;
}

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::expected<Capture, CaptureError> read() {
    while (at_ < bytes_.size() && !error_) read_block();
    if (!error_ && !in_section_) fail("no section: an empty file is no capture");
    if (error_) return std::unexpected(*error_);
    return std::move(capture_);
  }

 private:
  void fail(std::string message) {
    if (!error_) error_ = CaptureError{at_, std::move(message)};
  }
  std::uint16_t load16(const std::byte* at) const {
    const auto value = base::load16(at);
    return big_ ? value : __builtin_bswap16(value);
  }
  std::uint32_t load32(const std::byte* at) const {
    const auto value = base::load32(at);
    return big_ ? value : __builtin_bswap32(value);
  }

  void read_block() {
    const auto rest = bytes_.subspan(at_);
    if (rest.size() < 12) return fail("the file ends inside a block");
    // A section says its byte order itself, and its type reads the same in both.
    const bool section = base::load32(rest.data()) == block::kSection;
    if (section) {
      if (rest.size() < 28) return fail("the file ends inside a section header");
      const auto order = base::load32(&rest[8]);
      big_ = order == block::kByteOrder;
      if (!big_ && order != block::kByteOrderSwapped) return fail("no byte-order magic");
    } else if (!in_section_) {
      return fail("a block before the first section");
    }
    const std::size_t length = load32(&rest[4]);
    if (length < 12 || length % 4 != 0) {
      return fail(fmt::format("a block of {} octets: they come in fours, and 12 at least", length));
    }
    if (length > rest.size()) return fail("a block longer than the file");
    if (load32(&rest[length - 4]) != length) return fail("the two lengths of a block differ");
    const auto body = rest.subspan(8, length - 12);
    const auto type = load32(rest.data());
    if (section) {
      read_section(body);
    } else if (type == block::kInterface) {
      read_interface(body);
    } else if (type == block::kEnhancedPacket) {
      read_packet(body);
    } else if (type == block::kSimplePacket) {
      read_simple_packet(body);
    }
    at_ += length;
  }

  // Calls `each` with code and value of every option.
  template <class Each>
  void read_options(std::span<const std::byte> rest, Each each) {
    while (rest.size() >= 4) {
      const auto code = load16(rest.data());
      const std::size_t length = load16(&rest[2]), padded = (length + 3) & ~std::size_t{3};
      if (code == block::kEnd) return;
      if (padded > rest.size() - 4) return fail("an option longer than its block");
      each(code, rest.subspan(4, length));
      rest = rest.subspan(4 + padded);
    }
  }

  static std::string text(std::span<const std::byte> octets) {
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
  }

  void read_section(std::span<const std::byte> body) {
    if (body.size() < 16) return fail("a section header of less than 28 octets");
    if (load16(&body[4]) != 1) return fail("a version of the format other than 1");
    in_section_ = true;
    first_ = capture_.interfaces.size();  // Each section numbers its own.
    read_options(body.subspan(16), [&](std::uint16_t code, std::span<const std::byte> value) {
      if (code == block::kComment && capture_.comment.empty()) capture_.comment = text(value);
    });
  }

  void read_interface(std::span<const std::byte> body) {
    if (body.size() < 8) return fail("an interface block of less than 20 octets");
    if (capture_.interfaces.size() == kMostInterfaces) return fail("more than 65536 interfaces");
    Interface interface{.link_type = load16(body.data())};
    Clock clock;
    limits_.push_back(load32(&body[4]));
    read_options(body.subspan(8), [&](std::uint16_t code, std::span<const std::byte> value) {
      if (code == block::kName) interface.name = text(value);
      if (code == block::kOffset && value.size() == 8) clock.offset_s = offset(value);
      if (code == block::kResolution && value.size() == 1) {
        const auto ticks = ticks_per_second(base::load8(value.data()));
        if (!ticks) return fail("a resolution of time finer than 64 bits can count");
        clock.per_second = *ticks;
      }
    });
    capture_.interfaces.push_back(std::move(interface));
    clocks_.push_back(clock);
  }

  std::int64_t offset(std::span<const std::byte> value) const {
    const std::uint64_t first = load32(value.data()), second = load32(&value[4]);
    return static_cast<std::int64_t>(big_ ? first << 32 | second : second << 32 | first);
  }

  void read_packet(std::span<const std::byte> body) {
    if (body.size() < 20) return fail("a packet block of less than 32 octets");
    const std::size_t interface = first_ + load32(body.data()), size = load32(&body[12]);
    if (interface >= capture_.interfaces.size()) {
      return fail("a packet of an interface that was not described before it");
    }
    if (size > body.size() - 20) return fail("a packet longer than its block");
    const auto ticks = std::uint64_t{load32(&body[4])} << 32 | load32(&body[8]);
    const auto octets = body.subspan(20, size);
    Packet packet{.at_ns = clocks_[interface].to_ns(ticks),
                  .interface = static_cast<std::uint32_t>(interface),
                  .original = load32(&body[16]),
                  .octets = {octets.begin(), octets.end()}};
    const auto rest = body.subspan(20);
    read_options(rest.subspan(std::min((size + 3) & ~std::size_t{3}, rest.size())),
                 [&](std::uint16_t code, std::span<const std::byte> value) {
                   if (code == block::kComment) packet.comments.push_back(text(value));
                   if (code == block::kFlags && value.size() == 4) {
                     const auto way = load32(value.data()) & 3;
                     packet.way = way == 1 ? Way::In : way == 2 ? Way::Out : Way::Unknown;
                   }
                 });
    capture_.packets.push_back(std::move(packet));
  }

  // Without a time, and of the section's first interface.
  void read_simple_packet(std::span<const std::byte> body) {
    if (body.size() < 4) return fail("a packet block of less than 16 octets");
    if (first_ >= capture_.interfaces.size()) {
      return fail("a packet of an interface that was not described before it");
    }
    const auto original = load32(body.data());
    const auto limit = limits_[first_];
    const std::size_t size = std::min({std::size_t{original}, body.size() - 4,
                                       limit == 0 ? body.size() : static_cast<std::size_t>(limit)});
    const auto octets = body.subspan(4, size);
    capture_.packets.push_back({.interface = static_cast<std::uint32_t>(first_),
                                .original = original,
                                .octets = {octets.begin(), octets.end()}});
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  bool big_ = false, in_section_ = false;
  std::size_t first_ = 0;  // Of this section's interfaces.
  Capture capture_;
  std::vector<Clock> clocks_;          // Of each interface.
  std::vector<std::uint32_t> limits_;  // Of a packet's length, of each interface; 0: none.
  std::optional<CaptureError> error_;
};

}  // namespace

std::expected<Capture, CaptureError> read_pcapng(std::span<const std::byte> bytes) {
  return Reader{bytes}.read();
}

}  // namespace harness::capture
