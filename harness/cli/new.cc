#include "harness/cli/new.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/write_file.h"
#include "reports/text.h"

namespace harness::cli {

namespace po = boost::program_options;

namespace {

constexpr std::string_view kNewHelp =
    R"(The file is a scenario that passes as it stands; change it into yours. `.pkt` is added to a name
without it. A file that is there already is left alone.

  lastack new close/mine.pkt && lastack run close/mine.pkt
)";

// Kept to what every target answers alike.
constexpr std::string_view kTemplate = R"pkt(// {title}
//
// What is shown here, in a few sentences: who does what, what must come of it, and why the RFC
// wants it so. The first line of this comment is the title of the scenario.
rules: 9293-3.6-halfclose-tx

// More header lines there may be; take the slashes away:
// claims: S0-10                             textbook claims it puts to the test: lastack list S0-10
// needs: virtual-time                       what the target must be capable of
// faults: drop FIN to-target nth 1          what the link does to segments

// The application on the target listens. Sockets get the numbers you give them here.
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0

// `<` is what the peer sends: flags, first:last(octets), ack, window, options. In segments with SYN
// the numbers are the initial ones, as on the wire; in all others they count from there.
+.1 < S 4294967290:4294967290(0) win 65535 <mss 1460>
// `>` is what must come from the target. <...> stands for any options.
+0 > S. 0:0(0) ack 4294967291 <...>
+.01 < . 1:1(0) ack 1 win 65535
+0 accept(3, ..., ...) = 4
+0 state ESTABLISHED

// Ten octets arrive; they may be acknowledged at once, or half a second later at most.
+.1 < P. 1:11(10) ack 1 win 65535
+0~+.5 > . 1:1(0) ack 11
+0 read(4, ..., 100) = 10

// The peer closes. The application learns of it by reading nothing, still writes, and closes.
+.1 < F. 11:11(0) ack 1 win 65535
+0~+.5 > . 1:1(0) ack 12
+0 state CLOSE-WAIT
+0 read(4, ..., 100) = 0
+.1 write(4, ..., 5) = 5
+0 > P. 1:6(5) ack 12
+.01 < . 12:12(0) ack 6 win 65535
+.1 close(4) = 0
+0 > F. 6:6(0) ack 12
+0 state LAST-ACK
+.01 < . 12:12(0) ack 7 win 65535
+0 state CLOSED
+0 silence .2
)pkt";

po::options_description new_options() { return po::options_description{"options", 96}; }

// "half_close" is titled "Half close".
std::string title_of(const std::filesystem::path& file) {
  auto title = file.stem().string();
  std::ranges::replace(title, '_', ' ');
  std::ranges::replace(title, '-', ' ');
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  }
  return title;
}

int make_new(std::span<const std::string> words) {
  const auto parsed = parse_options(words, new_options());
  if (!parsed) return usage_error(parsed.error(), "new");
  if (parsed->words.size() != 1) return usage_error("it wants the name of one file", "new");
  auto name = parsed->words[0];
  if (!name.ends_with(".pkt")) name += ".pkt";
  const std::filesystem::path file = name;
  if (file.stem().empty() || file.stem() == ".pkt")
    return usage_error("the file wants a name", "new");
  std::string text{kTemplate};
  text.replace(text.find("{title}"), std::string_view{"{title}"}.size(), title_of(file));
  if (const auto error = write_file(file, text, IfThere::Refuse)) {
    usage_error(*error, "new");
    return kError;
  }
  return print_and_status(
      fmt::format("wrote {0}\nrun it: lastack run {1}\n", name, reports::shell_word(name)));
}

}  // namespace

Command new_command() {
  return {.name = "new",
          .arguments = "FILE",
          .says = "Writes a commented scenario to begin with.",
          .more = kNewHelp,
          .options = new_options,
          .run = make_new};
}

}  // namespace harness::cli
