#include "harness/serve/simple.h"

#include <algorithm>

#include "harness/serve/queue.h"

namespace harness::serve {
namespace {

class Echo final : public Service {
 public:
  bool wants() const override { return queue_.size() < kFull; }
  void take(std::span<const std::byte> octets) override { queue_.push(octets); }
  void end() override { ended_ = true; }
  std::size_t give(std::span<std::byte> room) override { return queue_.pop(room); }
  bool finished() const override { return ended_ && queue_.empty(); }

 private:
  // Octets; a peer that does not read what it is sent is not read from any more.
  static constexpr std::size_t kFull = 1 << 18;

  Queue queue_;
  bool ended_ = false;
};

class Discard final : public Service {
 public:
  void take(std::span<const std::byte>) override {}
  void end() override { ended_ = true; }
  std::size_t give(std::span<std::byte>) override { return 0; }
  bool finished() const override { return ended_; }

 private:
  bool ended_ = false;
};

class Source final : public Service {
 public:
  explicit Source(std::uint64_t octets) : octets_(octets) {}
  void take(std::span<const std::byte>) override {}
  void end() override {}
  std::size_t give(std::span<std::byte> room) override {
    const auto some = room.first(std::min<std::uint64_t>(room.size(), octets_ - given_));
    for (auto& octet : some) octet = pattern(given_++);
    return some.size();
  }
  bool finished() const override { return given_ == octets_; }

 private:
  std::uint64_t octets_, given_ = 0;
};

}  // namespace

std::unique_ptr<Service> make_echo() { return std::make_unique<Echo>(); }
std::unique_ptr<Service> make_discard() { return std::make_unique<Discard>(); }
std::unique_ptr<Service> make_source(std::uint64_t octets) {
  return std::make_unique<Source>(octets);
}

}  // namespace harness::serve
