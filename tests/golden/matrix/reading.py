"""What RFC 9293, 3.10.7, with RFC 5961 lets a TCP do in each cell of `lastack matrix`: a reading of the text, cell by cell.

Written from the RFC alone; it shares nothing with the engine or with what any TCP was seen to do. For a cell it gives the
list of answers that the text allows, most literal first, each with the sentence it rests on. Delayed ACKs are off, and each
segment comes first after a silence, so that no throttle excuses an answer.
"""

from dataclasses import dataclass

MAX_SND_WND = 65535  # The peer never offered another.
ACK = "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=.>"
RESET = "<SEQ=SEG.ACK><CTL=R>"
SYNCHRONIZED = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT")
RECEIVING = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2")  # The peer's FIN has not come.


@dataclass(frozen=True)
class Answer:
    emitted: tuple
    next_state: str
    delivered: int = 0
    application: tuple = ("",)  # Any of these.
    why: str = ""


@dataclass
class Numbers:
    rcv_nxt: int = 10_000_000
    rcv_wnd: int = 60_000
    irs: int = 9_999_999
    snd_una: int = 30_000_000
    snd_nxt: int = 30_000_000


@dataclass
class Segment:
    seq: int
    ack: int
    bits: frozenset
    octets: int

    def has(self, bit):
        return bit in self.bits

    @property
    def length(self):
        return self.octets + self.has("SYN") + self.has("FIN")


def numbers_of(state):
    n = Numbers()
    if state in ("CLOSED", "LISTEN"):
        return Numbers(rcv_nxt=1000, rcv_wnd=65535, irs=999, snd_una=5000, snd_nxt=5000)
    if state == "SYN-SENT":
        n.irs = n.rcv_nxt
    if state in ("CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"):
        n.irs -= 1  # A FIN came, too.
    if state.startswith("SYN-") or state in ("FIN-WAIT-1", "CLOSING", "LAST-ACK"):
        n.snd_nxt += 1
    if state == "ESTABLISHED+unacked":
        n.snd_nxt += 10
    return n


def place(text, n):
    """'RCV.NXT+RCV.WND-10' as a number."""
    names = {"RCV.NXT": n.rcv_nxt, "RCV.WND": n.rcv_wnd, "IRS": n.irs, "SND.NXT": n.snd_nxt, "SND.UNA": n.snd_una}
    value, sign = 0, 1
    for word in text.replace("+", " + ").replace("-", " - ").split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            value += sign * (names[word] if word in names else int(word))
    return value


def segment_of(probe, n):
    """`probe`: a line of probes.tsv, split."""
    _, seq, ack, bits, payload = probe
    return Segment(seq=place(seq, n), ack=place(ack, n), bits=frozenset() if bits == "-" else frozenset(bits.split(",")),
                   octets=0 if payload == "none" else int(payload.split()[0]))


def spell_ack(value, n, seg):
    for name, at in (("RCV.NXT", n.rcv_nxt), ("SEG.SEQ", seg.seq)):
        if value == at:
            return name
        if abs(value - at) <= 300:
            return f"{name}{value - at:+d}"
    raise AssertionError(value)


def ack_of(value, n, seg):
    return f"<SEQ=SND.NXT><ACK={spell_ack(value, n, seg)}><CTL=.>"


def syn_ack(seg, n, which="ISS"):
    return f"<SEQ={which}><ACK={spell_ack(seg.seq + 1, n, seg)}><CTL=S.>"


def closed(seg, n):
    """3.10.7.1"""
    if seg.has("RST"):
        return [Answer((), "CLOSED", why="an incoming segment containing a RST is discarded")]
    if seg.has("ACK"):
        return [Answer((RESET,), "CLOSED", why="ACK bit on: <SEQ=SEG.ACK><CTL=RST>")]
    ack = spell_ack(seg.seq + seg.length, n, seg)
    return [Answer((f"<SEQ=0><ACK={ack}><CTL=R.>",), "CLOSED", why="ACK bit off: <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>")]


