#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/event/call.h"
#include "harness/serve/service.h"
#include "harness/wire/ip_address.h"

namespace harness::serve {

// The applications of a TCP: one Service for each connection, its calls and what is to be done with
// their replies. All calls are of the blocking kind, so that a reply is what brings things forward.
class Server {
 public:
  // Makes a call of the TCP's. Data of a Send stays where it is until its reply is heard.
  using Calls = std::function<void(const event::Call&)>;

  explicit Server(Calls calls) : calls_(std::move(calls)) {}

  // Every connection to `local` gets a service from `make`. Pre: not yet called.
  void listen(const wire::Endpoint& local, ServiceFactory make);
  // A connection of ours with this service.
  void connect(const wire::Endpoint& remote, std::unique_ptr<Service>);
  void heard(const event::Reply&);

  // Waits of the services, and what to do when one is over.
  void add_waits(std::vector<pollfd>&) const;
  void look();

  std::size_t conversations() const { return conversations_.size(); }
  std::uint64_t served() const { return served_; }  // Connections that have come to be.
  // Why it does not listen, or no longer: an errno.
  const std::optional<int>& error() const { return error_; }

 private:
  struct Conversation {
    std::int32_t fd = -1;
    std::unique_ptr<Service> service;
    base::Bytes buffer;  // Of the Send under way.
    bool open = false, receiving = false, sending = false;
    bool ended = false, shut = false, closing = false;
  };
  using Place = std::list<Conversation>::iterator;
  enum class Step : std::uint8_t { Socket, Bind, Listen, Accept, Connect, Receive, Send, Ignored };
  struct Pending {
    Step step;
    std::optional<Place> of;
  };

  void call(event::Call, Step, std::optional<Place> = std::nullopt);
  void heard_listening(Step, const event::Reply&);
  void heard(Place, Step, const event::Reply&);
  void advance(Place);
  void close(Place, event::Op);
  void reap();

  Calls calls_;
  ServiceFactory make_;
  wire::Endpoint local_;
  std::int32_t listener_ = -1;
  std::uint32_t last_id_ = 0;
  std::unordered_map<std::uint32_t, Pending> pending_;
  std::list<Conversation> conversations_;
  std::uint64_t served_ = 0;
  std::optional<int> error_;
  bool looking_ = false;
};

}  // namespace harness::serve
