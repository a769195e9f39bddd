#include "harness/scenario/parser.h"

#include <fstream>
#include <sstream>

#include "harness/base/rng.h"
#include "harness/scenario/lexer.h"
#include "tests/in_tree.h"
#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

using namespace std::chrono_literals;

TEST(Parser, AScriptWithEverythingInItIsRead) {
  const auto scenario = parsed(kPassive);
  EXPECT_EQ(scenario.id, "test");
  EXPECT_EQ(scenario.title, "A connection opened by the peer");
  EXPECT_EQ(scenario.slow, "it waits for a minute");
  ASSERT_EQ(scenario.steps.size(), 27u);
  EXPECT_EQ(scenario.steps.front().text, "`sysctl -q -w net.ipv4.tcp_ecn=0`");
  EXPECT_EQ(scenario.steps[1].place, (Place{"test.pkt", 19, 1}));
  EXPECT_EQ(scenario.steps.back().text, "`sysctl -w net.ipv4.tcp_ecn=2`");
}

TEST(Parser, AStepKeepsItsWordingOnOneLineWithoutComments) {
  const auto scenario =
      parsed("0 /* the\nfirst */ close(3) // and last\n   = 0\n+0 > F.\n 1:1(0)\tack 1\n// end\n");
  ASSERT_EQ(scenario.steps.size(), 2u);
  EXPECT_EQ(scenario.steps[0].text, "0 close(3) = 0");
  EXPECT_EQ(scenario.steps[1].text, "+0 > F. 1:1(0) ack 1");
  EXPECT_EQ(scenario.steps[1].place, (Place{"test.pkt", 4, 1}));
}

TEST(Parser, LineStructureHasNoMeaning) {
  EXPECT_EQ(parsed("0 close(3) = 0 +0 close(4) = -1 EBADF (x) +.5 > . 1:1(0) ack 1 0.9 close(5)=0")
                .steps.size(),
            4u);
}

TEST(Parser, StatesAreOfTheCurrentConnectionASocketOrAPort) {
  const auto current = last_step<StateStep>("0 state FIN-WAIT-2");
  EXPECT_EQ(current.state, event::TcpState::FinWait2);
  EXPECT_FALSE(current.fd);
  EXPECT_FALSE(current.port);
  EXPECT_EQ(last_step<StateStep>("0 state(3) TCP_LISTEN").fd, 3);
  const auto port = last_step<StateStep>("0 state:40001 syn_recv");
  EXPECT_EQ(port.port, 40001);
  EXPECT_EQ(port.state, event::TcpState::SynReceived);
  expect_error("0 state @ESTABLISHD", "unknown state `ESTABLISHD`; did you mean `ESTABLISHED`?");
  expect_error("0 state @OPEN", "expected one of ESTABLISHED, SYN-SENT");
  expect_error("0 state @", "expected one of ESTABLISHED");
  expect_error("0 state(@x) LISTEN", "a file descriptor");
  expect_error("0 state:@70000 LISTEN", "a port is from 0 to 65535");
}

TEST(Parser, SilenceLastsSomeTime) {
  EXPECT_EQ(last_step<SilenceStep>("0 silence 1.5").lasts, 1500ms);
  expect_error("0 @silence 0", "a silence lasts some time");
  expect_error("0 silence@ ", "expected a number of seconds");
  expect_error("0 @silence\n+0 silence 1", "`silence` wants a number of seconds behind it");
}

TEST(Parser, CommandsStandAtTheHeadAtATimeOrAtTheEnd) {
  const auto scenario = parsed("`sysctl -w a.b=1`\n0 `rm \\`x\\`` `sysctl -w a.b=0`");
  ASSERT_EQ(scenario.steps.size(), 3u);
  const auto command = [&](std::size_t i) { return std::get<CommandStep>(scenario.steps[i].what); };
  EXPECT_EQ(command(0).sysctls, (std::vector<std::string>{"a.b=1"}));
  EXPECT_TRUE(command(1).sysctls.empty());
  EXPECT_EQ(command(1).command, "rm \\`x\\`");
  EXPECT_EQ(command(2).sysctls, (std::vector<std::string>{"a.b=0"}));
  EXPECT_EQ(scenario.steps[2].when.kind, When::Kind::Relative);
  expect_error("`a` @`b` 0 close(3) = 0", "one command can stand before the first step");
  expect_error("0 close(3) = 0 @`a` +0 close(3) = 0", "a command between steps begins with a time");
  expect_error("`a`@", "there is no step");
}

