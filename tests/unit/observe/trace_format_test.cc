#include "harness/observe/trace_format.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

namespace harness::observe {
namespace {

// As tracefs writes it.
constexpr std::string_view kFile =
    "name: kfree_skb\n"
    "ID: 2310\n"
    "format:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
    "\n"
    "\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
    "\tfield:__u8 saddr[4];\toffset:16;\tsize:4;\tsigned:0;\n"
    "\tfield:enum skb_drop_reason reason;\toffset:20;\tsize:4;\tsigned:0;\n"
    "\n"
    "print fmt: \"reason: %s\", __print_symbolic(REC->reason, { 2, \"NOT_SPECIFIED\" }, { 3, "
    "\"NO_SOCKET\" }), __print_symbolic(REC->state, { TCP_LISTEN, \"TCP_LISTEN\" })\n";

std::array<std::byte, 24> record() {
  std::array<std::byte, 24> octets{};
  const std::uint16_t type = 2310;
  const std::uint64_t address = 0xFFFF'8888'0000'1234;
  const std::uint32_t reason = 3;
  std::memcpy(octets.data(), &type, sizeof type);
  std::memcpy(octets.data() + 8, &address, sizeof address);
  octets[16] = std::byte{192};
  std::memcpy(octets.data() + 20, &reason, sizeof reason);
  return octets;
}

TEST(TraceFormat, FieldsAreWhereTheFileSays) {
  const auto format = TraceFormat::parse(kFile);
  ASSERT_TRUE(format);
  EXPECT_EQ(format->id(), 2310u);
  const auto one = record();
  EXPECT_EQ(format->number(one, "common_type"), 2310u);
  EXPECT_EQ(format->number(one, "skbaddr"), 0xFFFF'8888'0000'1234u);
  EXPECT_EQ(format->number(one, "reason"), 3u);
  ASSERT_EQ(format->octets(one, "saddr").size(), 4u);
  EXPECT_EQ(format->octets(one, "saddr")[0], std::byte{192});
  EXPECT_EQ(format->word("reason", 3), "NO_SOCKET");
}

TEST(TraceFormat, WhatIsNotThereIsNothing) {
  const auto format = TraceFormat::parse(kFile);
  const auto one = record();
  EXPECT_FALSE(format->number(one, "rx_sk"));
  EXPECT_TRUE(format->octets(one, "rx_sk").empty());
  // A record that was cut off.
  EXPECT_FALSE(format->number(std::span{one}.first(22), "reason"));
  EXPECT_FALSE(format->number({}, "common_type"));
  // A value without a word, a field without words, a list of names the kernel has not resolved.
  EXPECT_EQ(format->word("reason", 99), "99");
  EXPECT_EQ(format->word("skbaddr", 7), "7");
  EXPECT_EQ(format->word("state", 10), "10");
}

TEST(TraceFormat, AnotherFileIsRefusedAndNoPartOfOneBreaksIt) {
  EXPECT_FALSE(TraceFormat::parse(""));
  EXPECT_FALSE(TraceFormat::parse("root:x:0:0\n"));
  EXPECT_FALSE(TraceFormat::parse("name: x\nID: many\n"));
  for (std::size_t size = 0; size < kFile.size(); ++size) {
    const auto format = TraceFormat::parse(kFile.substr(0, size));
    EXPECT_TRUE(!format || format->word("reason", 99) == "99");
  }
}

}  // namespace
}  // namespace harness::observe
