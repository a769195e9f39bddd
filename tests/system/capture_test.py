"""`lastack run --report pcapng`, as tshark reads it: no packet malformed but those a script made so, a
comment at every one; and `lastack trace`, which reads captures back."""

import json
import re
import shutil
import struct
import tempfile
from pathlib import Path

import harness

if not shutil.which("tshark"):
    harness.skip("tshark is not installed (apt-get install tshark)")


def run(folder, *words):
    done = harness.run(harness.LASTACK, "run", *words, "--out", folder, "--report", "text,pcapng", "--scenarios",
                       harness.SOURCE / "scenarios", timeout=110)
    assert done.returncode in (0, 1, 3), done
    return sorted(Path(folder, "pcapng").rglob("*.pcapng"))


def packets(file, *fields):
    """[{field: value}] of every frame, as tshark dissects it."""
    words = [word for field in fields for word in ("-e", field)]
    # Port 8080 would be HTTP to it, which our octets are not.
    done = harness.run("tshark", "-n", "-r", file, "--disable-protocol", "http", "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
                       "-T", "json", *words, env={"HOME": "/nonexistent"})
    assert done.returncode == 0, done
    return [{field: frame["_source"]["layers"].get(field, []) for field in fields} for frame in json.loads(done.stdout)]


def test_whole_suites_open_without_a_malformed_packet():
    with tempfile.TemporaryDirectory() as folder:
        files = run(folder, "handshake", "close", "reset", "options", "retransmission", "icmp")
        assert len(files) >= 20, files
        # A pcapng file is a row of sections, so that one reader can see them all: each takes long to begin.
        whole = Path(folder, "whole.pcapng")
        whole.write_bytes(b"".join(file.read_bytes() for file in files))
        frames = packets(whole, "_ws.malformed", "frame.comment", "frame.interface_name", "tcp.flags", "tcp.checksum.status",
                         "frame.protocols")
        for frame in frames:
            assert not frame["_ws.malformed"], frame
            assert frame["frame.comment"] and frame["frame.comment"][0].startswith("#"), frame
            assert frame["frame.interface_name"][0] in ("peer", "target"), frame
            assert frame["tcp.flags"] or "icmp" in frame["frame.protocols"][0], frame
        assert len(frames) > 200, len(frames)


def test_what_was_made_malformed_on_purpose_is_seen_so():
    with tempfile.TemporaryDirectory() as folder:
        odd = 0
        for file in run(folder, "malformed"):
            odd += any(frame["_ws.malformed"] or frame["_ws.expert.message"]
                       for frame in packets(file, "_ws.malformed", "_ws.expert.message"))
        assert odd > 0, "nobody sees what the malformed scenarios send"


def test_a_failure_stands_at_its_packet_with_its_requirement_and_the_links_decisions():
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "wrong.pkt")
        script.write_text('// Wrong\nrules: RFC5681-4.2-500\nfaults: drop SYN nth 1\nuse "preamble/passive.pkt"\n'
                          "+.1 < P. 1:6(5) ack 1 win 65535\n+0~+.5 > . 1:1(0) ack 7\n")
        files = run(Path(folder, "out"), script)
        assert [file.name for file in files] == ["wrong.pcapng"], files
        comments = [comment for frame in packets(files[0], "frame.comment") for comment in frame["frame.comment"]]
        text = "\n".join(comments)
        assert "link: dropped" in text, text
        assert re.search(r"fail: .*RFC5681-4\.2-500", text), text
        info = harness.run("capinfos", files[0]).stdout
        for fact in ("verdict: fail", "seed=1", "rule=RFC5681-4.2-500"):
            assert fact in info, info


def test_what_was_written_is_read_back():
    with tempfile.TemporaryDirectory() as folder:
        file = run(folder, "close/last_ack_lost")[0]
        trace = Path(folder, "traces/close/last_ack_lost.trace").read_text()
        done = harness.run(harness.LASTACK, "trace", file)
        assert done.returncode == 0, done
        octets = lambda text: [words[0] for words in re.findall(r"(?:peer-)?packet [<>] id=#\d+ ((= #\d+|[0-9a-f]+))", text)]
        sent = [word for word in octets(trace) if not word.startswith("=")]
        assert len(sent) > 3 and set(sent) == {word for word in octets(done.stdout) if not word.startswith("=")}
        assert "S 0:0(0)" in done.stdout or "; S " in done.stdout, done.stdout


def judged(file, folder):
    """What `judge` says of a capture: (status, output)."""
    trace = Path(folder, "judged.trace")
    trace.write_text(harness.run(harness.LASTACK, "trace", file).stdout)
    done = harness.run(harness.LASTACK, "judge", trace)
    return done.returncode, done.stdout


def test_what_a_capture_does_not_show_is_no_failure():
    """No calls, that is: nobody knows whether one listens, reads or closes."""
    with tempfile.TemporaryDirectory() as folder:
        files = run(folder, "close", "handshake", "retransmission")
        assert len(files) > 10, files
        for file in files:
            if file.name == "open_to_a_group.pcapng":  # Where nothing was sent there is nothing to judge.
                done = harness.run(harness.LASTACK, "trace", file)
                assert done.returncode == 4 and "no datagram in it is from or to 192.0.2.1" in done.stderr, done
                continue
            status, said = judged(file, folder)
            assert status == 3 and said.startswith("inconclusive  "), (file, said)
            assert "a capture shows no calls of the application" in said, said
            # Each segment is seen at both ends of the link; the copies of these are none of ours.
            if file.name == "simultaneous.pcapng":
                assert "->" in said and "has not arrived" not in said and "the copy" not in said, said


def test_a_segment_of_wrong_form_is_one_in_a_capture_too():
    with tempfile.TemporaryDirectory() as folder:
        file, = run(folder, "close/simultaneous")
        octets = bytearray(file.read_bytes())
        answer = octets.index(bytes.fromhex("c0000201c6336401"), octets.index(b"target"))
        octets[answer + 8 + 13] ^= 4  # RST, which its checksum does not count.
        file.write_bytes(octets)
        status, said = judged(file, folder)
        assert status == 1 and "a checksum that verifies" in said, said


def test_another_tools_capture_is_read_and_what_is_none_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        syn = bytes.fromhex("4500002800004000400650c5c6336401c0000201" "03e807d000000001000000005002ffff00000000")
        file = Path(folder, "x.pcap")
        file.write_bytes(struct.pack("<IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101, 1, 2, len(syn), len(syn)) + syn)
        done = harness.run(harness.LASTACK, "trace", file)
        assert done.returncode == 0 and "local=192.0.2.1" in done.stdout and syn.hex() in done.stdout, done
        assert harness.run(harness.LASTACK, "trace", file, "--target", "192.0.2.9").returncode == 4
        assert harness.run(harness.LASTACK, "trace", file, "--target", "x").returncode == 2
        file.write_bytes(b"no capture at all, but long enough")
        done = harness.run(harness.LASTACK, "trace", file)
        assert done.returncode == 4 and "x.pcap: octet 0:" in done.stderr, done


harness.main()
