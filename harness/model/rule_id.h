#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace harness::model {

// The requirements the model enforces. `kRuleNames` has their ids in the catalogue, in this order.
#define LASTACK_MODEL_RULES(X)                    \
  X(Checksum, "MUST-2")                           \
  X(BadChecksum, "MUST-3")                        \
  X(DefaultMss, "MUST-15")                        \
  X(SegmentSize, "MUST-16")                       \
  X(AnnouncedMss, "MUST-67")                      \
  X(MssOffered, "SHLD-5")                         \
  X(MssOnSyn, "MUST-65")                          \
  X(OptionLength, "MUST-68")                      \
  X(OptionPadding, "MUST-69")                     \
  X(SimultaneousOpen, "MUST-10")                  \
  X(TellApplication, "MUST-12")                   \
  X(TimeWait, "MUST-13")                          \
  X(Reopen, "MAY-2")                              \
  X(HalfDuplexClose, "SHLD-3")                    \
  X(GiveUp, "MUST-20")                            \
  X(SynRetransmission, "MUST-22")                 \
  X(SynGiveUp, "MUST-23")                         \
  X(DataR2, "SHLD-11")                            \
  X(KeepAliveOff, "MUST-25")                      \
  X(KeepAliveOn, "MUST-24")                       \
  X(KeepAliveIdle, "MUST-26")                     \
  X(KeepAliveDefault, "MUST-28")                  \
  X(KeepAliveDeath, "MUST-29")                    \
  X(KeepAliveEmpty, "SHLD-12")                    \
  X(KeepAliveAnswer, "9293-3.8.4-rx")             \
  X(IcmpEnds, "SHLD-26")                          \
  X(SourceQuench, "MUST-55")                      \
  X(SoftError, "MUST-56")                         \
  X(QuotedNumber, "RFC5927-4.1-a")                \
  X(ShrinkingEdge, "SHLD-14")                     \
  X(NewDataInShrunk, "SHLD-15")                   \
  X(ShrunkToZero, "MUST-35")                      \
  X(ZeroWindowProbe, "MUST-36")                   \
  X(ProbeKeepsOpen, "MUST-37")                    \
  X(FirstProbe, "SHLD-29")                        \
  X(ProbeGrowth, "SHLD-30")                       \
  X(ZeroWindowAnswer, "9293-3.8.6.1-rx")          \
  X(SillySender, "MUST-38")                       \
  X(SillyReceiver, "MUST-39")                     \
  X(Nagle, "SHLD-7")                              \
  X(AckDelay, "MUST-40")                          \
  X(SecondSegment, "SHLD-19")                     \
  X(NeverHold, "MUST-60")                         \
  X(Push, "MUST-61")                              \
  X(UrgentPointer, "MUST-62")                     \
  X(UrgentSent, "MUST-30")                        \
  X(UrgentTold, "MUST-32")                        \
  X(UrgentLeft, "MUST-33")                        \
  X(UrgentField, "9293-3.1-up-ignored")           \
  X(UrgentBehindFin, "9293-3.10.7-postfin-urg")   \
  X(HoldOutOfOrder, "SHLD-31")                    \
  X(ReservedBits, "9293-3.1-rsrvd-tx")            \
  X(DataOffset, "9293-3.1-doff")                  \
  X(AckAlways, "9293-3.1-ack-always")             \
  X(Acceptability, "9293-3.4-acceptability")      \
  X(SequenceSpace, "9293-3.4-synfin-seq")         \
  X(DataOnSyn, "9293-3.5-data-on-syn")            \
  X(HalfOpenData, "9293-3.5.1-halfopen-data")     \
  X(ResetForm, "9293-3.5.2-rst-form")             \
  X(NoResetForReset, "9293-3.5.2-no-rst-for-rst") \
  X(EmptyAck, "9293-3.5.2-sync-empty-ack")        \
  X(ResetInListen, "9293-3.5.3-rst-listen")       \
  X(ResetInSynSent, "9293-3.5.3-rst-synsent")     \
  X(FlushBeforeFin, "9293-3.6-flush-before-fin")  \
  X(SimultaneousClose, "9293-3.6-simclose")       \
  X(DirectTimeWait, "9293-3.6-fw1-direct-tw")     \
  X(HalfCloseReceive, "9293-3.6-halfclose-rx")    \
  X(HalfCloseSend, "9293-3.6-halfclose-tx")       \
  X(NoSecondFin, "9293-3.6-no-second-fin")        \
  X(TimeWaitRestart, "9293-3.6-tw-restart")       \
  X(ListenOrder, "9293-3.10.7-listen-order")      \
  X(SynSentOrder, "9293-3.10.7-synsent-order")    \
  X(SynReceivedAck, "9293-3.10.7-synrcvd-ack")    \
  X(Ackless, "9293-3.10.7-ackless")               \
  X(AckUnsent, "9293-3.10.7-ack-unsent")          \
  X(FinInShut, "9293-3.10.7-zero-wnd-ack")        \
  X(Trim, "9293-3.10.7-trim")                     \
  X(TextAfterFin, "9293-3.10.7-postfin-text")     \
  X(UserTimeout, "9293-3.10.8-usertimeout")       \
  X(Retransmission, "9293-3.10.8-rto")            \
  X(ResetOutside, "RFC5961-3.2-a")                \
  X(ResetExact, "RFC5961-3.2-b")                  \
  X(ResetInexact, "RFC5961-3.2-c")                \
  X(SynChallenge, "RFC5961-4.2-a")                \
  X(OldAck, "RFC5961-5.2-b")                      \
  X(ScaleOffered, "RFC7323-2.3-b")                \
  X(ScaleLimit, "RFC7323-2.3-e")                  \
  X(ScaleOnSyn, "RFC7323-2.2-c")                  \
  X(ScaledSyn, "RFC7323-2.2-d")                   \
  X(TimestampsOffered, "RFC7323-3.2-d")           \
  X(TimestampsAlways, "RFC7323-3.2-e")            \
  X(TimestampEcho, "RFC7323-3.2-b")               \
  X(EchoWithoutAck, "RFC7323-3.2-a")              \
  X(TimestampClock, "RFC7323-4.1-a")              \
  X(TimestampRate, "RFC7323-5.4-a")               \
  X(Paws, "RFC7323-5.3-R1")                       \
  X(SackOnSyn, "RFC2018-2-a")                     \
  X(SackPermitted, "RFC2018-4-a")                 \
  X(SackGeometry, "RFC2018-3-geometry")           \
  X(InitialRto, "RFC6298-2.1")                    \
  X(MinRto, "RFC6298-2.4")                        \
  X(EarlyRetransmission, "RFC6298-5-early")       \
  X(TimerRestart, "RFC6298-5.1-5.3")              \
  X(EarliestFirst, "RFC6298-5.4")                 \
  X(SynTimedOut, "RFC6298-5.7")                   \
  X(Backoff, "RFC6298-5.5")                       \
  X(SendWindow, "RFC5681-2-a")                    \
  X(DuplicateAck, "RFC5681-3.2-dupack")           \
  X(GapFilled, "RFC5681-3.2-fill")                \
  X(OneAck, "RFC5681-4.2-one")                    \
  X(ToMany, "MUST-57")                            \
  X(UnknownOption, "MUST-6")                      \
  X(InShutWindow, "MUST-66")                      \
  X(UnstampedReset, "RFC7323-3.2-h")              \
  X(FastRetransmit, "RFC5681-3.2-fr")             \
  X(ScaleAgreed, "RFC7323-2.2-b")                 \
  X(ResetStamped, "RFC7323-3.2-f")                \
  X(EarliestEcho, "RFC7323-4.3-a")                \
  X(QueueFirst, "MUST-59")                        \
  X(SynReceivedSyn, "9293-3.10.7-synrcvd-syn")    \
  X(OwnTimeout, "MUST-21")                        \
  X(FirstVariance, "RFC6298-2.2")                 \
  X(OldSyn, "RFC6191-2-nots-else")                \
  X(OldStampedSyn, "RFC6191-2-ts-else")           \
  X(WindowOfOldAck, "9293-3.10.7-wl")             \
  X(ScaledWindow, "RFC7323-2.3-d")                \
  X(OldAckTaken, "RFC5961-5.2-c")                 \
  X(Unstamped, "RFC7323-3.2-g")                   \
  X(OutdatedStamp, "RFC7323-5.5-a")

enum class Id : std::uint8_t {
#define LASTACK_MODEL_RULE(name, id) name,
  LASTACK_MODEL_RULES(LASTACK_MODEL_RULE)
#undef LASTACK_MODEL_RULE
};

inline constexpr std::string_view kRuleNames[] = {
#define LASTACK_MODEL_RULE(name, id) id,
    LASTACK_MODEL_RULES(LASTACK_MODEL_RULE)
#undef LASTACK_MODEL_RULE
};
inline constexpr std::size_t kRules = std::size(kRuleNames);

constexpr std::string_view name(Id id) { return kRuleNames[static_cast<std::size_t>(id)]; }
// The row of each in rules::catalogue().
const std::array<std::uint16_t, kRules>& rows();
inline std::size_t row(Id id) { return rows()[static_cast<std::size_t>(id)]; }

}  // namespace harness::model
