#include "harness/scenario/layout.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/scenario/loader.h"
#include "harness/scenario/printer.h"
#include "tests/in_tree.h"
#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

std::string laid_out(std::string_view text) { return lay_out(text, parsed(text)); }

TEST(Layout, BlanksAreOneAndStepsStandOnLinesOfTheirOwn) {
  EXPECT_EQ(laid_out("0  socket(...,   SOCK_STREAM, IPPROTO_TCP)\t= 3   +0   listen(3, 1) = 0  "),
            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = 0\n");
}

TEST(Layout, HeaderLinesHaveOneForm) {
  EXPECT_EQ(laid_out("rules:MUST-12  SHLD-5,MUST-13   // why\nslow:   see http://x.y\n\n\n"
                     "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3"),
            "rules: MUST-12, SHLD-5, MUST-13 // why\nslow: see http://x.y\n\n"
            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
}

TEST(Layout, CommentsStayAsTheyAre) {
  const std::string text =
      "// Title\n//\n//   indented   so\nclaims: S0-10\n\n"
      "/* a\n   b */\nuse \"preamble/listen.pkt\"\n"
      "// between\n+0 listen(3, /* here */ 1) = 0 // behind\n";
  EXPECT_EQ(laid_out(text), text);
  EXPECT_EQ(laid_out("rules: MUST-12 /* a\n b */ claims: S0-10\n"
                     "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"),
            "rules: MUST-12 /* a\n b */\nclaims: S0-10\n"
            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
}

TEST(Layout, AStepThatGoesOnInTheNextLineIsIndented) {
  EXPECT_EQ(laid_out("0 socket(...,\nSOCK_STREAM, IPPROTO_TCP) = 3\n+0 `a  \n  b`\n"),
            "0 socket(...,\n    SOCK_STREAM, IPPROTO_TCP) = 3\n+0 `a  \n  b`\n");
}

TEST(Layout, AnAddressWithColonsIsNoHeaderLine) {
  const std::string text =
      "--ip_version=ipv6\n--local_ip=2001:db8::1\n\n"
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";
  EXPECT_EQ(laid_out(text), text);
}

TEST(Layout, TwiceIsTheSameAsOnce) {
  const auto once =
      laid_out("\n\n//x\n  rules :  MUST-12\n\n\n\n0\nsocket\n(..., SOCK_STREAM, 6) = 3");
  EXPECT_EQ(laid_out(once), once);
}

// Whatever it moves, the script says the same, and the suite is laid out as it says.
TEST(Layout, TheSuiteIsLaidOutAndKeepsItsMeaning) {
  const std::filesystem::path root = tests::in_tree("scenarios");
  std::size_t read = 0;
  for (const auto& found : find_scenarios(root)) {
    const auto text = read_script(found.path);
    const auto scenario = load_scenario(found.path, found.id, root);
    ASSERT_TRUE(text && scenario) << found.id;
    EXPECT_EQ(lay_out(*text, *scenario), *text) << found.id;
    // As one long line, comments and header apart, it is the same script again.
    std::string squeezed = *text;
    const auto body = squeezed.find("\n\n");
    ASSERT_NE(body, squeezed.npos) << found.id;
    if (squeezed.find("//", body) == squeezed.npos && squeezed.find('`') == squeezed.npos) {
      for (auto at = squeezed.find('\n', body + 2); at != squeezed.npos;
           at = squeezed.find('\n', at)) {
        squeezed.replace(at, 1, "   ");
      }
      const auto use = [&](const std::string& path) { return read_script(root / path); };
      const auto again = parse_pkt(squeezed, found.id, use);
      ASSERT_TRUE(again) << again.error().print();
      const auto out = lay_out(squeezed, *again);
      const auto relaid = parse_pkt(out, found.id, use);
      ASSERT_TRUE(relaid) << relaid.error().print() << out;
      EXPECT_EQ(to_pkt(*relaid), to_pkt(*scenario)) << found.id;
    }
    ++read;
  }
  EXPECT_GE(read, 60u);
}

}  // namespace
}  // namespace harness::scenario
