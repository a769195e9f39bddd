#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace harness::engine {

// What can be broken on purpose, one at a time and chosen at run time, so that those who judge a
// TCP can be judged. A Config names none; what none costs is a branch on one octet.
enum class Defect : std::uint8_t {
  None,
  // Checksum.
  ChecksumUnchecked,
  ChecksumWrong,
  ReservedBitsSent,
  // Handshake.
  IsnStandsStill,
  SynAckOffByOne,
  SimultaneousOpenRefused,
  ListenAckUnanswered,
  SynSentBadAckUnanswered,
  SynSentResetUnchecked,
  SynReceivedAnyAck,
  SynNotRepeated,
  SynGivenUpEarly,
  BroadcastAnswered,
  // Resets.
  ClosedUnanswered,
  ClosedResetAnswered,
  ResetSequenceWrong,
  ResetAckWrong,
  ResetInWindowTaken,
  ResetOutsideTaken,
  ResetExactIgnored,
  ResetOutsideAnswered,
  ZeroWindowResetIgnored,
  SynResets,
  SynUnanswered,
  ChallengeUnlimited,
  AbortSilent,
  ResetToldAsEnd,
  // Sequence.
  UnacceptableUnanswered,
  KeepAliveUnanswered,
  BeyondWindowTaken,
  OverlapDeliveredTwice,
  SequenceWithoutWrap,
  OutOfOrderCorrupted,
  TextShifted,
  OctetLost,
  // Acknowledgments.
  AckOfUnsentTaken,
  AckTooOldTaken,
  AcklessTaken,
  WindowFromOldSegment,
  AckBeyondReceived,
  AckLate,
  AckSeldom,
  OutOfOrderUnanswered,
  AckTwice,
  // Close.
  UnsentLostOnClose,
  FinNotCounted,
  FinJumpsHole,
  HalfCloseDeaf,
  TextAfterFinTaken,
  ClosingSkipped,
  FinAcknowledgedByAny,
  TimeWaitShort,
  TimeWaitFinUnanswered,
  FinNotRepeated,
  // Retransmission.
  RepeatedTextDamaged,
  NoBackoff,
  RepeatsEarly,
  NewestRepeated,
  KarnForgotten,
  GivenUpEarly,
  UserTimeoutIgnored,
  FastRetransmitMissing,
  CongestionIgnored,
  NoCollapse,
  // Window.
  WindowOverrun,
  WindowSigned,
  WindowMovesBack,
  ProbeMissing,
  ProbeNoBackoff,
  ProbeGivenUp,
  SillySender,
  SillyReceiver,
  SmallTextCollected,
  PushMissing,
  // Segment size.
  MssIgnored,
  MssDefaultLarge,
  MssAboveMtu,
  MssOnText,
  // Options.
  UnknownOptionDrops,
  UnalignedOptionMissed,
  ScaleUnasked,
  ScaleOnSyn,
  ScaleNotApplied,
  TimestampsForgotten,
  TimestampEchoWrong,
  TimestampEchoLatest,
  TimestampClockStopped,
  OldTimestampTaken,
  TimestampMissingResets,
  // Keep-alive.
  KeepAliveUnasked,
  KeepAliveHasty,
  KeepAliveNever,
  // Urgent.
  UrgentUntold,
  UrgentNotSent,
  UrgentPointerOffByOne,
  // ICMP.
  IcmpIgnored,
  IcmpSoftAborts,
  IcmpSequenceUnchecked,
  SourceQuenchHeeded,
  // Of the host.
  TrafficClassIgnored,
  TtlIgnored,
};

struct DefectInfo {
  Defect defect;
  std::string_view name;         // "checksum-unchecked"
  std::string_view requirement;  // The id of the requirement that it breaks: "MUST-3".
  std::string_view says;         // What it does, in one sentence.
};

// All of them, in the order of the enumeration, without None.
std::span<const DefectInfo> defects();
// Nothing: there is no such defect.
std::optional<Defect> defect_named(std::string_view);

}  // namespace harness::engine
