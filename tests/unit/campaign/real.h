#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "harness/target/inproc/inproc.h"
#include "harness/target/target.h"

namespace harness::campaign {

// An engine that says it runs on a real clock.
class Real : public target::Target {
 public:
  explicit Real(const target::Host& host, const target::Factory& make = target::inproc::make)
      : engine_(make(host)) {}
  std::string_view name() const override { return "real"; }
  std::string_view version() const override { return "1"; }
  bool can(target::Capability capability) const override {
    return capability != target::Capability::VirtualTime && engine_->can(capability);
  }
  bool understands(std::string_view sysctl) const override { return engine_->understands(sysctl); }
  clock::Instant now() const override { return engine_->now(); }
  void submit(const target::Stimulus& stimulus, event::Trace& trace) override {
    engine_->submit(stimulus, trace);
  }
  void collect(event::Trace& trace) override { engine_->collect(trace); }
  std::optional<clock::Instant> next_deadline() const override { return engine_->next_deadline(); }
  clock::Instant wait(clock::Instant until) override { return engine_->wait(until); }

 private:
  std::unique_ptr<target::Target> engine_;
};

}  // namespace harness::campaign
