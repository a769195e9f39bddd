#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/clock/clock.h"
#include "harness/engine/config.h"
#include "harness/engine/stack.h"
#include "harness/target/target.h"

namespace harness::target::inproc {

// The engine in this process, on virtual time.
class InprocTarget final : public Target {
 public:
  // The host's addresses and MTU go into `config`.
  InprocTarget(engine::Config config, const Host& host, std::string settings = {});

  std::string_view name() const override { return "engine"; }
  std::string_view version() const override;
  std::string_view settings() const override { return settings_; }
  bool can(Capability) const override;
  bool understands(std::string_view sysctl) const override;
  clock::Instant now() const override {
    return virtual_clock_ != nullptr ? virtual_clock_->now() : clock_->now();
  }
  void submit(const Stimulus&, event::Trace&) override;
  void collect(event::Trace&) override;
  std::optional<clock::Instant> next_deadline() const override { return stack_.next_deadline(); }
  clock::Instant wait(clock::Instant until) override;

 private:
  template <class... Input>
  void step(clock::Instant now, std::uint32_t cause, event::Trace&, const Input&...);

  std::shared_ptr<clock::Clock> clock_;
  const clock::VirtualClock* virtual_clock_;  // The same, where it is one: it is read all the time.
  engine::Stack stack_;
  std::string settings_;
  bool mapped_;
};

std::unique_ptr<Target> make(const Host&);
// As the settings behind the target's name want it: engine/settings.h. The error is a sentence.
std::expected<Factory, std::string> configured(std::string_view settings);

}  // namespace harness::target::inproc