TEST(Parser, UsePutsTheStepsOfAFileInItsPlace) {
  for (std::string text :
       {"use \"preamble/listen.pkt\"\n--mtu=1400\n+0 close(3) = 0",
        "rules: MUST-2\n\n--mtu=1400 use \"preamble/listen.pkt\" +0 close(3) = 0"}) {
    const auto scenario = parsed(text);
    ASSERT_EQ(scenario.steps.size(), 4u) << text;
    EXPECT_EQ(scenario.steps[1].place, (Place{"preamble/listen.pkt", 2, 1}));
    EXPECT_EQ(scenario.steps[3].place.file, "test.pkt");
    EXPECT_EQ(scenario.options.mtu, 1400);
  }
}

TEST(Parser, UseGoesWrongAtItsPlace) {
  expect_error("use @\"listen.pkt\"", "cannot read `listen.pkt`: there is no such file");
  expect_error("use @listen", "expected the path of a file");
  expect_error("use @\"/etc/passwd\"", "a path is relative");
  expect_error("use @\"\"", "a path is relative");
  expect_error("0 close(3) = 0 +0 @use \"preamble/listen.pkt\"", "`use` has no time of its own");
  EXPECT_EQ(parse_pkt("use \"a\"", "test", {}).error().message,
            "cannot read `a`: no files can be used here");
}

TEST(Parser, AnErrorInAUsedFileNamesBothPlaces) {
  const auto use = [](const std::string&) -> std::expected<std::string, std::string> {
    return "0 lisen(3, 1) = 0\n";
  };
  const auto scenario = parse_pkt("\n  use \"a.pkt\"", "test", use);
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().print(),
            "a.pkt:1:3: unknown call `lisen`; did you mean `listen`? (used at test.pkt:2:3)\n"
            "  0 lisen(3, 1) = 0\n"
            "    ^\n");
}

TEST(Parser, FilesThatUseEachOtherComeToAnEnd) {
  const auto message = [](const std::string& text, const ReadFile& use) {
    const auto scenario = parse_pkt(text, "test", use);
    return scenario ? "" : scenario.error().message;
  };
  const auto itself = [](const std::string&) -> std::expected<std::string, std::string> {
    return "use \"a\"";
  };
  EXPECT_TRUE(message("use \"a\"", itself).starts_with("`a` uses itself"));
  const auto deeper = [](const std::string& path) -> std::expected<std::string, std::string> {
    return "use \"" + path + "a\"";
  };
  EXPECT_TRUE(message("use \"a\"", deeper).starts_with("too many files"));
  const auto wider = [](const std::string& path) -> std::expected<std::string, std::string> {
    if (path.size() == 8) return "+0 close(3) = 0";
    const auto use = "use \"" + path + "a\"\n";
    return use + use + use + use;
  };
  EXPECT_TRUE(message("use \"a\"", wider).starts_with("too many files"));
  const auto large = [](const std::string&) -> std::expected<std::string, std::string> {
    return std::string(kLargestScript / 2, ' ') + "+0 close(3) = 0";
  };
  EXPECT_TRUE(message("use \"a\" use \"b\"", large).starts_with("this is more than the 16 MiB"));
}

TEST(Parser, AUsedFileHasStepsAndNothingElse) {
  const auto error = [](const std::string& used) {
    const auto use = [&](const std::string&) -> std::expected<std::string, std::string> {
      return used;
    };
    const auto scenario = parse_pkt("+0 close(3) = 0 use \"a\"", "test", use);
    return scenario ? "" : scenario.error().message;
  };
  EXPECT_EQ(error("`sysctl -w a.b=1` +0 close(3) = 0"), "");
  EXPECT_TRUE(
      error("rules: MUST-2\n+0 close(3) = 0").starts_with("a file that is used has no header"));
  EXPECT_TRUE(
      error("--mtu=1500\n+0 close(3) = 0").starts_with("a file that is used has no options"));
  EXPECT_TRUE(error("").starts_with("there is no step in this file"));
  EXPECT_TRUE(error("0 close(3) = 0").starts_with("behind other steps"));
  EXPECT_TRUE(error("+0 close(3) = 0 `x`").starts_with("a command between steps"));
}

TEST(Parser, WhatIsNoScriptSaysWhatItIs) {
  expect_error("0 close(3) = 0@\r\n", "this file has Windows line ends");
  expect_error("0 close(3)@\r = 0\n", "a carriage return separates nothing");
  expect_error(
      "@\xEF\xBB\xBF"
      "0 close(3) = 0",
      "byte order mark");
  expect_error(std::string("0 close(3) = 0\n+0 \"@") + '\0' + "x", "a NUL octet");
  expect_error("@", "there is no step in this file");
  expect_error("@// Nothing\n", "there is no step in this file");
}

