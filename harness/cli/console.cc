#include "harness/cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <system_error>

#include "harness/cli/exit.h"
#include "harness/scenario/diagnostic.h"

namespace harness::cli {
namespace {

constexpr std::string_view kClearLine = "\r\033[K";

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::size_t terminal_width(std::size_t otherwise) {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
  return size.ws_col;
}

Console::Console() {
  live_ = ::isatty(STDOUT_FILENO) == 1 && variable("TERM") != "dumb";
  coloured_ = live_ && variable("NO_COLOR").empty();
}

std::string Console::paint(Colour colour, std::string_view text) const {
  if (!coloured_) return std::string{text};
  switch (colour) {
    case Colour::Good:
      return fmt::format("\033[32m{}\033[0m", text);
    case Colour::Odd:
      return fmt::format("\033[33m{}\033[0m", text);
    case Colour::Bad:
      return fmt::format("\033[1;31m{}\033[0m", text);
    case Colour::Faint:
      return fmt::format("\033[2m{}\033[0m", text);
    case Colour::None:
      break;
  }
  return std::string{text};
}

void Console::print(std::string_view text) {
  clear_status();
  write(text);
}

void Console::status(std::string_view text) {
  const auto width = terminal_width(80);
  if (width < 10) return;
  write(fmt::format("{}{}", kClearLine, scenario::harmless(text, width - 1)));
  status_ = true;
}

void Console::clear_status() {
  if (status_) write(kClearLine);
  status_ = false;
}

void Console::write(std::string_view text) {
  while (!text.empty() && !closed_) {
    const auto n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      closed_ = true;
      if (errno != EPIPE) {
        error_ = fmt::format("cannot write to standard output: {}",
                             std::generic_category().message(errno));
      }
    }
  }
}

int status_of(const Console& console, int status) {
  if (!console.error()) return status;
  std::cerr << "lastack: " << *console.error() << '\n';
  return kError;
}

int print_and_status(std::string_view text, int status) {
  Console console;
  console.print(text);
  return status_of(console, status);
}

}  // namespace harness::cli
