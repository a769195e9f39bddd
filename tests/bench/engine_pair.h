#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <vector>

#include "harness/base/check.h"
#include "harness/engine/out.h"
#include "harness/engine/stack.h"
#include "harness/link/link.h"

namespace harness::bench {

// Two engines and a wire between them that takes no time, or a link without faults; nothing is
// recorded of what passes.
class EnginePair {
 public:
  static constexpr std::size_t kServer = 0, kClient = 1;

  explicit EnginePair(engine::Config config = {}, link::Link* link = nullptr)
      : link_(link),
        stacks_{engine::Stack{at(config, address(kServer)), base::Rng{1}},
                engine::Stack{at(config, address(kClient)), base::Rng{2}}} {
    const auto server = event::encode(wire::Endpoint{address(kServer), 8080});
    const auto listener =
        result(ask(kServer, {.op = event::Op::Socket, .args = {AF_INET, SOCK_STREAM, 0}}));
    ask(kServer, {.fd = listener, .op = event::Op::Bind, .data = server});
    ask(kServer, {.fd = listener, .op = event::Op::Listen, .args = {8}});
    client_ = result(
        ask(kClient, {.op = event::Op::Socket, .args = {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0}}));
    ask(kClient, {.fd = client_, .op = event::Op::Connect, .data = server});
    exchange();
    server_ = result(ask(kServer, {.fd = listener, .op = event::Op::Accept}));
    ask(kServer, {.fd = server_, .op = event::Op::Control, .args = {F_SETFL, O_NONBLOCK}});
    CHECK(client_ >= 0 && server_ >= 0);
  }

  event::Reply ask(std::size_t who, const event::Call& call) {
    replies_.clear();
    engine::Out out{octets_, now_, bodies_[who], replies_};
    stacks_[who].step(now_, call, out);
    return replies_.size() == 0 ? event::Reply{.result = -1} : replies_.reply(replies_[0]);
  }
  // Until neither has anything to say. The octets of what passed are gone then.
  void exchange() {
    for (bool more = true; more;) {
      more = false;
      for (const std::size_t from : {kServer, kClient}) {
        arriving_.swap(bodies_[from]);
        for (auto body : arriving_) {
          if (link_ != nullptr) {
            link_->take(now_, {.body = body}, octets_);
            body = link_->release(now_)->packet.body;
          }
          engine::Out out{octets_, now_, bodies_[1 - from], replies_};
          stacks_[1 - from].step(now_, octets_.body(body), out);
        }
        segments_ += arriving_.size();
        more = more || !arriving_.empty();
        arriving_.clear();
      }
    }
    octets_.clear();
  }
  void pass(clock::Duration time) {
    now_ += time;
    for (const std::size_t who : {kServer, kClient}) {
      engine::Out out{octets_, now_, bodies_[who], replies_};
      stacks_[who].step(now_, out);
    }
    exchange();
  }

  std::int32_t client() const { return client_; }
  std::int32_t server() const { return server_; }
  std::uint64_t segments() const { return segments_; }

 private:
  static wire::IpAddress address(int who) {
    return wire::IpAddress::v4(who == kServer ? 0xC000'0201 : 0xC633'6401);
  }
  static engine::Config at(engine::Config config, const wire::IpAddress& address) {
    config.addresses = {address};
    return config;
  }
  static std::int32_t result(const event::Reply& reply) {
    return static_cast<std::int32_t>(reply.result);
  }

  link::Link* link_;
  std::array<engine::Stack, 2> stacks_;
  std::array<std::vector<event::Body>, 2> bodies_;
  std::vector<event::Body> arriving_;
  event::Trace octets_, replies_;
  clock::Instant now_;
  std::uint64_t segments_ = 0;
  std::int32_t client_ = -1, server_ = -1;
};

}  // namespace harness::bench
