"""The Python package, from Python: segments, whole runs, a target step by step, and what is said when it is wrong."""

import json
import pickle
import sys
import tempfile
from pathlib import Path

import harness

try:
    import lastack
except ImportError as missing:
    harness.skip(f"the Python package is not built ({missing}): python3-dev or pybind11-dev is missing")

SUITE = str(harness.SOURCE / "scenarios")
OPEN = ('use "preamble/listen.pkt"\n+0 < S 4294967290:4294967290(0) win 65535 <mss 1460>\n'
        "+0 > S. 0:0(0) ack 4294967291 <...>\n")


def raises(kind, function, *arguments, **options):
    try:
        function(*arguments, **options)
    except kind as error:
        return error
    raise AssertionError(f"{function} raised no {kind}")


def session(target="engine", **options):
    return lastack.Session(target, scenarios=SUITE, **options)


def test_a_segment_is_crafted_and_read_back():
    syn = lastack.Segment("S 7:7(0) win 65535 <mss 1460,nop,wscale 7,TS val 5 ecr 0,sackOK>")
    read = lastack.Segment.parse(bytes(syn))
    assert read == syn and hash(read) == hash(syn) and str(read) == str(syn), (read, syn)
    assert (read.seq, read.flags, read.window, read.mss, read.window_scale) == (7, "S", 65535, 1460, 7)
    assert read.timestamps == (5, 0) and read.sack_permitted and read.checksum_ok and read.payload == b""
    assert [kind for kind, _ in read.options] == [2, 1, 3, 8, 4] and read.options[0][1] == b"\x05\xb4"
    assert syn != lastack.Segment("S 8:8(0) win 65535") and syn != "S"


def test_a_payload_and_endpoints_are_the_callers():
    one = lastack.Segment("P. 1:4(3) ack 1 win 9", source="[2001:db8::1]:7", destination="[2001:db8::2]:8", payload=b"abc")
    assert one.payload == b"abc" and one.source == "[2001:db8::1]:7" and bytes(one)[0] >> 4 == 6
    error = raises(lastack.WireError, lastack.Segment, "P. 1:4(3) ack 1 win 9", payload=b"abcd")
    assert str(error) == "the payload has 4 octets, and the notation says (3)"
    raises(lastack.UsageError, lastack.Segment, "S 1:1(0) win 9", source="198.51.100.1")


def test_what_is_illegal_goes_out_too():
    broken = lastack.Segment("SF 1:1(0) win 0 {doff 3, checksum bad}")
    assert broken.data_offset == 3 and not broken.checksum_ok and broken.flags == "FS"


def test_an_icmp_error_quotes_a_segment():
    sent = lastack.Segment("P. 7:107(100) ack 1 win 9", source="192.0.2.1:8080", destination="198.51.100.1:40000")
    error = lastack.Icmp("unreachable frag_needed mtu 600", sent)
    assert lastack.Icmp.parse(bytes(error)) == error and hash(lastack.Icmp.parse(bytes(error))) == hash(error)
    assert (error.type, error.code, error.mtu, error.checksum_ok) == (3, 4, 600, True), error
    assert (error.source, error.destination) == ("198.51.100.1", "192.0.2.1"), error
    assert error.quote == bytes(sent)[:28], error.quote
    assert (error.quoted_source, error.quoted_destination, error.quoted_seq) == (sent.source, sent.destination, 7)
    assert str(error) == "icmp unreachable frag_needed mtu 600 [seq 7]", error
    assert lastack.Icmp("time_exceeded", sent, source="10.0.0.1").source == "10.0.0.1"
    assert not lastack.Icmp("time_exceeded {checksum bad}", sent).checksum_ok
    six = lastack.Segment("S 1:1(0) win 9", source="[2001:db8::1]:7", destination="[2001:db8::2]:8")
    assert (lastack.Icmp("unreachable frag_needed mtu 1300", six).type, lastack.Icmp("time_exceeded", six).mtu) == (2, None)
    for wrong, says in (("unreachble", "did you mean `unreachable`?"), ("time_exceeded [7:7(0)]", "the segment it is given"),
                        ("echo_request", "not supported yet"), ("time_exceeded win 5", "an ICMP code")):
        assert says in str(raises(lastack.ScriptError, lastack.Icmp, wrong, sent)), wrong
    assert str(raises(lastack.ScriptError, lastack.Icmp, "source_quench", six)) == "IPv6 has no ICMP `source_quench`"
    raises(lastack.UsageError, lastack.Icmp, "time_exceeded", sent, source="2001:db8::9")
    raises(lastack.WireError, lastack.Icmp.parse, bytes(sent))
    assert "lastack.Icmp" in str(raises(lastack.ScriptError, lastack.Segment, "icmp time_exceeded"))
    raises(lastack.ScriptError, lastack.Segment, "[to multicast] S 1:1(0) win 9")


