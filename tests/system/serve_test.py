"""`lastack serve`: what it says, how it ends, and that nothing is left of it however it ends."""

import os
import signal
import subprocess
import time
from pathlib import Path

import harness
from served import ENGINE, need, pattern, serve


def start(*arguments):
    """The running program, once it serves, and what it said."""
    harness.need_kernel("tun")
    program = subprocess.Popen([harness.LASTACK, "serve", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = program.stdout.readline()
    assert line, program.communicate()[1]
    return program, line + program.stdout.readline()


def members(of):
    """Processes that live in this network namespace."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "ns/net") == of:
                found.append(entry.name)
        except OSError:
            pass
    return found


def test_another_program_gets_there_the_way_it_says():
    need("nsenter", "curl")
    program, said = start("source", "--port", "19", "--octets", "1000")
    try:
        assert f"serving source at {ENGINE}:19" in said, said
        way = said.split("nsenter ")[1].replace("PROGRAM", "").split()
        done = subprocess.run(["nsenter", *way, "curl", "-s", f"telnet://{ENGINE}:19"], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=20)
        assert done.stdout == pattern(1000), done
    finally:
        program.kill()
        program.communicate()


def test_a_signal_ends_it_in_order():
    for number in (signal.SIGINT, signal.SIGTERM):
        program, _ = start("discard", "--port", "9")
        program.send_signal(number)
        _, err = program.communicate(timeout=10)
        assert (program.returncode, err) == (0, ""), (program.returncode, err)


def test_nothing_is_left_when_it_is_killed():
    harness.need_kernel("tun")
    program = subprocess.Popen([harness.LASTACK, "serve", "echo", "--port", "7", "--", "bash", "-c",
                                "sleep 300 & sleep 300 & readlink /proc/self/ns/net; wait"], stdout=subprocess.PIPE, text=True)
    net = program.stdout.readline().strip()
    assert net, "it told nothing and served nobody"
    assert len(members(net)) >= 4, members(net)
    program.kill()
    program.wait()
    until = time.monotonic() + 20
    while members(net) and time.monotonic() < until:
        time.sleep(0.05)
    assert not members(net), members(net)


def test_the_commands_status_is_ours():
    harness.need_kernel("tun")
    for command, status in ((["true"], 0), (["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -TERM $$"], 143), (["no-such-command"], 127)):
        done = harness.run(harness.LASTACK, "serve", "echo", "--port", "7", "--", *command)
        assert done.returncode == status, (command, done)


def test_what_the_command_leaves_running_ends_with_it():
    out = serve("echo", "--port", "7", command="setsid sleep 300 & readlink /proc/self/ns/net")
    assert not members(out.strip())


def test_a_port_nobody_serves_refuses_and_echo_ends_when_the_peer_does():
    need("socat")
    out = serve("echo", "--port", "7", command=f"socat -u OPEN:/dev/null TCP:{ENGINE}:8 2>&1 | grep -o refused; "
                f"printf abc | socat -t 10 - TCP:{ENGINE}:7")
    assert out == "refused\nabc", out


def test_a_wrong_command_line_is_one_sentence():
    for words, part in (([], "echo"), (["ecko", "--port", "7"], "`echo`"), (["echo"], "--port"), (["echo", "--port", "0"], "--port"),
                        (["relay", "--port", "7"], "--to"), (["echo", "--port", "7", "--to", "1.2.3.4:5"], "--to"),
                        (["relay", "--port", "7", "--to", "1.2.3.4"], "`1.2.3.4`"), (["echo", "--port", "7", "--faults", "lose 5%"], "column 1"),
                        (["echo", "--port", "7", "--"], "command"), (["echo", "--port", "7", "ls"], "`ls`"),
                        (["echo", "--port", "7", "--engine-profile", "linux"], "linux"), (["echo", "--port", "7", "--octets", "5"], "source"),
                        (["echo", "--port", "7", "--mtu", "500"], "--mtu")):
        done = harness.run(harness.LASTACK, "serve", *words)
        assert done.returncode == 2 and part in done.stderr and done.stderr.count("\n") == (3 if "--faults" in words else 1), (words, done)


harness.main()
