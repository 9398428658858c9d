import Calendars
import Diagnostics
import Foundation
import Jobs
import Mail
import Store

// DeliveryBenchmark FOLDER-OF-POSTFIX-PROGRAMS [MESSAGES] [CONNECTIONS ...]
//
// Delivers messages of 4 KB from a store to Postfix's smtp-sink on the loopback, with claims, barrier and answers on
// record, beside Postfix's smtp-source, which sends as many from memory and keeps no record.

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("DeliveryBenchmark: give the folder in which Postfix was unpacked.")
    exit(2)
}
let messageCount = arguments.count > 2 ? Int(arguments[2]) ?? 20_000 : 20_000
let widths = arguments.count > 3 ? arguments.dropFirst(3).compactMap { Int($0) } : [8, 32]
let contentBytes = 4_096
let rounds = 3

func text(_ value: Double) -> String { String(format: "%.2f", value) }
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

let sink = try PostfixSink(programs: URL(filePath: arguments[1]))
var sourceRates: [Double] = []
var rates: [Int: [Double]] = [:]
for round in 1...rounds {
    let sourceRate =
        Double(messageCount) / (try sink.secondsOfSource(messages: messageCount, bytes: contentBytes, sessions: 8))
    sourceRates.append(sourceRate)
    print("round \(round): smtp-source -d -s 8 \(Int(sourceRate)) messages/s")
    for width in widths {
        let ours = try DeliveryRound.measure(
            messages: messageCount, bytes: contentBytes, port: sink.port, connections: width)
        let rate = Double(messageCount) / ours.seconds
        rates[width, default: []].append(rate)
        print(
            "round \(round): steward, \(width) connections, \(Int(rate)) messages/s, ratio \(text(rate / sourceRate)), "
                + "\(Int(ours.processor * 1e6 / Double(messageCount))) µs of processor time a message")
    }
}
sink.stop()
let sourceRate = median(sourceRates)
print(
    """

    \(messageCount) messages of \(contentBytes) bytes to smtp-sink, from a SQLite store with synchronous=FULL; medians
    smtp-source -d -s 8        \(Int(sourceRate)) messages/s
    """)
for width in widths {
    let rate = median(rates[width] ?? [0])
    print(
        "steward, \(width) connections\(width < 10 ? " " : "")    \(Int(rate)) messages/s   ratio \(text(rate / sourceRate))"
    )
}
print("aims                       4000 messages/s   ratio 0.50")
