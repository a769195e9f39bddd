#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "harness/base/rng.h"
#include "harness/clock/clock.h"
#include "harness/engine/config.h"
#include "harness/engine/out.h"
#include "harness/engine/stack.h"
#include "harness/event/call.h"
#include "harness/event/trace.h"
#include "harness/link/fault.h"
#include "harness/target/target.h"
#include "harness/target/tun/device.h"
#include "harness/target/tun/path.h"

namespace harness::target::tun {

// The engine as a host that other programs of this network namespace talk to: behind a TUN device,
// on the real clock, with a link between them. It keeps nothing of what has gone by. One thread.
class EngineHost {
 public:
  // `kernel` is the other side: its `remote` is the engine's own address. Its clock, when it has
  // one, is this host's.
  EngineHost(engine::Config config, const Host& kernel, std::vector<link::Fault> faults);

  // Makes a call; its reply comes to whoever hears, before this returns or in a later turn(). Data
  // of a call that is not answered yet stays where it is.
  void call(const event::Call&);
  // Who is told of replies. Their data is good until that returns; he may make calls meanwhile.
  void hear(std::function<void(const event::Reply&)> heard) { heard_ = std::move(heard); }

  // Does what is to be done now: datagrams that came, timers that are due. Some at a time; returns
  // whether there may be more.
  bool turn();
  int fd() const { return device_.fd(); }  // To be polled for input.
  std::optional<clock::Instant> next_deadline() const;
  clock::Instant now() const { return clock_->now(); }

 private:
  // Lets the engine take a step, and sends and tells what came of it.
  template <class Step>
  void step(Step&&);
  void send_on();
  void tell();

  std::shared_ptr<clock::Clock> clock_;
  Device device_;
  engine::Stack stack_;
  Path path_;
  event::Trace replies_;
  std::vector<event::Body> sent_;
  std::uint32_t told_ = 0;  // Of the replies.
  bool telling_ = false;
  std::uint16_t mtu_;
  std::function<void(const event::Reply&)> heard_;
};

}  // namespace harness::target::tun
