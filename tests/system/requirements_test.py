#!/usr/bin/env python3
"""Every row of the catalogue that RFC 9293 and its companions ask of a host has a scenario or a test that is
about it, or a reason why it has none; no MUST that can be seen has only a reason."""

import os
import pathlib
import re
import sys
import unittest

SOURCE = pathlib.Path(os.environ["LASTACK_SOURCE"])

# Beside the scenarios, which name their requirements themselves.
TESTS = {
    "MUST-1": "EngineTransfer.TheFirstFlightIsTenSegments",
    "MUST-2": "EngineTransfer.LargeSendsGoOutInFullSegmentsAndTheLastIsPushed",
    "MUST-4": "EngineArrival.TheMssOfThePeerIsHonouredAndItsAbsenceMeansTheDefault",
    "MUST-5": "EngineWindowScale.OnAnySegmentButASynTheOptionMeansNothing",
    "MUST-7": "EngineArrival.BrokenOptionsHarmNothing",
    "MUST-8": "EngineArrival.InitialSequenceNumbersFollowAClockOfFourMicroseconds",
    "MUST-9": "EngineInitialSequence.AnOutsiderForetellsNothingFromHisOwn",
    "MUST-16": "EngineTimestamps.ASynIsAnsweredAndEverySegmentCarriesThem",
    "MUST-17": "EngineTransfer.NagleCollectsSmallWritesUnlessSwitchedOff",
    "MUST-18": "EngineRetransmission.TheTimeoutFollowsRfc6298",
    "MUST-19": "EngineRecovery.AfterATimeoutSlowStartBeginsAtOneSegment",
    "MUST-20": "EngineRetransmission.TheConnectionEndsAfterR2",
    "MUST-21": "EngineRetransmission.AUserTimeoutEndsItEarlierUnlessThereIsProgress",
    "MUST-23": "EngineOpen.AConnectWithoutAnAnswerTriesForThreeMinutesAtLeast",
    "MUST-24": "EngineKeepAlive.IsSetForEachSocketAlone",
    "MUST-27": "EngineKeepAlive.IsSetForEachSocketAlone",
    "MUST-28": "EngineKeepAlive.IsOffByDefault",
    "MUST-30": "EngineUrgent.WhatWeSendNamesTheOctetBehindTheLast",
    "MUST-31": "EngineUrgent.ThePointerMayRunAheadOfTheText",
    "MUST-32": "EngineUrgent.TheApplicationIsToldUntilItHasReadPastThePointer",
    "MUST-33": "EngineUrgent.TheApplicationIsToldUntilItHasReadPastThePointer",
    "MUST-34": "EngineMusts.AWindowThatShrinksToZeroStopsNewTextAndIsProbed",
    "MUST-35": "EngineMusts.AWindowThatShrinksToZeroStopsNewTextAndIsProbed",
    "MUST-38": "EngineTransfer.ATinyWindowIsUsedAfterTheOverrideTime",
    "MUST-39": "EngineTransfer.OurWindowClosesAndOpensAgainInOneStep",
    "MUST-40": "EngineTransfer.EverySecondSegmentIsAcknowledgedAtOnceAndALoneOneLater",
    "MUST-41": "EngineMusts.APassiveOpenLeavesExistingConnectionsAlone",
    "MUST-42": "EngineMusts.APassiveOpenLeavesExistingConnectionsAlone",
    "MUST-43": "EngineMusts.TheApplicationMayChooseTheLocalAddressAndItStays",
    "MUST-44": "EngineMusts.TheApplicationMayChooseTheLocalAddressAndItStays",
    "MUST-45": "EngineMusts.TheApplicationMayChooseTheLocalAddressAndItStays",
    "MUST-46": "EngineCalls.ConnectRefusesWhatIsNoSingleHost",
    "MUST-47": "EngineIcmp.InAnOpenConnectionEvenAHardErrorIsOnlyTold",
    "MUST-48": "EngineCalls.TtlAndDscpAreOnTheWire",
    "MUST-49": "EngineCalls.TtlAndDscpAreOnTheWire",
    "MUST-50": "EngineMusts.AnIpOptionIsPassedOver",
    "MUST-51": "EngineSourceRoute.AnApplicationMayChooseOneAndItComesFirst",
    "MUST-52": "EngineSourceRoute.AnApplicationMayChooseOneAndItComesFirst",
    "MUST-53": "EngineSourceRoute.APassiveOpenSendsAllSegmentsBackTheWayTheSynCame",
    "MUST-54": "EngineIcmp.AHardErrorEndsAnOpeningConnection",
    "MUST-55": "EngineIcmp.SourceQuenchIsIgnored",
    "MUST-56": "EngineIcmp.ASoftErrorEndsNothingAndIsTheReasonWhenTheConnectionFails",
    "MUST-57": "EngineMusts.ASynToABroadcastAddressIsDroppedInSilence",
    "MUST-58": "EngineMusts.OneAckCoversAllThatWasQueued",
    "MUST-59": "EngineMusts.OneAckCoversAllThatWasQueued",
    "MUST-60": "EngineTransfer.NagleCollectsSmallWritesUnlessSwitchedOff",
    "MUST-61": "EngineTransfer.LargeSendsGoOutInFullSegmentsAndTheLastIsPushed",
    "MUST-62": "EngineUrgent.WhatWeSendNamesTheOctetBehindTheLast",
    "MUST-63": "EngineArrival.ASynFromNoSingleHostIsIgnored",
    "MUST-64": "EngineWindowScale.OnAnySegmentButASynTheOptionMeansNothing",
    "MUST-65": "EngineMusts.OnlyASynCarriesTheMssOption",
    "MUST-66": "EngineReset.AClosedWindowStillTakesARst",
    "MUST-67": "EngineOpen.APassiveOpenAnswersASynWithSynAckAndItsMss",
    "MUST-68": "EngineMusts.OurOptionsFitTheirLengthsAndEndInZeros",
    "MUST-69": "EngineMusts.OurOptionsFitTheirLengthsAndEndInZeros",
    "SHLD-1": "EngineInitialSequence.OneBitOfTheTupleTurnsHalfOfTheIsn",
    "SHLD-2": "EngineReset.ARstWithTextOnTopResetsToo",
    "SHLD-4": "EngineReopening.ANewerTimestampOpensWhateverTheSequenceNumber",
    "SHLD-9": "EngineRetransmission.AtR1WhoAskedIsToldAndTheConnectionStays",
    "SHLD-10": "EngineRetransmission.AtR1WhoAskedIsToldAndTheConnectionStays",
    "SHLD-11": "EngineRetransmission.ByDefaultItLastsLongerThanAHundredSeconds",
    "SHLD-14": "EngineTransfer.OurRightEdgeNeverMovesBack",
    "SHLD-15": "EngineTransfer.AShrunkWindowStopsNewTextOnly",
    "SHLD-16": "EngineTransfer.AShrunkWindowStopsNewTextOnly",
    "SHLD-17": "EngineTransfer.WhatLiesBeyondAShrunkWindowEndsNothingWhileThePeerAnswers",
    "SHLD-18": "EngineTransfer.EverySecondSegmentIsAcknowledgedAtOnceAndALoneOneLater",
    "SHLD-20": "EngineRetransmission.AtR1WhoAskedIsToldAndTheConnectionStays",
    "SHLD-21": "EngineCalls.TtlAndDscpAreOnTheWire",
    "SHLD-22": "EngineCalls.TtlAndDscpAreOnTheWire",
    "SHLD-24": "EngineSourceRoute.ALaterRouteCounts",
    "SHLD-27": "EngineTransfer.WhatWasPushedPieceByPieceGoesOutInFullSegments",
    "MAY-1": "EngineClose.TextAfterCloseIsReset",
    "MAY-3": "EngineOpen.APassiveOpenAnswersASynWithSynAckAndItsMss",
    "MAY-5": "EngineKeepAlive.IsOffByDefault",
    "MAY-7": "EngineTransfer.AShrunkWindowStopsNewTextOnly",
    "MAY-8": "EngineTransfer.AClosedWindowStillTakesAcks",
    "MAY-12": "EngineReset.AckOutsideTheRangeIsAnsweredAndItsTextDropped",
    "MAY-13": "EngineTransfer.TextOutOfOrderIsAcknowledgedAtOnceAndSoIsTheGapFilled",
    "MAY-16": "EngineTransfer.NagleCollectsSmallWritesUnlessSwitchedOff",
    "REC-1": "EngineWindowScale.MoreThanSixteenBitsOfWindowAreUsed",
    "9293-3.1-rsrvd-tx": "EngineMusts.OurOptionsFitTheirLengthsAndEndInZeros",
    "9293-3.5.3-rst-ack": "matrix: ESTABLISHED / RST+ACK exact, ack bad (future)",
    "9293-3.6-no-second-fin": "EngineClose.ClosingAgainSendsNoSecondFin",
    "9293-3.6-tw-pure-ack": "matrix: TIME-WAIT / ACK ok (=SND.NXT)",
    "9293-3.8.6.1-probe": "EngineTransfer.AClosedWindowIsProbedAndTheTransferGoesOn",
    "9293-3.8.6.1-rx": "EngineTransfer.OurWindowClosesAndOpensAgainInOneStep",
    "9293-3.9-mlst": "EngineOpen.AnAcceptedConnectionNamesItsEnds",
    "9293-3.10.7-synsent-ackrange": "matrix: SYN-SENT / SYN+ACK bad ack (future)",
    "9293-3.10.7-synrcvd-syn": "EngineOpen.ASynInTheWindowSendsAPassiveSynReceivedBackToListen",
    "9293-3.10.7-fin-unsync": "matrix: SYN-SENT / FIN+ACK (ack=SND.NXT)",
    "9293-3.10.7-zero-wnd-ack": "EngineTransfer.AClosedWindowStillTakesAcks",
    "9293-A.2": "EnginePairs.TwoThatProbeEachOtherMoveAgain",
    "RFC5961-4.2-c": "EngineReset.ASynIsChallengedWhereverItIs",
    "RFC5961-5.2-c": "EngineWindowScale.HowOldAnAckMayBeFollowsTheLargestWindowAsScaled",
    "RFC5961-5.2-d": "EngineReset.AckOutsideTheRangeIsAnsweredAndItsTextDropped",
    "RFC5961-7-b": "EngineReset.HowManyChallengesAreAllowedCanBeTold",
    "RFC5961-10-a": "EngineReset.ChallengesAreThrottled",
    "RFC7323-2.2-a": "EngineWindowScale.WithoutItInTheAnswerNeitherSideScales",
    "RFC7323-2.2-b": "EngineWindowScale.WithoutItInTheAnswerNeitherSideScales",
    "RFC7323-2.3-d": "EngineWindowScale.OurWindowIsSentScaledAndItsEdgeKeptWhole",
    "RFC7323-2.3-f": "EngineWindowScale.ThePeersWindowIsScaledBehindItsSynAndAboveFourteenMeansFourteen",
    "RFC7323-2.4-a": "EngineWindowScale.AnEdgeThatMovesBackByLessThanTheScaleStallsNothing",
    "RFC7323-2.4-b": "EngineWindowScale.OurWindowIsSentScaledAndItsEdgeKeptWhole",
    "RFC7323-2.4-c": "EngineWindowScale.OurWindowIsSentScaledAndItsEdgeKeptWhole",
    "RFC7323-2.4-d": "EngineTransfer.AShrunkWindowStopsNewTextOnly",
    "RFC7323-2.4-e": "EngineTransfer.AShrunkWindowStopsNewTextOnly",
    "RFC7323-3.2-c": "EngineTimestamps.TheEchoOfASegmentWithoutAckMeansNothing",
    "RFC7323-3.2-f": "EngineTimestamps.OurResetsCarryThemToo",
    "RFC7323-3.2-g": "EngineTimestamps.ASegmentWithoutThemIsDroppedInSilenceAndTheConnectionStays",
    "RFC7323-3.2-i": "EngineTimestamps.WithoutThemInTheSynNoneAreSentAndLaterOnesMeanNothing",
    "RFC7323-4.1-b": "EngineTimestamps.OnlyAnAckOfNewTextIsASample",
    "RFC7323-4.3-a": "EngineTimestamps.ADelayedAckEchoesTheEarliestNotAcknowledged",
    "RFC7323-4.3-b": "EngineTimestamps.AcrossAHoleTheEchoStaysUntilItIsFilled",
    "RFC7323-4.3-c": "EngineTimestamps.AcrossAHoleTheEchoStaysUntilItIsFilled",
    "RFC7323-5.2-a": "EngineTimestamps.AResetInAnswerEchoesWhatItAnswers",
    "RFC7323-5.2-b": "EngineTimestamps.AResetIsNeverTooOld",
    "RFC7323-5.3-order": "EngineTimestamps.AnOlderOneOutsideTheWindowIsAnsweredOnce",
    "RFC7323-5.3-once": "EngineTimestamps.WhatIsHeldIsNotLookedAtAgainWhenItsTurnComes",
    "RFC7323-5.5-a": "EngineTimestamps.AnOldTimestampSaysNothingAfterTwentyFourDays",
    "RFC7323-7.1-a": "EngineTimestamps.TheClockTicksEachMillisecondAndEachConnectionHasItsOwnOffset",
    "RFC7323-2.3-e": "EngineWindowScale.OurOwnShiftIsFourteenAtMost",
    "RFC7323-3.2-a": "EngineTimestamps.OurSynEchoesNothing",
    "RFC7323-3.2-b": "EngineTimestamps.ADelayedAckEchoesTheEarliestNotAcknowledged",
    "RFC7323-5.4-a": "EngineTimestamps.TheClockTicksEachMillisecondAndEachConnectionHasItsOwnOffset",
    "RFC6298-2.2": "EngineRetransmission.TheFirstSampleSetsAll",
    "RFC6298-2.3": "EngineRetransmission.TheTimeoutFollowsRfc6298",
    "RFC6298-2.3-ab": "EngineRetransmission.TheTimeoutFollowsRfc6298",
    "RFC6298-2.5": "EngineRetransmission.TheTimeoutStopsGrowingAtAMinute",
    "RFC6298-3-rate": "EngineRetransmission.TheTimeoutFollowsRfc6298",
    "RFC6298-5.7": "EngineRetransmission.ALostSynMakesTheFirstTimeoutThreeSeconds",
    "RFC6298-5.1-5.3": "EngineRetransmission.TheTimerStartsAgainWithEachAckOfNewText",
    "RFC6191-2-ts-newer": "EngineReopening.ANewerTimestampOpensWhateverTheSequenceNumber",
    "RFC6191-2-ts-equal": "EngineReopening.TheSameTimestampOrNoneNeedsAHigherSequenceNumber",
    "RFC6191-2-ts-none-new": "EngineReopening.TheSameTimestampOrNoneNeedsAHigherSequenceNumber",
    "RFC6191-2-ts-else": "EngineReopening.AnOlderTimestampOpensNothing",
    "RFC6191-2-nots-ts": "EngineReopening.WhereTheOldConnectionHadNoneATimestampIsEnough",
    "RFC6191-2-nots-seq": "matrix: TIME-WAIT / SYN right of window",
    "RFC6191-2-nots-else": "matrix: TIME-WAIT / SYN dup (seq=IRS)",
    "RFC1337-1-twa": "EngineReopening.AResetEndsItUnlessTheHostWasToldOtherwise",
    "RFC6528-3-a": "EngineArrival.InitialSequenceNumbersFollowAClockOfFourMicroseconds",
    "RFC6528-3-b": "EngineInitialSequence.AnotherSecretGivesUnrelatedIsns",
    "RFC6093-4-a": "EngineUrgent.WhatWeSendNamesTheOctetBehindTheLast",
    "RFC6093-5-b": "EngineUrgent.TheApplicationIsToldUntilItHasReadPastThePointer",
}

