#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/event/call.h"
#include "harness/model/quantities.h"
#include "harness/wire/ip_address.h"

namespace harness::model {

// Octets at their place in a stream; they lie in the trace.
struct Piece {
  Offset at = 0;
  event::Span octets{};
  std::uint32_t call = 0;  // The Send they came with.

  Offset end() const { return at + static_cast<Offset>(octets.size()); }
};

// What is known for certain of one connection, whatever the target makes of it: who asked for what,
// and which octets arrived.
struct Connection {
  wire::FourTuple tuple{};
  std::int32_t fd = -1;       // The application's name for it; -1 while it has none.
  bool calls_known = true;    // False: nobody recorded what the application does.
  bool connect = false;       // CONNECT was called and may send a SYN.
  bool closing = false;       // CLOSE, or the sending half is shut.
  bool closed = false;        // CLOSE: nobody reads any more.
  bool reading_shut = false;  //
  bool aborted = false;       // ABORT, or CLOSE with a linger time of 0.
  bool linger_zero = false;
  bool keepalive = false;
  bool own_timeout = false;  // The application or its host has set when to give up.
  bool urgent = false;       // Urgent data came: what is read may lack an octet.
  bool cannot_tell = false;  // Something happened that is beyond this model.
  bool failed = false;       // Already judged wrong.
  Time keepalive_idle = 0, keepalive_interval = 0;  // 0: not set.
  std::uint32_t close_record = 0;

  std::vector<Piece> written{};      // By the application, in order.
  Offset app_low = 1, app_high = 1;  // Behind the last octet it has written: surely, perhaps.
  std::vector<Piece> arrived{};      // From the peer, as they came.
  Offset read = 1;                   // Behind the last octet the application has read.

  void reopen();  // The same name, another connection.
};

// The place of the first octet that differs from what was written; kNowhere when all is the same.
Offset first_wrong(const Connection&, Offset at, event::Span octets);
// The place of the first octet that never arrived like this; kNowhere when all did.
Offset first_not_arrived(const Connection&, Offset at, event::Span octets);

}  // namespace harness::model
