import Calendars

/// Tags, named values and dates inside the comments of hledger and Ledger.
enum CommentReading {
    /// Source: hledger(1), "Tags": `name:value`, up to a comma or the end of the line; Ledger, "Metadata": `:tag:tag:`
    /// and `Key: value`.
    static func read(
        _ text: String, format: TextJournalFormat, tags: inout [String], metadata: inout [TextMetadata]
    ) {
        guard text.utf8.contains(UInt8(ascii: ":")) else { return }
        if format == .hledger {
            for part in text.split(separator: ",", omittingEmptySubsequences: true) {
                guard let colon = part.firstIndex(of: ":") else { continue }
                let name = part[..<colon].split(separator: " ").last.map(String.init) ?? ""
                guard !name.isEmpty, part[..<colon].last != " " else { continue }
                metadata.append(TextMetadata(name, trimmed(part[part.index(after: colon)...])))
            }
            return
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        if let first = words.first, first.hasSuffix(":"), !first.hasPrefix(":"), first.utf8.count > 1 {
            let key = first.hasSuffix("::") ? first.dropLast(2) : first.dropLast()
            metadata.append(TextMetadata(String(key), trimmed(text[first.endIndex...])))
            return
        }
        for word in words where word.hasPrefix(":") && word.hasSuffix(":") && word.utf8.count > 2 {
            tags += word.split(separator: ":").map(String.init)
        }
    }

    /// The posting's own date: `[2026-11-21]`, or hledger's `date:2026-11-21`.
    static func date(in text: String, format: TextJournalFormat, year: Int) -> CalendarDate? {
        guard text.utf8.contains(where: { $0.isDigit }) else { return nil }
        var text = text
        return text.withUTF8 { bytes in
            var cursor = LineCursor(bytes)
            while let open = cursor.find(UInt8(ascii: "[")) {
                cursor.position = open + 1
                guard cursor.byte.isDigit else { continue }
                var reading = DateReading()
                guard let date = try? reading.date(&cursor, defaultYear: year) else { continue }
                if cursor.byte == UInt8(ascii: "]") || cursor.byte == UInt8(ascii: "=") { return date }
            }
            guard format == .hledger else { return nil }
            cursor.position = 0
            while let colon = cursor.find(UInt8(ascii: ":")) {
                let isDate =
                    colon >= 4 && cursor.slice(colon - 4..<colon).equals("date")
                    && (colon == 4 || cursor.bytes[colon - 5] == 0x20 || cursor.bytes[colon - 5] == UInt8(ascii: ","))
                cursor.position = colon + 1
                guard isDate else { continue }
                cursor.skipBlanks()
                var reading = DateReading()
                if let date = try? reading.date(&cursor, defaultYear: year) { return date }
            }
            return nil
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = text[...]
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
