#include "harness/rules/claims.h"

#include "harness/rules/by_id.h"

namespace harness::rules {
namespace {

using enum Verdict;

// One claim to a line, chapter by chapter.
// id, says, verdict, section, note, scenario
// clang-format off
constexpr Claim kClaims[] = {
    {"S0-01", "The three-way handshake tracks and negotiates how much data will be sent, when to tear down, and builds a \"virtual connection\"", Wrong, "RFC 9293 3.4.1; 3.5", "It synchronises the two initial sequence numbers (and options/windows); data volume and teardown are not negotiated there", "inspect SYN/SYN,ACK fields: nothing but ISN, window, options"},
    {"S0-02", "Three steps exist so that a stale, delayed connection request cannot open a connection at the server", Right, "RFC 9293 3.5 (principal reason); 3.4.1", "Matches the RFC rationale", "stale duplicate SYN to LISTEN, no third ACK: never ESTABLISHED"},
    {"S0-03", "On such a stale SYN the client, having asked for nothing, simply does not answer the server", Wrong, "RFC 9293 3.5 Figure 8, Figure 11; 3.10.7.1", "The client answers the SYN,ACK with RST <SEQ=SEG.ACK>, which returns the server to LISTEN at once", "stale SYN -> SYN,ACK -> RST by the client stack -> LISTEN; variant with the client muted (host down): SYN,ACK retransmissions"},
    {"S0-04", "With only two steps the server would be ESTABLISHED on sending its confirmation and waste resources waiting", Right, "RFC 9293 3.4.1; 3.5", "Counterfactual but correct", "reference model variant with a 2-step handshake, same stale SYN"},
    {"S0-05", "First step: SYN=1, seq=j", Right, "RFC 9293 3.5 Figure 6", "-", "active open"},
    {"S0-06", "Second step: SYN=1, ACK=1, ack=j+1, seq=k", Right, "RFC 9293 3.5 Figure 6; 3.10.7.2", "-", "SYN to LISTEN"},
    {"S0-07", "Third step carries SYN=1 and sequence j+1", Wrong, "RFC 9293 3.5 Figure 6", "Third segment has ACK=1, SYN=0, SEQ=j+1, ACK=k+1", "observe third segment; inject a third segment with SYN=1 and see it refused"},
    {"S0-08", "First close step: FIN=1, seq=u", Imprecise, "RFC 9293 3.6 Figure 12", "FIN segment also carries ACK (all segments after establishment do)", "CLOSE in ESTABLISHED"},
    {"S0-09", "Second close step: ACK=1, ack=u+1", Right, "RFC 9293 3.6 Figure 12; 3.4", "FIN consumes one sequence number", "FIN to ESTABLISHED"},
    {"S0-10", "Third close step: FIN=1, ACK=1, ack=u+1, own seq v", Right, "RFC 9293 3.6 Figure 12", "-", "CLOSE in CLOSE-WAIT"},
    {"S0-11", "Fourth close step: ACK=1, seq=u+1", Right, "RFC 9293 3.6 Figure 12", "acknowledgment v+1 not mentioned", "FIN in FIN-WAIT-2"},
    {"S0-12", "Three is the minimum number of messages for both sides to agree", Right, "RFC 9293 3.4.1", "Four logical steps, the middle two combined; agreement in the two-generals sense is not reached, only ISN synchronisation", "simultaneous open shows the 4-segment form"},
    {"S0-13", "The handshake exists for channel reliability in general, not for TCP specifically", Imprecise, "RFC 9293 3.4.1; 3.8", "Reliability comes from sequence numbers, ACKs and retransmission; the handshake prevents old-duplicate confusion", "drop data after the handshake: recovered by RTO, not by the handshake"},
    {"S0-14", "Second message merges the server SYN and its ACK", Right, "RFC 9293 3.4.1", "They may also arrive separately (ACK first, then SYN)", "SYN-SENT gets pure ACK, then bare SYN"},
    {"S0-15", "Close takes one more message because each direction is closed separately; the closer can still receive", Right, "RFC 9293 3.6; 3.6.1", "But FIN and ACK may be merged, giving three messages", "half-close: receive in FIN-WAIT-2; merged FIN,ACK"},
    {"S1-01", "ACK field is valid only with ACK=1", Right, "RFC 9293 3.1", "-", "segment with ACK clear but field set"},
    {"S1-02", "After establishment every segment must have ACK=1", Imprecise, "RFC 9293 3.1; 3.8; 3.10.7.4 fifth", "True for everything except RST, whose bare form has no ACK; receivers drop ACK-less segments", "data without ACK in ESTABLISHED; RST at RCV.NXT without ACK"},
    {"S1-03", "SYN=1,ACK=0 is a request, SYN=1,ACK=1 an acceptance", Right, "RFC 9293 3.5; 3.10.7.3", "except that a SYN,ACK with a wrong ACK is reset, and SYN crossing SYN is simultaneous open", "SYN,ACK with bad ACK in SYN-SENT"},
    {"S1-04", "FIN=1 means the sender has finished and asks to release", Right, "RFC 9293 3.1; 3.6", "-", "FIN"},
    {"S1-05", "A SYN segment cannot carry data", Wrong, "RFC 9293 3.5; 3.10.7.3 last note; RFC 7413", "Data on SYN is legal; it must not be delivered before ESTABLISHED unless TFO", "SYN+data to LISTEN; TFO cookie exchange"},
    {"S1-06", "SYN consumes one sequence number", Right, "RFC 9293 3.4; 3.5", "-", "SYN, observe ACK=ISN+1"},
    {"S1-07", "Server reply: SYN=1 ACK=1 seq=y ack=x+1; client reply: ACK=1 seq=x+1 ack=y+1 without SYN", Right, "RFC 9293 3.5 Figure 6", "-", "full handshake"},
    {"S1-08", "The closing segment carries no data", Wrong, "RFC 9293 3.4; 3.6", "FIN may ride on data; it occupies the number after the last octet", "FIN with 20 octets"},
    {"S1-09", "On FIN the receiver informs its application; the closer sends no more but can receive", Right, "RFC 9293 3.6; 3.10.7.4 eighth; MUST-12", "-", "FIN then local read; data in FIN-WAIT-2"},
    {"S1-10", "After the ACK of its FIN the closer waits for the peer FIN", Right, "RFC 9293 3.10.7.4 fifth", "FIN-WAIT-2", "ACK of FIN"},
    {"S1-11", "The peer FIN carries ack=u+1", Right, "RFC 9293 3.6 Figure 12", "-", "close both"},
    {"S1-12", "The closer then ACKs, enters TIME_WAIT and waits 2MSL", Right, "RFC 9293 3.6.1 MUST-13", "MSL is 2 minutes in the RFC; stacks use less", "time TIME-WAIT"},
    {"S1-13", "TIME_WAIT is needed because the peer FIN may be lost: the closer, already in TIME_WAIT, can still answer the retransmission", Wrong, "RFC 9293 3.6.1; 3.10.7.4", "If the peer FIN is lost the closer is still in FIN-WAIT-2. TIME-WAIT covers loss of the closer's own last ACK", "(a) drop the peer FIN, (b) drop the last ACK; compare states"},
    {"S1-14", "A FIN received in TIME_WAIT restarts the timer", Right, "RFC 9293 3.10.7.4 fifth and eighth", "The literal first-step sequence check would drop it before the restart; intent and practice agree with the post", "retransmit FIN at 2.5 s and watch expiry"},
    {"S1-15", "The server has a keep-alive \"state\": if the client dies, probes decide whether to release", Imprecise, "RFC 9293 3.8.4; MAY-5, MUST-24, MUST-25, MUST-28, MUST-29", "Keep-alive is optional, off by default, 2 h minimum default, and no single lost probe may kill; it is not a state", "idle peer with keep-alive on; drop all probes; drop just one"},
    {"S1-16", "SYN segments normally carry no data, only headers and options", Right, "RFC 9293 3.5; 3.10.7.3", "normally makes it correct (contradicts the main post)", "SYN trace"},
    {"S1-17", "Server must have done a passive open (socket, bind, listen); SYN tells the initial sequence number", Right, "RFC 9293 3.9.1.1; 3.10.1", "-", "SYN to LISTEN vs closed port"},
    {"S2-01", "No data may flow before a connection exists", Imprecise, "RFC 9293 3.5; RFC 7413", "Data may ride on SYN; TFO even delivers it early", "SYN+data; TFO"},
    {"S2-02", "Handshake synchronises sequence and acknowledgment numbers and exchanges windows", Right, "RFC 9293 3.4.1; 3.1", "SYN windows are never scaled", "handshake with WS"},
    {"S2-03", "Client goes to SYN_SEND on SYN, server to SYN_RECV on replying", Right, "RFC 9293 3.10.1; 3.10.7.2", "RFC names: SYN-SENT, SYN-RECEIVED", "handshake"},
    {"S2-04", "Both ends become ESTABLISHED once the third segment has been sent", Wrong, "RFC 9293 3.5 Figure 6; 3.10.7.4 fifth", "Client: on receiving SYN,ACK. Server: only when the third ACK arrives", "drop the third ACK"},
    {"S2-05", "Host 1 FIN -> FIN_WAIT_1: it has no more data to send", Right, "RFC 9293 3.6; 3.10.4", "-", "CLOSE"},
    {"S2-06", "Host 2 ACKs with seq+1; host 1 goes to FIN_WAIT_2", Right, "RFC 9293 3.10.7.4", "-", "ACK of FIN"},
    {"S2-07", "That ACK tells host 1 that host 2 has no more data either", Wrong, "RFC 9293 3.6; 3.6.1", "It only acknowledges the FIN; host 2 is in CLOSE-WAIT and may keep sending", "after ACK, host 2 sends data"},
    {"S2-08", "Host 2 enters CLOSE_WAIT when it sends its FIN", Wrong, "RFC 9293 3.10.7.4 eighth; 3.10.4", "CLOSE-WAIT starts on receiving the FIN; sending its own FIN leads to LAST-ACK", "observe state after FIN received / FIN sent"},
    {"S2-09", "Host 1 ACKs the FIN and enters TIME_WAIT; host 2 closes on that ACK", Right, "RFC 9293 3.10.7.4", "-", "full close"},
    {"S2-10", "No answer within 2MSL proves the server closed properly", Wrong, "RFC 9293 3.6.1", "It proves nothing; all retransmissions may be lost. TIME-WAIT lets old segments die", "drop last ACK and all later FINs"},
    {"S2-11", "Stale delayed SYN example (textbook): with three steps the server, not getting the confirmation, knows the client did not ask", Imprecise, "RFC 9293 3.5 Figure 8", "Conclusion right; mechanism is an active RST, or SYN,ACK timeout if the client is silent", "stale SYN with RST-ing and with mute client"},
    {"S2-12", "FIN_WAIT_1 and FIN_WAIT_2 both mean \"waiting for the peer FIN\"", Imprecise, "RFC 9293 3.3.2", "FIN-WAIT-1 waits for the peer FIN or for the ACK of its own FIN", "FIN-WAIT-1 with ACK only / FIN only / FIN+ACK"},
    {"S2-13", "FIN_WAIT_1 is short-lived because the ACK comes at once", Right, "RFC 9293 3.8.6.3", "observation, not a rule; lost ACK or full send queue prolongs it", "drop the ACK"},
    {"S2-14", "FIN_WAIT_2 is half-closed", Right, "RFC 9293 3.6.1", "-", "half-close"},
    {"S2-15", "In FIN_WAIT_2 the closing side tells the other \"I still have data to send you\"", Wrong, "RFC 9293 3.10.2", "The FIN sender may not send data any more; it is the peer that may", "SEND in FIN-WAIT-2"},
    {"S2-16", "CLOSE_WAIT: the local application must check for remaining data, then close", Right, "RFC 9293 3.6 case 2", "-", "SEND then CLOSE in CLOSE-WAIT"},
    {"S2-17", "LAST_ACK: waits for the ACK of its FIN, then CLOSED", Right, "RFC 9293 3.10.7.4 fifth", "no TIME-WAIT on the passive side", "ACK in LAST-ACK"},
    {"S2-18", "TIME_WAIT returns to CLOSED after 2MSL", Right, "RFC 9293 3.10.8", "-", "wait"},
    {"S2-19", "FIN with ACK received in FIN_WAIT_1 goes straight to TIME_WAIT", Right, "RFC 9293 Figure 5 note 2; 3.10.7.4 eighth", "Only if that ACK covers our FIN; otherwise CLOSING", "FIN+ACK with ACK=SND.NXT and with ACK=SND.UNA"},
    {"S2-20", "CLOSED means the connection is interrupted", Imprecise, "RFC 9293 3.3.2", "It means no connection state exists at all (fictional state)", "any segment to CLOSED"},
    {"S3-01", "Active closer (usually the client) sends FIN and enters FIN_WAIT_1", Right, "RFC 9293 3.6; 3.10.4", "either side may be the active closer", "CLOSE on each side"},
    {"S3-02", "Passive side ACKs and enters CLOSE_WAIT", Right, "RFC 9293 3.10.7.4 eighth", "-", "FIN"},
    {"S3-03", "In CLOSE_WAIT the server can still receive data from the client", Wrong, "RFC 9293 3.10.7.4 seventh", "The client has sent FIN; nothing follows it. The server can still SEND", "data beyond the FIN in CLOSE-WAIT"},
    {"S3-04", "After sending its remaining data the passive side sends FIN and enters LAST_ACK", Right, "RFC 9293 3.10.4", "-", "SEND, CLOSE in CLOSE-WAIT"},
    {"S3-05", "TIME_WAIT assures the last ACK arrives and keeps delayed segments from confusing things", Right, "RFC 9293 3.3.2; 3.6.1", "it cannot assure, only allow a repeat", "drop last ACK; replay old data after port reuse"},
    {"S3-06", "After the wait the closer is CLOSED", Right, "RFC 9293 3.10.8", "-", "wait 2MSL"},
    {"S3-07", "Four-way close makes both sides sure all data was completely received", Imprecise, "RFC 9293 3.6", "FIN acknowledgement covers TCP delivery, not application consumption; RST paths lose data", "CLOSE with unread data"},
    {"S3-08", "TIME_WAIT makes sure all segments in the network get processed", Wrong, "RFC 9293 3.6.1; 3.4.3", "They expire (MSL); the goal is that nobody processes them", "old data segment in TIME-WAIT"},
    {"S3-09", "TIME_WAIT prevents an old connection being taken for a new one", Right, "RFC 9293 3.4.1; 3.6.1; RFC 6191", "a new SYN above the old sequence may still be accepted", "SYN below/above RCV.NXT in TIME-WAIT"},
    {"S3-10", "(related excerpt) SYN_SENT, SYN_RCVD, then both ESTABLISHED with the third segment", Imprecise, "RFC 9293 3.10.7.3; 3.10.7.4", "client earlier, server on arrival", "drop third ACK"},
    {"S3-11", "(related excerpt) Fast recovery: each further duplicate ACK adds 1 to cwnd; ACK of new data sets cwnd to ssthresh and enters congestion avoidance", Right, "RFC 5681 3.2", "one SMSS per duplicate ACK; NewReno/PRR stacks differ in detail", "four segments, first lost, three duplicate ACKs, then full ACK"},
    {"S3-12", "(related excerpt) waiting 2MSL ensures data transmission is complete", Wrong, "RFC 9293 3.6.1", "data is complete before TIME-WAIT (FIN acked in order)", "loss before FIN: FIN not acked until data is"},
    {"S4-01", "After the handshake each side allocates queues and a socket", Wrong, "RFC 9293 3.3.1; 3.10.1; 3.10.7.2; RFC 4987 3.5-3.6", "State is created earlier: at OPEN on the client, on SYN at the server (unless SYN cookies)", "half-open entries after SYN only"},
    {"S4-02", "Closing frees those resources on both sides", Imprecise, "RFC 9293 3.6.1", "active closer keeps state for 2MSL", "TIME-WAIT entry"},
    {"S4-03", "Close needs four packets in total", Imprecise, "RFC 9293 3.6; Figure 5 note 2", "four is typical; FIN and ACK can merge (3), cross (4, simultaneous), or RST (1)", "3-message close; simultaneous close; abort"},
    {"S4-04", "Either side can start the close", Right, "RFC 9293 3.6", "-", "CLOSE on each side"},
    {"S4-05", "After its FIN the client no longer sends but still receives", Right, "RFC 9293 3.6", "-", "half-close"},
    {"S4-06", "Server FIN -> LAST_ACK", Right, "RFC 9293 3.10.4", "-", "CLOSE in CLOSE-WAIT"},
    {"S4-07", "Purpose of the handshake: verify both sides can send and receive", Imprecise, "RFC 9293 3.4.1; 3.5", "a side effect; the stated purpose is ISN synchronisation and rejecting old duplicates", "SYN,ACK lost / third ACK lost"},
    {"S4-08", "On receiving the SYN, B learns that A can send and that B can receive", Right, "RFC 9293 3.4.1", "and so on step by step; but see the purpose row above", "handshake with each segment dropped in turn"},
    {"S4-09", "Client ACK has ack=m+1, then TIME_WAIT for 2MSL; server CLOSED on that ACK", Right, "RFC 9293 3.10.7.4", "-", "full close"},
    {"S4-10", "SYN sent -> SYN_SENT", Right, "RFC 9293 3.10.1", "-", "connect"},
    {"S4-11", "TCP is for small amounts of data needing high reliability", Wrong, "RFC 9293 1", "no such limit; TCP is a byte stream of any size", "bulk transfer"},
    {"S4-12", "Deliberately not completing handshakes exhausts the victim (SYN flood)", Right, "RFC 4987 2", "SYN cookies or caches mitigate", "400 spoofed SYNs, backlog 8, then a real client, cookies off/on"},
    {"S4-13", "In LISTEN the reply can merge ACK and SYN in one segment", Right, "RFC 9293 3.10.7.2", "-", "SYN"},
    {"S4-14", "Server acks FIN with received seq + 1", Right, "RFC 9293 3.4", "-", "FIN"},
    {"S4-15", "A SYN=1 segment cannot carry data but consumes one number", Wrong, "RFC 9293 3.5; 3.10.7.3", "first half wrong, second half right", "SYN+data"},
    {"S4-16", "The handshake fixes the initial sequence numbers for later reliability", Right, "RFC 9293 3.4.1", "-", "ISN observation"},
    {"S4-17", "Four-way close prevents data loss and abnormal disconnects", Imprecise, "RFC 9293 3.6", "graceful close delivers everything sent before CLOSE; unread data at close causes RST", "CLOSE with unread data"},
    {"S4-18", "TCP runs over many link types (T1, Ethernet, serial)", Right, "RFC 9293 3.9.2", "not TCP behaviour", "none"},
};
// clang-format on

constexpr auto kOrder = order_by_id(kClaims);
static_assert(ids_are_unique(kClaims, kOrder), "two claims have one id");

}  // namespace

std::span<const Claim> claims() { return kClaims; }
std::span<const std::uint16_t> claims_order() { return kOrder; }

}  // namespace harness::rules
