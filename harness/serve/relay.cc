#include "harness/serve/relay.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "harness/serve/queue.h"

namespace harness::serve {
namespace {

class Relay final : public Service {
 public:
  explicit Relay(target::netns::FileDescriptor socket) : socket_(std::move(socket)) {}

  bool wants() const override { return !failed_ && out_.size() < kFull; }
  void take(std::span<const std::byte> octets) override {
    out_.push(octets);
    flush();
  }
  void end() override {
    ended_ = true;
    flush();
  }
  std::size_t give(std::span<std::byte> room) override {
    flush();
    if (finished_ || failed_) return 0;
    const auto length = ::recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT);
    if (length > 0) return static_cast<std::size_t>(length);
    if (length == 0) {
      finished_ = true;
    } else if (!later()) {
      failed_ = true;
    }
    return 0;
  }
  bool finished() const override { return finished_; }
  bool failed() const override { return failed_; }
  void add_waits(bool giving, std::vector<pollfd>& waits) const override {
    int events = out_.empty() ? 0 : POLLOUT;
    if (giving && !finished_) events |= POLLIN;
    // With nothing to wait for, poll() would still tell of an end that is known already.
    if (events == 0 || failed_) return;
    waits.push_back({.fd = socket_.get(), .events = static_cast<short>(events), .revents = 0});
  }

 private:
  static constexpr std::size_t kFull = 1 << 18;  // Octets.

  // What it says before it is connected is no error.
  static bool later() {
    return errno == EAGAIN || errno == EINTR || errno == ENOTCONN || errno == EINPROGRESS;
  }

  void flush() {
    while (!out_.empty() && !failed_) {
      const auto some = out_.front();
      const auto sent =
          ::send(socket_.get(), some.data(), some.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0) {
        failed_ = !later();
        break;
      }
      out_.drop(static_cast<std::size_t>(sent));
    }
    if (ended_ && out_.empty() && !told_end_ && !failed_) {
      told_end_ = ::shutdown(socket_.get(), SHUT_WR) == 0;
    }
  }

  target::netns::FileDescriptor socket_;
  Queue out_;
  bool ended_ = false, told_end_ = false, finished_ = false, failed_ = false;
};

}  // namespace

std::unique_ptr<Service> make_relay(target::netns::FileDescriptor socket) {
  return std::make_unique<Relay>(std::move(socket));
}

}  // namespace harness::serve
