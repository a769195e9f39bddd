#include "harness/serve/queue.h"

#include <gtest/gtest.h>

#include <deque>

namespace harness::serve {
namespace {

TEST(Queue, GivesOctetsInTheOrderTheyCameWhateverThePieces) {
  Queue queue;
  std::deque<std::byte> wanted;
  unsigned next = 0;
  for (std::size_t round = 0; round < 500; ++round) {
    base::Bytes some(round * 7 % 90);
    for (auto& octet : some) wanted.push_back(octet = std::byte(next++ & 255));
    queue.push(some);
    base::Bytes room(round * 13 % 80);
    const auto got = queue.pop(room);
    ASSERT_EQ(got, std::min(room.size(), wanted.size()));
    for (std::size_t i = 0; i < got; ++i, wanted.pop_front()) ASSERT_EQ(room[i], wanted.front());
    ASSERT_EQ(queue.size(), wanted.size());
  }
}

TEST(Queue, DropsNoMoreThanItHas) {
  Queue queue;
  queue.push("abc");
  queue.drop(2);
  EXPECT_EQ(queue.front()[0], std::byte{'c'});
  queue.drop(9);
  EXPECT_TRUE(queue.empty());
  queue.push("d");
  EXPECT_EQ(queue.front()[0], std::byte{'d'});
}

}  // namespace
}  // namespace harness::serve
