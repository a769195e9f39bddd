#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/event/call.h"
#include "harness/event/record.h"
#include "harness/model/connection.h"
#include "harness/wire/ip_address.h"

namespace harness::model {

// A socket as the application knows it.
struct Socket {
  std::int32_t fd = -1;
  bool open = false;
  bool listening = false, perhaps_listening = false;
  bool connecting = false;  // CONNECT was called; its connection is not known yet.
  bool linger_zero = false, keepalive = false, own_timeout = false, defers = false;
  Time orphan_wait = kOrphan;
  bool nodelay = false, corked = false, patient = false, buffer_set = false, inlined = false;
  std::optional<wire::Endpoint> local{}, remote{};
  std::int64_t backlog = 0, segment_asked = 0;
  Time keepalive_idle = 0, keepalive_interval = 0, keepalive_since = 0;
  Time user_timeout = 0, least_timeout = kNoTime;  // As it is set, and the least it ever was.
  std::uint32_t connect_record = event::kNoRecord;
  Time connect_due = kNoTime;  // A SYN is sent by then.
  Connection* connection = nullptr;
};

// A call without a reply yet.
struct Pending {
  event::Call call{};
  std::uint32_t record = 0;
  Connection* connection = nullptr;  // The fd may name another one when the reply comes.
};

// What the application of the target has asked for: sockets(7), read as the user calls of RFC 9293,
// 3.9.1.
class Application {
 public:
  // What is set for the whole host.
  struct Host {
    Time keepalive_idle = 0, keepalive_interval = 0;
    bool own_timeout = false;
    bool seen = false;  // Any call was made: what the application does is known.
  };

  void clear(bool recorded);
  // `now` is when it was made, `punctual` how long it may take until a SYN is seen.
  void call(const event::Call&, std::uint32_t record, Moment now, Time punctual);
  // The call this answers; nothing when it was never made.
  std::optional<Pending> answer(const event::Reply&);

  Socket& socket(std::int32_t fd);
  Connection* connection(std::int32_t fd);
  // The fd that is connecting from here to there, and now has this connection.
  bool adopt_connect(Connection&);
  // One that nobody can name has its listener's options, too.
  Socket& accept(std::int32_t listener, std::int32_t fd);
  void adopt_accept(std::int32_t listener, std::int32_t fd, Connection&);

  // Of the listeners for this endpoint: whether there is one, whether there may be, its backlog.
  struct Listener {
    bool sure = false, maybe = false, defers = false, own_timeout = false, keepalive = false;
    std::int64_t backlog = 0;
    Time keepalive_idle = 0, keepalive_interval = 0;
  };
  Listener listener(const wire::Endpoint& local) const;
  const Host& host() const { return host_; }

  Time next_deadline() const;
  // A CONNECT that nothing came of until now; it is given up.
  std::optional<Socket> overdue(Time now);

 private:
  void set_option(Socket&, const event::Call&, Time now);
  void set_world(std::string_view text);
  void close(Socket&, const event::Call&, std::uint32_t record);

  std::vector<Socket> sockets_;  // Few: found by looking through them.
  std::vector<Pending> pending_;
  Host host_;
};

}  // namespace harness::model