def listen(seg, n):
    """3.10.7.2"""
    if seg.has("RST"):
        return [Answer((), "LISTEN", why="first, check for a RST: ignored")]
    if seg.has("ACK"):
        return [Answer((RESET,), "LISTEN", why="second: any acknowledgment is bad in LISTEN")]
    if seg.has("SYN"):
        return [Answer((syn_ack(seg, n),), "SYN-RECEIVED", why="third: <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>; text waits, a FIN "
                       "is not processed in LISTEN (3.10.7.4, eighth)")]
    return [Answer((), "LISTEN", why="fourth: drop the segment")]


def syn_sent(seg, n):
    """3.10.7.3"""
    stay = "SYN-SENT"
    acceptable = seg.has("ACK") and n.snd_una < seg.ack <= n.snd_nxt
    if seg.has("ACK") and not acceptable:
        if seg.has("RST"):
            return [Answer((), stay, why="first: unless the RST bit is set, then drop the segment")]
        return [Answer((RESET,), stay, why="first: SEG.ACK =< ISS or SEG.ACK > SND.NXT: send a reset")]
    if seg.has("RST"):
        if acceptable:
            return [Answer((), "CLOSED", application=("ECONNREFUSED", "ECONNRESET"), why="second: the ACK was acceptable: "
                           "connection reset (erratum 8167: no sequence check)")]
        return [Answer((), stay, why="second: otherwise (no ACK), drop the segment")]
    if seg.has("SYN"):
        if acceptable:
            ack = spell_ack(seg.seq + 1 + seg.octets, n, seg)
            return [Answer((f"<SEQ=SND.NXT><ACK={ack}><CTL=.>",), "ESTABLISHED", why="fourth: our SYN is acknowledged")]
        return [Answer((syn_ack(seg, n),), "SYN-RECEIVED", why="fourth: simultaneous open, <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>")]
    return [Answer((), stay, why="fifth: neither SYN nor RST: drop")]


def acceptable(seg, n):
    """First, the four cases; RCV.WND is never zero here."""
    def inside(point):
        return n.rcv_nxt <= point < n.rcv_nxt + n.rcv_wnd
    return inside(seg.seq) if seg.length == 0 else inside(seg.seq) or inside(seg.seq + seg.length - 1)


def others(name, seg, n):
    """3.10.7.4; `name` is the matrix's."""
    state = {"SYN-RECEIVED-active": "SYN-RECEIVED", "ESTABLISHED+unacked": "ESTABLISHED"}.get(name, name)
    reopened = []
    if state == "TIME-WAIT" and seg.has("SYN") and not seg.bits & {"ACK", "RST"} and seg.seq > n.rcv_nxt:
        reopened = [Answer((syn_ack(seg, n, "newISS"),), "SYN-RECEIVED", why="3.6.1, MAY-2: a SYN above what was used opens anew")]
    if not acceptable(seg, n):
        if seg.has("RST"):
            return [Answer((), state, why="first: not acceptable, and the RST bit is set: drop")]
        answers = [Answer((ACK,), state, why="first: not acceptable: an acknowledgment is sent in reply")]
        if name == "SYN-RECEIVED-active" and seg.has("SYN") and seg.seq == n.irs and seg.ack == n.snd_nxt:
            answers += [Answer((), "ESTABLISHED", why="3.5, figure 8: in a simultaneous open the SYN,ACK comes at IRS"),
                        Answer((ACK,), "ESTABLISHED", why="3.5, figure 8")]
        return reopened + answers
    if seg.has("RST"):
        return reset(name, state, seg, n)
    if seg.has("SYN"):
        if name == "SYN-RECEIVED":
            return [Answer((), "LISTEN", why="fourth: a passive OPEN returns to LISTEN and returns")]
        return reopened + [Answer((ACK,), state, why="fourth: RFC 5961, 4.2: a challenge ACK, whatever the sequence number")]
    if not seg.has("ACK"):
        return [Answer((), state, why="fifth: the ACK bit is off: drop")]
    return acknowledged(name, state, seg, n)


