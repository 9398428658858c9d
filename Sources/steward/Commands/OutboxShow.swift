import ArgumentParser
import Jobs

/// `steward outbox show`: one message.
struct OutboxShow: StewardCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one message: its headers, its delivery, each change and answer.")

    @Argument(help: "The message's number; `steward outbox list` shows all.")
    var message: OutboxMessageID

    @OptionGroup var options: CommonOptions

    func execute(in context: CommandContext) throws {
        let store = try context.openStore()
        let found = try store.read { try Outbox.details(of: message, in: $0) }
        var details = Details()
        let item = found.item
        details.add("message", Int(item.id.rawValue))
        details.add("state", item.state.rawValue)
        details.add("attempts", item.attempts)
        let waits = item.state == .pending || item.state == .deferred
        details.add("due", key: "not_before", waits ? "\(item.notBefore)" : nil)
        details.add(
            "answer", text: item.answer.map { OutboxTable.answer($0, in: context) },
            json: JSONValue(item.answer.map { OutboxTable.answer($0, in: context) }))
        details.add("reply code", text: nil, json: found.replyCode.map(JSONValue.integer) ?? .null)
        details.add("enhanced code", text: nil, json: JSONValue(found.enhancedCode))
        details.add("queue id", item.queueID)
        details.add("changed", key: "changed_at", "\(item.changedAt)")
        details.add(
            "written", key: "written_at", text: "\(found.recordedAt) by \(found.recordedBy)",
            json: .string("\(found.recordedAt)"))
        details.add("", key: "written_by", text: nil, json: .string(found.recordedBy))
        details.add(
            "run", text: item.run.map { "\($0)" }, json: item.run.map { .integer(Int($0.rawValue)) } ?? .null)
        details.add("effect key", text: OutboxTable.oneLine(found.effectKey), json: .string(found.effectKey))
        details.add("on doubt", found.onDoubt.rawValue)
        details.add("sender", found.sender)
        details.add(
            "recipients", text: item.recipients.joined(separator: ", "),
            json: .array(item.recipients.map(JSONValue.string)))
        details.add("size", key: "bytes", text: "\(found.contentBytes) bytes", json: .integer(found.contentBytes))
        var headers = Table(columns: [.init("Header"), .init("Value")])
        headers.rows = found.headers.map { [.text($0.name), .text($0.value)] }
        details.add(section: "Headers", key: "headers", headers)
        details.add(section: "Changes", key: "changes", changes(found.events, in: context))
        context.printer.print(details)
    }

    private func changes(_ events: [OutboxDetails.Event], in context: CommandContext) -> Table {
        var table = Table(columns: [
            .init("At"), .init("From"), .init("To"), .init("Attempt", .right), .init("By"), .init("Reason"),
            .init("Answer"),
        ])
        table.rows = events.map { event in
            [
                .text("\(event.at)"), .text(event.from.rawValue), .text(event.to.rawValue), .integer(event.attempt),
                .text(event.actor), .text(event.reason ?? ""),
                .text(OutboxTable.answer(event.answer?.text, in: context)),
            ]
        }
        return table
    }
}
