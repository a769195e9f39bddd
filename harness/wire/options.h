#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/base/bytes.h"

namespace harness::wire {

// Kinds in use (IANA, TCP Option Kind Numbers).
enum class OptionKind : std::uint8_t {
  End = 0,
  Nop = 1,
  Mss = 2,              // RFC 9293, 3.2
  WindowScale = 3,      // RFC 7323, 2
  SackPermitted = 4,    // RFC 2018, 2
  Sack = 5,             // RFC 2018, 3
  Timestamps = 8,       // RFC 7323, 3
  Md5 = 19,             // RFC 2385, 3; this one and those below: option_fields.h
  UserTimeout = 28,     // RFC 5482, 3
  Authentication = 29,  // TCP-AO, RFC 5925, 2.2
  FastOpen = 34,        // RFC 7413, 4.1.1
  AccurateEcn0 = 172,   // RFC 9768, 3.2.3
  AccurateEcn1 = 174,
  Experiment1 = 253,  // RFC 6994: two or four octets behind the length say which experiment.
  Experiment2 = 254,
};

// One option as it stands in the header, legal or not.
struct OptionView {
  std::uint8_t kind = 0;
  std::span<const std::byte> bytes;  // All of it, kind and length octet included.
  bool broken = false;  // Its length octet is missing, below 2 or past the header's end.

  bool is(OptionKind k) const { return kind == static_cast<std::uint8_t>(k); }
  // Not broken and exactly this long.
  bool is(OptionKind k, std::size_t length) const {
    return is(k) && !broken && bytes.size() == length;
  }
  std::span<const std::byte> data() const {  // After kind and length.
    return bytes.size() > 2 ? bytes.subspan(2) : std::span<const std::byte>{};
  }
};

// Walks the options of a header (RFC 9293, 3.2), at any alignment. A broken option is the last and
// holds all that is left; so is End of Option List, whose bytes are it and the padding behind it.
class Options {
 public:
  explicit Options(std::span<const std::byte> bytes) : bytes_(bytes) {}

  class Iterator {
   public:
    explicit Iterator(std::span<const std::byte> rest) : rest_(rest) { read(); }
    const OptionView& operator*() const { return option_; }
    const OptionView* operator->() const { return &option_; }
    Iterator& operator++() {
      rest_ = rest_.subspan(option_.bytes.size());
      read();
      return *this;
    }
    bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

   private:
    void read() {
      if (rest_.empty()) return;
      option_ = OptionView{.kind = base::load8(rest_.data()), .bytes = rest_, .broken = false};
      if (option_.is(OptionKind::End)) return;
      if (option_.is(OptionKind::Nop)) {
        option_.bytes = rest_.first(1);
        return;
      }
      const std::size_t length = rest_.size() < 2 ? 0 : base::load8(rest_.data() + 1);
      option_.broken = length < 2 || length > rest_.size();
      if (!option_.broken) option_.bytes = rest_.first(length);
    }

    std::span<const std::byte> rest_;
    OptionView option_;
  };

  Iterator begin() const { return Iterator{bytes_}; }
  Iterator end() const { return Iterator{bytes_.subspan(bytes_.size())}; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace harness::wire