def reset(name, state, seg, n):
    """Second, the RST bit; the segment is in the window."""
    if seg.seq != n.rcv_nxt:
        return [Answer((ACK,), state, why="second: RFC 5961, 3.2: in the window, not at RCV.NXT: a challenge ACK")]
    if name == "SYN-RECEIVED":
        return [Answer((), "LISTEN", why="second: a passive OPEN returns to LISTEN")]
    if name == "SYN-RECEIVED-active":
        return [Answer((), "CLOSED", application=("ECONNREFUSED",), why='second: signal "connection refused"')]
    if state in RECEIVING or state == "CLOSE-WAIT":
        return [Answer((), "CLOSED", application=("ECONNRESET",), why='second: users receive "connection reset"')]
    return [Answer((), "CLOSED", why="second: CLOSED, and nobody is told")]


def acknowledged(name, state, seg, n):
    """Fifth, the ACK field, and on from there."""
    if state == "SYN-RECEIVED":
        if not n.snd_una < seg.ack <= n.snd_nxt:
            answers = [Answer((RESET,), state, why="fifth: not acceptable in SYN-RECEIVED: <SEQ=SEG.ACK><CTL=RST>")]
            if not n.snd_una - MAX_SND_WND <= seg.ack <= n.snd_nxt:
                answers.append(Answer((ACK,), state, why="fifth: MAY-12 asks for an ACK before the state is looked at"))
            return answers
        state = "ESTABLISHED"
    elif not n.snd_una - MAX_SND_WND <= seg.ack <= n.snd_nxt:
        return [Answer((ACK,), state, why="fifth: RFC 5961, 5.2 (MAY-12): outside of the range: discarded, an ACK sent back")]
    before, fin_acked = state, seg.ack == n.snd_nxt
    if state == "FIN-WAIT-1" and fin_acked:
        state = "FIN-WAIT-2"
    elif state == "CLOSING":
        if not fin_acked:
            return [Answer((), state, why="fifth: CLOSING: otherwise, ignore the segment")] + repeated_fin(seg, state)
        state = "TIME-WAIT"
    elif state == "LAST-ACK" and fin_acked:
        return [Answer((), "CLOSED", why="fifth: our FIN is acknowledged: delete the TCB")]
    if before in ("CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"):
        answers = [Answer((), state, why="seventh: this should not occur: ignore the segment text")]
        if seg.has("FIN") and before == "TIME-WAIT":
            answers = [Answer((ACK,), state, why="fifth: a retransmission of the remote FIN: acknowledge it")]
        return answers + repeated_fin(seg, state)
    return text(before, state, seg, n)


def repeated_fin(seg, state):
    """A second FIN, behind the first: eighth says to acknowledge a FIN, and that the state remains."""
    return [Answer((ACK,), state, why="eighth: an acknowledgment for the FIN; remain in the state")] if seg.has("FIN") else []


def text(before, state, seg, n):
    """Seventh and eighth, where the peer's FIN has not come yet."""
    end = seg.seq + seg.octets
    if seg.seq > n.rcv_nxt:
        # Out of order. What it acknowledges may count on arrival or when its turn comes.
        ways = [state] + ([before] if before == "FIN-WAIT-1" and state != before else [])
        if seg.length == 0:
            return [Answer((), one, why="seventh: no text") for one in ways]
        return ([Answer((ACK,), one, why="seventh: MAY-13: acknowledge RCV.NXT") for one in ways])
    if seg.length == 0:
        return [Answer((), state, why="fifth: the ACK is all there is")]
    fresh = max(0, end - n.rcv_nxt)
    if not seg.has("FIN"):
        return [Answer((ack_of(end, n, seg),), state, fresh, why="seventh: delivered, and acknowledged")]
    after = {"ESTABLISHED": "CLOSE-WAIT", "FIN-WAIT-1": "CLOSING", "FIN-WAIT-2": "TIME-WAIT"}[state]
    return [Answer((ack_of(end + 1, n, seg),), after, fresh, ("EOF",), "eighth: an acknowledgment for the FIN, and the end for the user")]


def allowed(state, probe):
    """Every answer the text allows to this line of probes.tsv in this state."""
    n = numbers_of(state)
    seg = segment_of(probe, n)
    if state == "CLOSED":
        return closed(seg, n)
    if state == "LISTEN":
        return listen(seg, n)
    if state == "SYN-SENT":
        return syn_sent(seg, n)
    return others(state, seg, n)
