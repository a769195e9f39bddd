#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "harness/base/bytes.h"
#include "harness/event/call.h"
#include "harness/wire/ip_address.h"

namespace harness::target::netns {

// What a call came to, as event::Reply has it. `data` is good until the next call.
struct Outcome {
  std::int64_t result = 0;
  std::int32_t error = 0;
  std::uint32_t flags = 0;
  event::Span data;
};

inline Outcome failed(int error) { return {.result = -1, .error = error, .flags = 0, .data = {}}; }

// Of a system call that returned this just now.
inline Outcome returned(std::int64_t result) {
  return result < 0 ? failed(errno) : Outcome{.result = result, .error = 0, .flags = 0, .data = {}};
}

// Where the octets of an outcome lie; reused from call to call.
class Scratch {
 public:
  // Not initialised: the room for a large read costs nothing until it is filled.
  std::span<std::byte> room(std::size_t octets) {
    if (size_ < octets) {
      room_ = std::make_unique_for_overwrite<std::byte[]>(octets);
      size_ = octets;
    }
    return {room_.get(), octets};
  }
  event::Span keep(event::Span octets) {
    kept_.assign(octets.begin(), octets.end());
    return kept_;
  }
  Outcome with(Outcome outcome, const std::optional<wire::FourTuple>& connection) {
    if (connection) outcome.data = keep(event::encode(*connection));
    return outcome;
  }

 private:
  std::unique_ptr<std::byte[]> room_;
  std::size_t size_ = 0;
  base::Bytes kept_;
};

}  // namespace harness::target::netns
