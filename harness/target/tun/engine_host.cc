#include "harness/target/tun/engine_host.h"

#include <algorithm>
#include <utility>

namespace harness::target::tun {
namespace {

constexpr int kAtOnce = 64;  // Datagrams in one turn: others are to have theirs.

engine::Config at_home(engine::Config config, const Host& kernel) {
  config.addresses = {kernel.remote};
  config.mtu = kernel.mtu;
  return config;
}

}  // namespace

EngineHost::EngineHost(engine::Config config, const Host& kernel, std::vector<link::Fault> faults)
    : clock_(kernel.clock ? kernel.clock : std::make_shared<clock::SteadyClock>()),
      device_(kernel),
      stack_(at_home(std::move(config), kernel), kernel.rng.fork("engine")),
      path_(std::move(faults), kernel.rng.fork("link")),
      mtu_(kernel.mtu) {}

template <class Step>
void EngineHost::step(Step&& take) {
  const auto now = clock_->now();
  engine::Out out{path_.log(), now, sent_, replies_};
  take(now, out);
  send_on();
  tell();
}

void EngineHost::call(const event::Call& made) {
  step([&](clock::Instant now, engine::Out& out) { stack_.step(now, made, out); });
}

void EngineHost::send_on() {
  const auto now = clock_->now();
  for (const auto body : sent_) {
    if (path_.perfect()) {
      device_.write(path_.log().body(body));
    } else {
      path_.take(now, event::Direction::FromTarget, body);
    }
  }
  sent_.clear();
}

// Whoever hears may call, which brings new replies: one loop takes them all, in their order.
void EngineHost::tell() {
  if (telling_) return;
  telling_ = true;
  while (told_ < replies_.size()) {
    const event::Record record = replies_[told_++];
    if (record.kind == event::Kind::Reply && heard_) heard_(replies_.reply(record));
  }
  telling_ = false;
  replies_.clear();
  told_ = 0;
}

bool EngineHost::turn() {
  const auto arrive = [this](event::Span datagram) {
    step([&](clock::Instant now, engine::Out& out) { stack_.step(now, datagram, out); });
  };
  int read = 0;
  for (; read < kAtOnce; ++read) {
    auto room = path_.log().reserve(mtu_);
    const auto length = device_.read(room.bytes);
    path_.log().trim(room.body, length);
    if (length == 0) break;
    if (path_.perfect()) {
      arrive(path_.log().body(room.body));
    } else {
      path_.take(clock_->now(), event::Direction::ToTarget, room.body);
    }
  }
  path_.release(clock_->now(), [&](event::Direction direction, event::Span datagram) {
    if (direction == event::Direction::ToTarget) {
      arrive(datagram);
    } else {
      device_.write(datagram);
    }
  });
  if (const auto due = stack_.next_deadline(); due && *due <= clock_->now()) {
    step([&](clock::Instant now, engine::Out& out) { stack_.step(now, out); });
  }
  path_.tidy_up();
  return read == kAtOnce;
}

std::optional<clock::Instant> EngineHost::next_deadline() const {
  const auto timer = stack_.next_deadline(), arrival = path_.next_deadline();
  if (!timer) return arrival;
  return arrival ? std::min(*timer, *arrival) : *timer;
}

}  // namespace harness::target::tun
