#include "harness/cli/child_command.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "harness/base/system_error.h"

namespace harness::cli {
namespace {

constexpr int kNotFound = 127, kSignalled = 128;

int as_shell(int status) {
  return WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status);
}

[[noreturn]] void run(std::span<const std::string> words, const sigset_t& mask) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execvp(arguments[0], arguments.data());
  const auto text = fmt::format("lastack: cannot run {}: {}\n", words[0], std::strerror(errno));
  const auto unused = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(unused);
  ::_exit(kNotFound);
}

// The first process of the PID namespace: the kernel kills all the others when it ends.
[[noreturn]] void watch_over(std::span<const std::string> words, const sigset_t& mask,
                             pid_t parent_seen) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent_seen) ::_exit(1);  // It died before that took effect.
  const pid_t command = ::fork();
  if (command < 0) ::_exit(kNotFound);
  if (command == 0) run(words, mask);
  for (;;) {
    int status = 0;
    const pid_t ended = ::wait(&status);
    if (ended < 0 && errno != EINTR) ::_exit(1);
    if (ended == command) ::_exit(as_shell(status));
  }
}

}  // namespace

ChildCommand::ChildCommand(std::span<const std::string> words, const sigset_t& mask) {
  std::fflush(nullptr);  // Or both processes would write what is buffered.
  // As fork(), but the child is the first of a PID namespace. After unshare(CLONE_NEWPID) we could
  // start no thread any more, which a sanitizer wants to do at the end.
  pid_ = static_cast<pid_t>(
      ::syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, nullptr, nullptr, nullptr, 0));
  if (pid_ < 0) throw base::SystemError{"start a process in a PID namespace"};
  // From inside a PID namespace, whoever is outside has no number: 0.
  if (pid_ == 0) watch_over(words, mask, 0);
  ended_ = Fd{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
  if (!ended_) throw base::SystemError{"watch a process"};
}

ChildCommand::~ChildCommand() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  status();
}

int ChildCommand::status() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) throw base::SystemError{"wait for a process"};
  }
  pid_ = -1;
  return as_shell(status);
}

}  // namespace harness::cli
