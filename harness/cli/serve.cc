#include "harness/cli/serve.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/cli/child_command.h"
#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/serve_options.h"
#include "harness/cli/stop.h"
#include "harness/cli/version.h"
#include "harness/serve/http.h"
#include "harness/serve/relay.h"
#include "harness/serve/server.h"
#include "harness/serve/simple.h"
#include "harness/target/netns/address.h"
#include "harness/target/netns/availability.h"
#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/name_space.h"
#include "harness/target/tun/engine_host.h"

namespace harness::cli {

using serve::Server;
using serve::ServiceFactory;
using target::netns::FileDescriptor;
using target::tun::EngineHost;

namespace {

constexpr std::string_view kServeHelp =
    R"(The engine becomes a host of a network namespace of its own, behind a TUN device, and programs
that are run there can talk to it. Services:

  echo      sends back what comes
  discard   throws it away
  source    sends octets of a known pattern; octet N is N modulo 251
  http      keeps what is PUT and gives it to GET; GET /octets/N gives N octets of that pattern
  relay     hands each connection on to a server of the kernel's: the engine accepts, --to is dialled
  dial      the other way round: the kernel accepts at its loopback, the engine dials --to

  lastack serve http --port 80 -- curl -s http://192.0.2.1/octets/1000
  lastack serve echo --port 7 --faults 'loss 5%' -- socat - TCP:192.0.2.1:7
  lastack serve discard --port 9        until Ctrl-C; says how to get there

The command behind `--` is run in the namespace, and its exit status is ours. When it ends, or we
do, all that it started ends too.
)";

// RFC 5737 and 3849 keep these networks for documentation: they are nobody's.
target::Host kernel_side(const ServeArguments& arguments) {
  const bool six = arguments.ip == wire::IpVersion::V6;
  target::Host host;
  host.local = *wire::IpAddress::parse(six ? "2001:db8:2::1" : "198.51.100.1");
  host.remote = *wire::IpAddress::parse(six ? "2001:db8:1::1" : "192.0.2.1");
  host.remote_prefix = six ? 64 : 24;
  host.mtu = arguments.mtu;
  host.rng = base::Rng{arguments.seed.value}.fork("serve");
  return host;
}

int family(const wire::Endpoint& endpoint) {
  return endpoint.address.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
}

FileDescriptor kernel_socket(const wire::Endpoint& endpoint) {
  FileDescriptor socket{
      ::socket(family(endpoint), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
  if (!socket.open()) throw base::SystemError{"open a socket"};
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return socket;
}

// What becomes of it shows when it is used.
FileDescriptor dialled(const wire::Endpoint& to) {
  auto socket = kernel_socket(to);
  const auto address = target::netns::to_system(to, family(to));
  ::connect(socket.get(), address.get(), address.length);
  return socket;
}

FileDescriptor listening(const wire::Endpoint& at) {
  auto socket = kernel_socket(at);
  const auto address = target::netns::to_system(at, family(at));
  if (::bind(socket.get(), address.get(), address.length) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    throw base::SystemError{fmt::format("listen at {}", at.print())};
  }
  return socket;
}

wire::Endpoint loopback(const ServeArguments& arguments) {
  const bool six = arguments.ip == wire::IpVersion::V6;
  return {.address = *wire::IpAddress::parse(six ? "::1" : "127.0.0.1"), .port = arguments.port};
}

ServiceFactory factory(const ServeArguments& arguments) {
  switch (arguments.service) {
    case ServiceKind::Echo:
      return serve::make_echo;
    case ServiceKind::Discard:
      return serve::make_discard;
    case ServiceKind::Source:
      return [octets = arguments.octets] { return serve::make_source(octets); };
    case ServiceKind::Http:
      return [store = std::make_shared<serve::HttpStore>()] { return serve::make_http(store); };
    case ServiceKind::Relay:
    case ServiceKind::Dial:
      break;
  }
  return [to = *arguments.to] { return serve::make_relay(dialled(to)); };
}

// `root`: no user namespace was needed.
std::string how_to_get_there(const ServeArguments& arguments, const target::Host& host, bool root) {
  const wire::Endpoint at = arguments.service == ServiceKind::Dial
                                ? loopback(arguments)
                                : wire::Endpoint{.address = host.remote, .port = arguments.port};
  return fmt::format(
      "serving {} at {}; the kernel's address there is {}\n"
      "to run a program there: nsenter --target {} --net{} PROGRAM\n",
      arguments.name, at.print(), host.local.print(), ::getpid(),
      root ? "" : " --user --preserve-credentials");
}

// Everything in one loop: the device, the engine's timers, the services' own files, the command.
class Loop {
 public:
  Loop(const ServeArguments& arguments, const target::Host& host, const sigset_t& mask,
       const volatile std::sig_atomic_t* stop)
      : arguments_(arguments),
        mask_(mask),
        stop_(stop),
        engine_(arguments.engine, host, arguments.faults),
        server_([this](const event::Call& call) { engine_.call(call); }) {
    engine_.hear([this](const event::Reply& reply) { server_.heard(reply); });
    if (arguments.service == ServiceKind::Dial) {
      listener_ = listening(loopback(arguments));
    } else {
      server_.listen({.address = host.remote, .port = arguments.port}, factory(arguments));
    }
  }

  // The exit status.
  int run(ChildCommand* command) {
    while (*stop_ == 0) {
      const bool more = engine_.turn();
      if (listener_.open()) dial();
      server_.look();
      if (server_.error()) {
        std::cerr << "lastack: the engine cannot listen: " << std::strerror(*server_.error())
                  << '\n';
        return kError;
      }
      if (wait(command, more)) return command->status();
    }
    return kSuccess;
  }

 private:
  void dial() {
    for (;;) {
      FileDescriptor socket{
          ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
      if (!socket.open()) return;
      server_.connect(*arguments_.to, serve::make_relay(std::move(socket)));
    }
  }

  // Until there is something to do. Whether the command has ended.
  bool wait(const ChildCommand* command, bool more) {
    waits_.clear();
    waits_.push_back({.fd = engine_.fd(), .events = POLLIN, .revents = 0});
    waits_.push_back(
        {.fd = command != nullptr ? command->fd() : -1, .events = POLLIN, .revents = 0});
    if (listener_.open()) {
      waits_.push_back({.fd = listener_.get(), .events = POLLIN, .revents = 0});
    }
    server_.add_waits(waits_);
    timespec limit{};
    timespec* until = more ? &limit : nullptr;
    if (const auto due = engine_.next_deadline(); due && !more) {
      const auto left = std::max(*due - engine_.now(), clock::Duration{});
      const auto whole = std::chrono::floor<std::chrono::seconds>(left);
      limit = {.tv_sec = static_cast<time_t>(whole.count()),
               .tv_nsec = static_cast<long>((left - whole).count())};
      until = &limit;
    }
    // Signals come here and nowhere else: none is lost between looking and waiting.
    if (::ppoll(waits_.data(), waits_.size(), until, &mask_) < 0 && errno != EINTR) {
      throw base::SystemError{"wait for something to do"};
    }
    return (waits_[1].revents & POLLIN) != 0;
  }

  const ServeArguments& arguments_;
  const sigset_t& mask_;
  const volatile std::sig_atomic_t* stop_;
  EngineHost engine_;
  Server server_;
  FileDescriptor listener_;
  std::vector<pollfd> waits_;
};

int serve_it(std::span<const std::string> words) {
  const auto* const stop = catch_stop();
  const auto arguments = parse_serve(words);
  if (!arguments) return usage_error(arguments.error(), "serve");
  if (const auto there = target::netns::available(target::netns::WireKind::Tun); !there.ok) {
    std::cerr << "lastack: " << there.why_not << '\n';
    return kError;
  }
  sigset_t ours, before;
  ::sigemptyset(&ours);
  ::sigaddset(&ours, SIGINT);
  ::sigaddset(&ours, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &ours, &before);
  const bool root = ::geteuid() == 0;
  target::netns::enter_fresh_network_namespace();
  (void)target::netns::pin_settings();
  const auto host = kernel_side(*arguments);
  Loop loop{*arguments, host, before, stop};
  if (arguments->command.empty()) {
    Console console;
    console.print(how_to_get_there(*arguments, host, root));
    return loop.run(nullptr);
  }
  ChildCommand command{arguments->command, before};
  return loop.run(&command);
}

}  // namespace

Command serve_command() {
  return {.name = "serve",
          .arguments = "SERVICE --port N [options] [-- COMMAND]",
          .says = "Runs the engine as a host that other programs talk to.",
          .more = kServeHelp,
          .options = serve_options,
          .run = serve_it};
}

}  // namespace harness::cli