# Not tested, and why.
REASONS = {
    "SHLD-13": "asked of applications",
    "SHLD-6": "the engine has one link, of one MTU",
    "SHLD-8": "the engine has no ECN",
    "SHLD-23": "asked of applications",
    "MAY-4": "not made use of: each datagram has its own identification",
    "MAY-6": "not made use of: keep-alives carry nothing",
    "MAY-9": "not made use of",
    "MAY-10": "not made use of: the option is passed over",
    "MAY-11": "not made use of: the option is passed over",
    "MAY-14": "not made use of: sockets have no such call",
    "MAY-15": "not made use of: each send pushes",
    "MAY-17": "not made use of: sockets have no way to say it",
    "MAY-18": "not made use of: the engine has NewReno alone",
    "9293-3.4.3-quiet": "an engine that starts has no memory that it could have lost",
    "9293-3.5.2-rst-timewait": "a should in lower case that 3.10.5 and 3.10.7.4 contradict: they delete the TCB",
    "RFC1337-3-F2": "another cure for what RFC1337-3-F1 cures, which the engine has",
    "RFC6093-3.x-mb": "says what others do",
    "RFC6093-5-a": "asked of applications",
    "RFC6093-6-a": "asked of applications; the engine keeps urgent text in line whatever they ask",
}