TEST(Parser, WhatStandsWhereAStepShouldBeginIsAnError) {
  expect_error("@close(3) = 0", "expected a step, which begins with a time");
  expect_error("0 close(3) = 0 @< S 0:0(0) win 1", "expected a step");
  expect_error("0 @)", "expected a packet, a call, state, silence or a command behind the time");
  expect_error("0 close(3) = 0 @\"", "this string never ends");
  expect_error("0 @/* close(3) = 0", "this comment never ends");
  expect_error("0 @`true", "this command never ends");
  expect_error("0 @%{ assert", "this code block never ends");
  expect_error("0 @%{ assert tcpi_cwnd == 10 }%", "a code block is not supported yet");
  expect_error("0 close(3) = 0 @%{ pass }%", "a code block is not supported yet");
}

TEST(Parser, ALineOfAHundredMegabytesIsRefusedAtOnce) {
  const std::string line = "0 close(3) = 0 //" + std::string(100'000'000, 'x');
  const auto scenario = parse_pkt(line, "test", use_listen);
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().print(),
            "test.pkt:1:1: this is more than the 16 MiB that a script may have\n");
}

TEST(Parser, ALongLineIsShownInPart) {
  const auto scenario =
      parse_pkt("0 close(3) = 0 /*" + std::string(10'000'000, 'x') + "*/ ?", "test", use_listen);
  ASSERT_FALSE(scenario);
  EXPECT_LT(scenario.error().print().size(), 500u);
}

TEST(Parser, MoreStepsThanAnyScenarioHasAreAnError) {
  std::string text = "0 close(3) = 0\n";
  for (int i = 0; i < 100'000; ++i) text += "+0 close(3) = 0\n";
  const auto scenario = parse_pkt(text, "test", use_listen);
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().place.line, 100'001u);
}

std::expected<std::string, std::string> use_of_the_suite(const std::string& path) {
  std::ifstream stream{tests::in_tree("scenarios") / path};
  std::stringstream text;
  if (!(text << stream.rdbuf())) return std::unexpected("there is no such file");
  return text.str();
}

TEST(Parser, TheExamplesInTheManualAreCorrect) {
  std::ifstream stream{tests::in_tree("scenarios/README.md")};
  std::stringstream manual;
  manual << stream.rdbuf();
  const std::string text = manual.str();
  const std::string_view open = "```pkt\n";
  int examples = 0;
  for (auto at = text.find(open); at != text.npos; at = text.find(open, at + 1)) {
    const auto begin = at + open.size();
    const auto script = text.substr(begin, text.find("```", begin) - begin);
    const auto scenario = parse_pkt(script, "example", use_of_the_suite);
    EXPECT_TRUE(scenario) << script << "\n" << scenario.error().print();
    ++examples;
  }
  EXPECT_GE(examples, 3);
}

// One token instead of another, octets changed, taken out or put in, an end too early.
std::string mutated(std::string text, base::Rng& rng) {
  constexpr std::string_view kPieces[] = {"<",
                                          ">",
                                          "...",
                                          "(",
                                          ")",
                                          "[",
                                          "]",
                                          "{",
                                          "}",
                                          "|",
                                          "`",
                                          "\"",
                                          "/*",
                                          "*/",
                                          "//",
                                          "%{",
                                          "}%",
                                          "0",
                                          "-1",
                                          "4294967295",
                                          "99999999999999999999",
                                          "0x",
                                          "0xffffffffffffffff",
                                          "+",
                                          "~",
                                          "*",
                                          "--",
                                          "=",
                                          ":",
                                          ",",
                                          ".",
                                          "use \"preamble/listen.pkt\"",
                                          "state",
                                          "silence",
                                          "sack",
                                          "\r",
                                          "\xFF",
                                          "\xE2\x80"};
  for (auto n = 1 + rng.below(4); n > 0; --n) {
    const auto at = rng.below(text.size() + 1);
    const std::string piece{kPieces[rng.below(std::size(kPieces))]};
    switch (rng.below(6)) {
      case 0:
        text.insert(at, piece);
        break;
      case 1:
        text.erase(at, rng.below(8));
        break;
      case 2:
        text.resize(at);
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(rng.next());
        break;
      case 4:
        text.insert(at, text.substr(rng.below(text.size() + 1), rng.below(40)));
        break;
      default: {
        const Token token = next_token(text, at);
        text.replace(token.begin, token.text.size(), piece);
      }
    }
  }
  return text;
}

TEST(Parser, NoInputBreaksIt) {
  base::Rng rng{1};
  int good = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto text = mutated(std::string(kPassive), rng);
    const auto scenario = parse_pkt(text, "test", use_listen);
    if (scenario) {
      ++good;
      continue;
    }
    const auto& error = scenario.error();
    EXPECT_FALSE(error.message.empty());
    EXPECT_GE(error.place.line, 1u);
    EXPECT_GE(error.place.column, 1u);
    for (const char c : error.print()) EXPECT_TRUE(c == '\n' || c < 0 || c >= ' ') << text;
  }
  EXPECT_GT(good, 100);  // Some mutations are harmless: the rest got past the first line.
}

}  // namespace
}  // namespace harness::scenario
