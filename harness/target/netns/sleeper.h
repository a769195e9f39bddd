#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "harness/base/bytes.h"
#include "harness/clock/instant.h"
#include "harness/event/call.h"
#include "harness/observe/sock_diag.h"
#include "harness/target/netns/outcome.h"
#include "harness/target/netns/socket_table.h"

namespace harness::target::netns {

// What a call is carried out with.
struct Means {
  SocketTable table;
  Scratch scratch;
  observe::SockDiag diag;
};

// A call that may sleep, made so that it cannot: connect, accept, send, receive, and close with a
// linger time. Where the process would sleep, attempt() returns nothing and is to be called again.
class Sleeper {
 public:
  // Pre: the call's fd names this socket. A Close has taken it out of the table.
  Sleeper(const event::Call&, SocketPtr, clock::Instant now);

  std::optional<Outcome> attempt(Means&);
  // The time limit of its sleep is over.
  Outcome give_up(Means&);
  // kNever: it has none.
  clock::Instant deadline() const { return deadline_; }
  // What may end its sleep. Data that arrives comes by submit(), so that nothing has to wake up
  // for it; errors and timers come on their own.
  pollfd waker() const;

  std::uint32_t call() const { return call_.id; }
  std::uint32_t record() const { return record_; }
  // From now on `data` is the trace's, which outlives the caller's.
  void recorded(std::uint32_t record, event::Span data);

 private:
  std::optional<Outcome> connect(Means&);
  std::optional<Outcome> accept(Means&);
  std::optional<Outcome> send();
  std::optional<Outcome> receive(Means&);
  std::optional<Outcome> close(Means&);

  int fd() const { return socket_->file.get(); }
  int begin_connect();
  bool may_read() const;
  std::size_t enough() const;
  Outcome received(Means&, event::Span octets);

  event::Call call_;
  SocketPtr socket_;
  std::uint32_t record_ = 0;
  bool blocking_ = false;                      // As it was when the call was made.
  bool begun_ = false;                         // Connect: the SYN is out. Close: the FIN is.
  std::size_t sent_ = 0;                       // Send: octets taken over.
  base::Bytes have_;                           // Receive: octets taken, fewer than enough.
  std::optional<wire::FourTuple> connection_;  // Connect and Close.
  clock::Instant deadline_ = clock::kNever;
};

}  // namespace harness::target::netns
