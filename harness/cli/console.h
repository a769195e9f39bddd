#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace harness::cli {

// Standard output, as its reader can take it: colours and a line that is written over only on a
// terminal, NO_COLOR and TERM=dumb respected.
class Console {
 public:
  Console();

  bool live() const { return live_; }  // A line can be written over.
  enum class Colour { None, Good, Odd, Bad, Faint };
  std::string paint(Colour, std::string_view text) const;

  void print(std::string_view text);   // Ends the status line, if there is one.
  void status(std::string_view text);  // Pre: live().
  void clear_status();

  // What went wrong with writing, a sentence; a reader that left is no error.
  const std::optional<std::string>& error() const { return error_; }

 private:
  void write(std::string_view text);

  bool live_ = false, coloured_ = false;
  bool status_ = false;
  bool closed_ = false;
  std::optional<std::string> error_;
};

// Columns of standard output, or so many where it is no terminal.
std::size_t terminal_width(std::size_t otherwise);

// A command's exit status once it has printed all: `status`, or, when writing went wrong, kError
// and the sentence on stderr.
int status_of(const Console&, int status);
int print_and_status(std::string_view text, int status = 0);

}  // namespace harness::cli