RFCS = {"9293", "5961", "7323", "6298", "6528", "6191", "1337", "6093"}


def rows():
    """Their levels, by id."""
    text = (SOURCE / "harness/rules/catalogue.cc").read_text()
    return {row: level for row, rfc, level in re.findall(r'^    {"([^"]+)", "(\d+)", "[^"]*", (\w+),', text, re.M) if rfc in RFCS}


def scenarios():
    named = set()
    for path in (SOURCE / "scenarios").glob("*/*.pkt"):
        for line in path.read_text().splitlines():
            if line.startswith("rules:"):
                named.update(re.split(r"[,\s]+", line.removeprefix("rules:").strip()))
    return named


def tests():
    named = set()
    for path in (SOURCE / "tests/unit").rglob("*_test.cc"):
        for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s+(\w+)\)", path.read_text(), re.M):
            named.add(f"{suite}.{name}")
    return named


def cells():
    """Of `lastack matrix`, which matrix_test.py holds against a reading of the RFCs."""
    states = re.findall(r'"([A-Z0-9+a-z-]+)"', (SOURCE / "harness/matrix/state.cc").read_text())
    probes = [line.split("\t")[0] for line in (SOURCE / "tests/golden/matrix/probes.tsv").read_text().splitlines()[1:]]
    return {f"matrix: {state} / {probe}" for state in states for probe in probes}


class Requirements(unittest.TestCase):
    def test_each_has_a_scenario_a_test_or_a_reason(self):
        self.assertEqual(len(rows()), 251)
        self.assertEqual(sum(row.startswith("MUST-") for row in rows()), 69)
        missing = rows().keys() - scenarios() - TESTS.keys() - REASONS.keys()
        self.assertEqual(sorted(missing), [])

    def test_no_must_of_a_host_has_only_a_reason(self):
        excused = {row for row in REASONS if rows()[row] in ("Must", "MustNot")}
        self.assertEqual({row for row in excused if not REASONS[row].startswith("asked of applications")}, set())

    def test_what_is_named_is_there(self):
        self.assertEqual(len(cells()), 13 * 53)
        self.assertEqual(sorted(set(TESTS.values()) - tests() - cells()), [])
        self.assertEqual(sorted((TESTS.keys() | REASONS.keys()) - rows().keys()), [])

    def test_no_reason_excuses_what_is_tested(self):
        self.assertEqual(sorted(REASONS.keys() & (scenarios() | TESTS.keys())), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
