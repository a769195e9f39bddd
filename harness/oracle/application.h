#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/event/trace.h"
#include "harness/wire/ip_address.h"

namespace harness::oracle {

// What the application wrote with one call, and how much of it the target took.
struct Write {
  std::uint32_t called = 0;
  std::optional<std::uint32_t> replied{};  // Absent: it blocks to the end.
  std::uint64_t position = 0;              // Of its first octet in the stream.
  event::Span octets{};                    // Those that were taken; while it blocks, all.

  std::uint64_t end() const { return position + octets.size(); }
};

// What one call gave the application to read.
struct Read {
  std::uint32_t replied = 0;
  std::int64_t flags = 0, at_most = 0;  // As asked for.
  std::int64_t result = 0;
  event::Span octets{};
};

// One connection as the application sees it: a file descriptor from Connect or Accept to Close.
struct Socket {
  std::int32_t fd = -1;
  bool active = false;      // By Connect; else by Accept.
  std::uint32_t since = 0;  // The record of the Connect call, or of the reply to Accept.
  std::optional<wire::FourTuple> tuple{};
  std::vector<Write> writes{};
  std::vector<Read> reads{};
  bool failed = false;   // A reply told of an error that ends a connection, or may have been asked.
  bool aborted = false;  // By Abort, or by a linger time.
  std::optional<std::uint32_t> reading_shut{};  // The call that shut the reading side.
  bool closed = false;                          // Nobody has the fd any more.
};

// In the order in which they came to be.
std::vector<Socket> sockets_of(const event::Trace&);

}  // namespace harness::oracle