def test_a_session_sends_icmp_errors():
    with session() as tcp:
        tcp.play("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
                 "+0 connect(4, ..., ...) = -1 EINPROGRESS\n+0 > S 0:0(0) <...>")
        tcp.send("icmp time_exceeded [0:0(0)]")
        assert tcp.state() == "SYN-SENT"
        tcp.send("icmp unreachable port_unreachable")
        assert tcp.state() == "CLOSED"
        assert any(record.text.startswith("icmp unreachable port_unreachable") for record in tcp.trace)
    with session(ip="v6") as tcp:
        assert "IPv6 has no ICMP" in str(raises(lastack.ScriptError, tcp.send, "icmp source_quench"))


def test_a_difference_is_told_field_by_field():
    answer = lastack.Segment("S. 5:5(0) ack 8 win 100 <mss 1460>")
    assert answer.mismatches("S. 5:5(0) ack 8 <...>") == []
    assert answer.mismatches("S. 6:6(0) ack 9 <...>") == [("seq", "6", "5"), ("ack", "9", "8")]


def test_octets_that_are_no_segment_are_named():
    assert "shorter" in str(raises(lastack.WireError, lastack.Segment.parse, b"E"))
    udp = bytearray(bytes(lastack.Segment("S 1:1(0) win 1")))
    udp[9] = 17
    assert str(raises(lastack.WireError, lastack.Segment.parse, bytes(udp))) == "no TCP: the IP protocol is 17"
    for octets in (b"\x20\x00", b"\x00\x01"):  # The first fragment, and a later one, which begins with no header.
        fragment = bytearray(bytes(lastack.Segment("S 1:1(0) win 1")))
        fragment[6:8] = octets
        error = raises(lastack.WireError, lastack.Segment.parse, bytes(fragment))
        assert str(error) == "no TCP segment: it is a fragment of a datagram", error


def test_errors_are_the_sentences_of_the_command():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bad.pkt"
        file.write_text("0 sokcet(...) = 3\n")
        said = harness.run(harness.LASTACK, "run", file).stderr
        assert str(raises(lastack.ScriptError, lastack.run, file)) in said, said
    said = harness.run(harness.LASTACK, "run", "--target", "lunix").stderr
    assert str(raises(lastack.UsageError, lastack.run, SUITE + "/close/simultaneous.pkt", "lunix", scenarios=SUITE)) in said
    said = harness.run(harness.LASTACK, "run", "no.pkt").stderr
    assert str(raises(lastack.UsageError, lastack.run, "no.pkt")) in said
    assert "segment:1:" in str(raises(lastack.ScriptError, lastack.Segment, "S 1:1(0) wim 5"))
    for kind in ("ScriptError", "UsageError", "WireError", "HostError", "Mismatch"):
        assert issubclass(getattr(lastack, kind), lastack.Error)


def test_a_scenario_runs_and_gives_objects():
    result = lastack.run(SUITE + "/close/simultaneous.pkt", scenarios=SUITE, seed=7)
    assert result.verdict is lastack.Verdict.PASS and result.ok and result.findings == ()
    assert result.scenario == "close/simultaneous" and result.rules == ("9293-3.6-simclose",) and result.seed == 7
    assert [record.kind for record in result.trace][:1] == ["start"] and result.trace[-1].kind == "end"
    syn, = [s for s in result.trace.segments("<") if s.flags == "S"]
    assert syn.seq == 4294967290 and len(result.trace.segments()) == result.segments
    again = lastack.run(SUITE + "/close/simultaneous.pkt", scenarios=SUITE, seed=7)
    assert again.trace == result.trace and str(again.trace) == str(result.trace)
    assert lastack.Trace.from_text(str(result.trace)) == result.trace
    raises(lastack.ScriptError, lastack.Trace.from_text, "no trace\n")


def test_a_run_is_what_the_command_makes_of_it():
    with tempfile.TemporaryDirectory() as folder:
        done = harness.run(harness.LASTACK, "run", "reset/exact", "--seed", "9", "--scenarios", SUITE, "--out", folder)
        assert done.returncode == 0, done
        trace = (Path(folder) / "traces/reset/exact.trace").read_text()
    assert str(lastack.run(SUITE + "/reset/exact.pkt", scenarios=SUITE, seed=9).trace) == trace


