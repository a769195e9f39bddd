#include "harness/cli/pool.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

#include "harness/base/system_error.h"
#include "harness/clock/clock.h"

namespace harness::cli {
namespace {

constexpr int kPollMs = 100;  // A signal between a look at the flag and poll() waits this long.
constexpr auto kPatience = std::chrono::seconds{5};

class Pool {
 public:
  Pool(std::uint32_t count, const Worker::Work& work, PoolEvents& events,
       const volatile std::sig_atomic_t* stop)
      : count_(count), work_(work), events_(events), stop_(stop) {}

  void run(unsigned workers) {
    const auto wanted = std::min<std::uint32_t>(count_, workers);
    while (workers_.size() < wanted) hire();
    while (!workers_.empty()) {
      if (*stop_ != 0 && !deadline_) ask_to_stop();
      if (deadline_ && clock_.now() >= *deadline_) return;  // Their destructor kills them.
      wait();
      for (std::size_t i = 0; i < workers_.size();) {
        if (attend(workers_[i])) {
          ++i;
          continue;
        }
        workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
        if (next_ < count_ && *stop_ == 0) hire();
      }
    }
  }

 private:
  void hire() {
    workers_.push_back(std::make_unique<Worker>(work_));
    employ(*workers_.back());
  }

  void employ(Worker& worker) {
    if (next_ == count_ || *stop_ != 0) return worker.dismiss();
    events_.started(next_);
    worker.give(next_++);
  }

  void ask_to_stop() {
    deadline_ = clock_.now() + kPatience;
    for (auto& worker : workers_) {
      worker->job() ? worker->ask_to_stop() : worker->dismiss();
    }
  }

  void wait() {
    std::vector<pollfd> polled;
    for (const auto& worker : workers_) {
      polled.push_back({.fd = worker->results(), .events = POLLIN, .revents = 0});
    }
    if (::poll(polled.data(), polled.size(), kPollMs) < 0 && errno != EINTR) {
      throw base::SystemError{"wait for workers"};
    }
  }

  // False when it is gone.
  bool attend(const std::unique_ptr<Worker>& worker) {
    const auto heard = worker->hear();
    if (heard != Worker::Heard::Nothing) {
      if (const auto text = worker->said(); !text.empty()) events_.said(text);
    }
    if (heard == Worker::Heard::Done) {
      const auto index = *worker->job();
      events_.finished(index, worker->take());
      employ(*worker);
    } else if (heard == Worker::Heard::Gone) {
      const auto how = worker->how();
      if (worker->job() && !deadline_) events_.lost(*worker->job(), how);
      return false;
    }
    return true;
  }

  const std::uint32_t count_;
  const Worker::Work& work_;
  PoolEvents& events_;
  const volatile std::sig_atomic_t* stop_;
  clock::SteadyClock clock_;
  std::uint32_t next_ = 0;
  std::optional<clock::Instant> deadline_;  // Set when all were asked to stop.
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

void run_pool(std::uint32_t count, unsigned workers, const Worker::Work& work, PoolEvents& events,
              const volatile std::sig_atomic_t* stop) {
  Pool{count, work, events, stop}.run(workers);
}

}  // namespace harness::cli
