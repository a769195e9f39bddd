#!/usr/bin/env python3
"""Every MUST of RFC 9293 has a scenario or a test that is about it, or a reason why it has none."""

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
}

# Not tested, and why.
REASONS = {}


def requirements():
    text = (SOURCE / "harness/rules/catalogue.cc").read_text()
    return set(re.findall(r'"(MUST-\d+)"', text))


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
        for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", path.read_text(), re.M):
            named.add(f"{suite}.{name}")
    return named


class Musts(unittest.TestCase):
    def test_each_has_a_scenario_a_test_or_a_reason(self):
        self.assertEqual(len(requirements()), 69)
        missing = requirements() - scenarios() - TESTS.keys() - REASONS.keys()
        self.assertEqual(sorted(missing), [])

    def test_what_is_named_is_there(self):
        self.assertEqual(sorted(set(TESTS.values()) - tests()), [])
        self.assertEqual(sorted((TESTS.keys() | REASONS.keys()) - requirements()), [])

    def test_no_reason_excuses_what_is_tested(self):
        self.assertEqual(sorted(REASONS.keys() & (scenarios() | TESTS.keys())), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
