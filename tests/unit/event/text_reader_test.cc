#include "harness/event/text_reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/event/text.h"

namespace harness::event {
namespace {

struct Mistake {
  std::string_view text;
  std::uint32_t line;
  std::string_view message;
};

TEST(TextReader, AMistakeIsNamedWithItsLine) {
  constexpr std::string_view kNote = "lastack trace 1\n#0 0 note \"\"\n";
  const Mistake mistakes[] = {
      {"", 1, "this is no trace"},
      {"lastack trace 2\n", 1, "expected `lastack trace 1`"},
      {"lastack trace 1", 1, "cut off"},
      {"lastack trace 1\r\n", 1, "expected `lastack trace 1`"},
      {"\n", 1, "expected `lastack trace 1`"},
      {"lastack trace 1\n\n", 2, "expected a record such as #3, found nothing"},
      {"lastack trace 1\n#1 0 note \"\"\n", 2, "expected #0, found #1"},
      {"lastack trace 1\n#0 0 note \"\"", 2, "cut off"},
      {"lastack trace 1\n#0 0 note \"\n", 2, "closing quote"},
      {"lastack trace 1\n#0 0 note \"\\q\"\n", 2, "expected an escape such as"},
      {"lastack trace 1\n#0 0 note \"\" more\n", 2, "expected the end of the line, found `more`"},
      {"lastack trace 1\n#0 0 poem \"\"\n", 2, "`poem` is nothing known here"},
      {"lastack trace 1\n#0 soon note \"\"\n", 2, "expected a number of seconds, found `soon`"},
      {"lastack trace 1\n#0 9999999999 note \"\"\n", 2, "expected a number of seconds"},
      {"lastack trace 1\n#0 0 within=4294967296 note \"\"\n", 2, "expected a smaller number"},
      {"lastack trace 1\n#0 0 within=-1 note \"\"\n", 2, "expected a number, found `-1`"},
      {"lastack trace 1\n#0 0 cause=#1 note \"\"\n", 2, "there is no #1 yet"},
      {"lastack trace 1\n#0 0 cause=1 note \"\"\n", 2, "expected a record such as #3, found `1`"},
      {"lastack trace 1\n#0 0 call id=1 close\n", 2, "expected < or >"},
      {"lastack trace 1\n#0 0 call > id=1 close\n", 2, "a call goes to the target: <"},
      {"lastack trace 1\n#0 0 reply < id=1 result=0\n", 2, "a reply comes from the target: >"},
      {"lastack trace 1\n#0 0 call < close\n", 2, "expected id="},
      {"lastack trace 1\n#0 0 call < id=1 fly\n", 2, "`fly` is nothing known here"},
      {"lastack trace 1\n#0 0 call < id=1 close fd=2147483648\n", 2, "a smaller number"},
      {"lastack trace 1\n#0 0 call < id=1 send data=0\n", 2, "octets in hexadecimal"},
      {"lastack trace 1\n#0 0 call < id=1 send data=0x\n", 2, "octets in hexadecimal"},
      {"lastack trace 1\n#0 0 call < id=1 send data=AB\n", 2, "octets in hexadecimal"},
      {"lastack trace 1\n#0 0 call < id=1 send arg9=1\n", 2, "expected the end of the line"},
      {"lastack trace 1\n#0 0 packet < id=#1 00\n", 2, "there is no #1 yet"},
      {"lastack trace 1\n#0 0 packet < id=#0 gso=65536 00\n", 2, "a smaller number"},
      {"lastack trace 1\n#0 0 packet < id=#0 = #0\n", 2, "#0 is no datagram before this one"},
      {"lastack trace 1\n#0 0 note \"\"\n#1 0 packet < id=#0 = #0\n", 3, "#0 is no datagram"},
      {"lastack trace 1\n#0 0 packet < id=#0 = #7\n", 2, "there is no #7 yet"},
      {"lastack trace 1\n#0 0 decision < id=#0 eat\n", 2, "`eat` is nothing known here"},
      {"lastack trace 1\n#0 0 expectation\n", 2, "expected what="},
      {"lastack trace 1\n#0 0 expectation what=packet met=#0\n", 2, "no record of the kind"},
      {"lastack trace 1\n#0 0 note \"\"\n#1 0 expectation what=reply met=#0\n", 3,
       "#0 is no record of the kind that is expected"},
      {"lastack trace 1\n#0 0 expectation what=state\n", 2, "expected state="},
      {"lastack trace 1\n#0 0 expectation what=packet bits=SX\n", 2, "expected control bits"},
      {"lastack trace 1\n#0 0 expectation what=packet ttl=256\n", 2, "a smaller number"},
      {"lastack trace 1\n#0 0 end tired\n", 2, "`tired` is nothing known here"},
      {"lastack trace 1\n#0 0 start target=engine\n", 2, "expected the end of the line"},
  };
  for (const auto& [text, line, message] : mistakes) {
    Trace trace;
    const auto read = from_text(text, trace);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().line, line) << text;
    EXPECT_NE(read.error().message.find(message), std::string::npos) << text << "\n"
                                                                     << read.error().message;
    EXPECT_EQ(trace.size(), 0u) << text;
  }
  Trace trace;
  EXPECT_TRUE(from_text(kNote, trace));
}

}  // namespace
}  // namespace harness::event
