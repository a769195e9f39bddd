#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "harness/cli/fd.h"

namespace harness::cli {

// A process of its own that does jobs one after the other. It dies with its parent, however that
// one dies; and if it dies itself, only the job at hand is lost.
class Worker {
 public:
  // Runs in the worker: what comes of job `index`, in octets.
  using Work = std::function<std::string(std::uint32_t index)>;

  explicit Worker(const Work&);
  Worker(Worker&&) noexcept = default;
  Worker& operator=(Worker&&) = delete;
  ~Worker();  // Kills it.

  // What is to be polled for input.
  int results() const { return results_.get(); }
  std::optional<std::uint32_t> job() const { return job_; }
  // Pre: it has no job.
  void give(std::uint32_t index);
  // No more jobs: it ends, and results() is at its end then.
  void dismiss() { jobs_.reset(); }
  void ask_to_stop();
  void kill();

  // Reads what is there, without waiting. Done: the job at hand is over, take() its result. Gone:
  // there is no more process; how() says why.
  enum class Heard { Nothing, Done, Gone };
  Heard hear();
  std::string take();
  // "was killed by SIGSEGV", "ended with status 3". Waits for its end.
  std::string how();
  // What it wrote to stderr since the last call.
  std::string said();

 private:
  [[noreturn]] void live(const Work&, Fd jobs, Fd results, pid_t parent);

  pid_t pid_ = -1;
  Fd jobs_, results_, said_;
  std::optional<std::uint32_t> job_;
  std::string received_;
  std::size_t said_so_far_ = 0;
};

}  // namespace harness::cli