def test_a_result_is_that_of_the_command():
    """Also of a script that says itself what it is played over."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "six.pkt"
        file.write_text("rules: MUST-13\n--ip_version=ipv6\n\n" + OPEN + "+1 < . 1:1(0) ack 1 win 65535\n")
        done = harness.run(harness.LASTACK, "run", file, "--scenarios", SUITE, "--seed", "3", "--out", f"{folder}/out")
        told = json.loads((Path(folder) / "out/results.jsonl").read_text())
        ours = json.loads(lastack._core.run_file(str(file), "engine", None, 3, "v4", False, SUITE, ""))
        assert told["ip"] == "v6" and told["played_ns"] > 0, (done, told)
        del ours["trace"], ours["ladder"], told["ladder"], told["selector"], ours["selector"]
        assert ours == told
        assert lastack.run(file, scenarios=SUITE).ip == "v6"
    with session(ip="mapped") as tcp:
        tcp.play(OPEN)
        tcp.advance(1)
        told = json.loads(tcp._local.finish())
    assert told["ip"] == "mapped" and told["played_ns"] == told["span_ns"] >= 1e9, told


def test_a_failure_has_its_finding():
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "wrong.pkt"
        file.write_text("rules: MUST-13\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = 7\n")
        result = lastack.run(file)
    finding = result.findings[0]
    assert not result.ok and finding.place == "wrong.pkt:3:1" and finding.requirements == ("MUST-13",), result
    assert finding.verdict == "fail" and "7" in finding.expected and result.ladder, finding


def converse(target, **options):
    with session(target, **options) as tcp:
        assert tcp.state() == "CLOSED"
        tcp.play(OPEN)
        assert tcp.state() == "SYN-RECEIVED" and tcp.state(3) == "LISTEN"
        tcp.send(". 1:1(0) ack 1 win 65535", after=0.01)
        fd = tcp.call("accept(3, ..., ...)").result
        assert tcp.state(fd) == "ESTABLISHED" and tcp.status()["state"] == "ESTABLISHED"
        tcp.send("P. 1:6(5) ack 1 win 65535")
        tcp.expect(". 1:1(0) ack 6", within=0.5)
        reply = tcp.call(f"read({fd}, ..., 100)")
        assert reply.result == 5 == len(reply.data) and reply.error == "", reply
        tcp.call("fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0")
        error = raises(lastack.Mismatch, tcp.call, "accept(3, ..., ...) = 7")
        assert "EAGAIN" in str(error), error
        tcp.call(f"write({fd}, ..., 10) = 10")
        tcp.advance(0.05)
        data, = tcp.received()
        assert len(data.payload) == 10 and tcp.received() == []
        before = tcp.now
        tcp.advance(0.05)
        assert tcp.now >= before + 0.05
        tcp.send(". 6:6(0) ack 11 win 65535")
        tcp.silence(0.05)
        return tcp.result()


def test_a_target_is_talked_to_step_by_step():
    result = converse("engine")
    assert result.verdict is lastack.Verdict.FAIL and result.findings[0].text.startswith("expected"), result
    assert len(result.trace.segments(">")) == 3
    assert str(converse("engine").trace) == str(result.trace)
    assert converse("engine", ip="v6").trace.segments()[0].source.startswith("[2001:db8:")


def test_a_kernel_is_talked_to_step_by_step():
    try:
        result = converse("linux")
    except lastack.UsageError as error:
        harness.skip(str(error))
    assert len(result.trace.segments(">")) == 3 and result.target == "linux", result
    assert lastack.run(SUITE + "/reset/exact.pkt", "linux", scenarios=SUITE).ok


def test_a_mismatch_tells_what_came_and_the_session_goes_on():
    with session() as tcp:
        tcp.play(OPEN)
        error = raises(lastack.Mismatch, tcp.expect, "R 1:1(0)", within=0.1)
        assert str(error).startswith("`+0~+") and "> R 1:1(0)`: expected " in str(error), error
        assert isinstance(error, AssertionError) and error.found.startswith("S. 0:0(0)"), error.found
        tcp.send(". 1:1(0) ack 1 win 65535")
        assert tcp.state() == "ESTABLISHED"
        copy = pickle.loads(pickle.dumps(error))
        assert (str(copy), copy.expected, copy.found) == (str(error), error.expected, error.found)


def test_the_line_that_was_not_met_is_told():
    with session() as tcp:
        tcp.play('use "preamble/listen.pkt"')
        error = raises(lastack.Mismatch, tcp.play, "+0 state(3) LISTEN\n\n  +0 state(3) CLOSED\n+0 state(3) LISTEN")
        assert str(error).startswith("`+0 state(3) CLOSED`: expected "), error


def test_what_was_expected_is_given_back_as_it_came():
    with session() as tcp:
        tcp.play('use "preamble/listen.pkt"')
        tcp.send("S 0:0(0) win 65535 <mss 1460,nop,wscale 7>")
        syn = tcp.expect("S. 0:0(0) ack 1 <...>")
        assert isinstance(syn, lastack.Segment) and syn.flags == "S." and syn.mss == 1460, syn
        assert syn.window_scale is not None and syn.timestamps is None and not syn.sack_permitted, syn


def test_a_scenario_of_the_suite_is_run_by_its_id():
    by_id = lastack.run("close/simultaneous", scenarios=SUITE)
    assert by_id.ok and by_id.trace == lastack.run(SUITE + "/close/simultaneous.pkt", scenarios=SUITE).trace
    assert "`close/simultan`" in str(raises(lastack.UsageError, lastack.run, "close/simultan", scenarios=SUITE))


def test_what_came_before_it_was_asked_for_counts():
    with session() as tcp:
        tcp.play('use "preamble/listen.pkt"')
        tcp.send("S 0:0(0) win 65535 <mss 1460>")
        tcp.advance(0.2)
        tcp.expect("S. 0:0(0) ack 1 <...>")


def test_faults_and_rules_are_those_of_scripts():
    with session(faults="drop from-target nth 1", rules=["MUST-13"]) as tcp:
        tcp.play('use "preamble/listen.pkt"')
        tcp.send("S 0:0(0) win 65535 <mss 1460>")
        tcp.silence(0.5)
        tcp.expect("S. 0:0(0) ack 1 <...>", within=1)
        result = tcp.result()
        assert result.ok and result.rules == ("MUST-13",), result
    assert "faults:1:" in str(raises(lastack.ScriptError, lastack.Session, faults="dorp FIN"))
    # Python counts characters.
    wrong = "delay 20ms \N{PLUS-MINUS SIGN} 5ms; drop FYN"
    assert f"faults:1:{wrong.index('FYN') + 1}: " in str(raises(lastack.ScriptError, lastack.Session, faults=wrong))
    assert "MUST-999" in str(raises(lastack.UsageError, lastack.Session, rules=["MUST-999"]))


def test_a_run_takes_faults_beside_those_of_its_script():
    script = SUITE + "/handshake/active.pkt"
    result = lastack.run(script, scenarios=SUITE, faults="drop RST; delay 1us to-target")
    assert [score.fault for score in result.faults] == ["drop RST", "delay 1us to-target"], result.faults
    assert result.faults[0].struck == 0 and result.faults[1].struck == result.faults[1].met > 0
    assert "faults:1:6" in str(raises(lastack.ScriptError, lastack.run, script, scenarios=SUITE, faults="drop FNI"))


def test_a_session_that_is_over_says_so():
    tcp = session()
    tcp.play(OPEN)
    result = tcp.result()
    assert result.ok and tcp.result() is result and tcp.trace == result.trace
    assert str(raises(lastack.UsageError, tcp.send, "R 1:1(0) win 0")) == \
        "the session is over: only result() and trace tell more of it"
    with session() as tcp:
        tcp.play(OPEN)
    raises(lastack.UsageError, tcp.state)
    assert tcp.result().ok and tcp.trace == tcp.result().trace and "SYN-SENT" not in tcp.result().ladder


def test_what_missed_its_mark_is_judged_behind_the_with_as_well():
    tcp = session()
    try:
        with tcp:
            tcp.play(OPEN)
            tcp.expect("R 1:1(0)")
    except lastack.Mismatch as mismatch:
        assert str(mismatch).count("> R 1:1(0)") == 1, mismatch
    assert tcp.result().verdict == lastack.Verdict.FAIL, tcp.result()
    # Whoever closed it asked for no judgement.
    with session() as closed:
        closed.close()
    assert "closed without being judged" in str(raises(lastack.UsageError, closed.result))


def test_what_is_asked_for_wrongly_is_told_in_a_sentence():
    most = 2**64 - 1
    for wrong in (-1, most + 1):
        for ask in (lambda: lastack.run("x", seed=wrong), lambda: lastack.Session(seed=wrong)):
            assert str(raises(lastack.UsageError, ask)) == f"a seed is a number from 0 to {most}, found {wrong}"
    near = str(raises(lastack.UsageError, lastack.run, "close/simultanous", scenarios=SUITE))
    assert near == f"`close/simultanous` is no file and no scenario of {SUITE}; did you mean `close/simultaneous`?", near


def test_steps_that_cannot_be_read_play_nothing():
    with session() as tcp:
        tcp.play(OPEN)
        before = len(tcp.trace)
        assert "step 2:2:" in str(raises(lastack.ScriptError, tcp.play, "+0 state SYN-RECEIVED\n+0 nonsense"))
        assert len(tcp.trace) == before
        raises(lastack.ScriptError, tcp.play, "rules: MUST-13\n+0 state SYN-RECEIVED")
        raises(lastack.UsageError, tcp.advance, -1.0)


def test_the_same_python_as_the_package_wants():
    assert sys.version_info >= (3, 9) and lastack.__version__ and lastack.targets()[:1] == ["engine"]


harness.main()
