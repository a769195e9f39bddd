#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace harness::serve {

// What an application does with one connection. It is given what came and asked what to send, and
// never waits.
class Service {
 public:
  virtual ~Service() = default;
  // Whether more octets may be given to it now.
  virtual bool wants() const { return true; }
  virtual void take(std::span<const std::byte> octets) = 0;
  virtual void end() = 0;  // The peer sends no more.
  // Puts the next octets to be sent into `room`; how many. 0: none now.
  virtual std::size_t give(std::span<std::byte> room) = 0;
  virtual bool finished() const = 0;             // give() has nothing any more, ever.
  virtual bool failed() const { return false; }  // The connection is to be aborted.
  // Of what lies outside, what may change the answers above. `giving`: give() would be asked.
  virtual void add_waits(bool giving, std::vector<pollfd>&) const { static_cast<void>(giving); }
};

using ServiceFactory = std::function<std::unique_ptr<Service>()>;

// The octet at `offset` of what `source` and GET /octets/N send.
constexpr std::byte pattern(std::uint64_t offset) { return static_cast<std::byte>(offset % 251); }

}  // namespace harness::serve
