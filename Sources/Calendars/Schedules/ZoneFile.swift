/// Reads a compiled time zone: the TZif format, versions 2 to 4, with its 64-bit data and its footer.
///
/// Source: RFC 9636, section 3. Version 1 has 32-bit times and no footer; no system has written it since 2006.
enum ZoneFile {
    /// The largest that the IANA database has needed is under 4,000 bytes.
    static let maximumFileBytes = 262_144
    /// Changes by the footer's rule are computed to the end of this year.
    static let lastYear = 2_500

    struct Damage: Error {
        var reason: String
    }

    static func rules(named name: String, bytes: [UInt8]) throws(Damage) -> ZoneRules {
        guard bytes.count <= maximumFileBytes else {
            throw Damage(reason: "it has \(bytes.count) bytes, and at most \(maximumFileBytes) are read")
        }
        let old = try Header(bytes, at: 0)
        guard old.version >= UInt8(ascii: "2") else { throw Damage(reason: "it is of version 1 of the format") }
        let start = try old.end(timeBytes: 4, after: Header.length, of: bytes.count)
        let header = try Header(bytes, at: start)
        let dataStart = start + Header.length
        let dataEnd = try header.end(timeBytes: 8, after: dataStart, of: bytes.count)
        guard header.leapSecondCount == 0 else {
            throw Damage(reason: "it counts leap seconds, which the system's clock does not")
        }
        let offsets = try header.offsets(in: bytes, from: dataStart)
        guard let initialOffset = offsets.first else { throw Damage(reason: "it has no offset") }
        var changes: [(start: Int64, offset: Int64)] = []
        var before = Int64.min
        for index in 0..<header.timeCount {
            let time = bigEndian(bytes, at: dataStart + 8 * index, count: 8)
            let type = Int(bytes[dataStart + 8 * header.timeCount + index])
            guard type < offsets.count else { throw Damage(reason: "a change names an offset that is not there") }
            guard time > before else { throw Damage(reason: "its changes are not in order") }
            guard time <= latestChange else { throw Damage(reason: "it has a change after the year 9999") }
            before = time
            // What was before the first year of the calendar is of no use: the "big bang" of some files.
            if time < earliestChange { changes.removeAll() }
            changes.append((max(time, earliestChange), offsets[type]))
        }
        try extend(&changes, by: footer(of: bytes, at: dataEnd), initialOffset: initialOffset)
        return ZoneRules(
            name: name, fingerprint: fingerprint(of: bytes), initialOffset: initialOffset, changes: changes)
    }

    /// The first and the last second of the calendar.
    private static let earliestChange: Int64 = -62_135_596_800
    private static let latestChange: Int64 = 253_402_300_799

    /// The text between the two line ends after the data.
    private static func footer(of bytes: [UInt8], at start: Int) throws(Damage) -> PosixZoneRule? {
        let lineEnd = UInt8(ascii: "\n")
        guard start < bytes.count, bytes[start] == lineEnd,
            let end = bytes[(start + 1)...].firstIndex(of: lineEnd)
        else { throw Damage(reason: "its footer is missing") }
        let text = bytes[(start + 1)..<end]
        guard !text.isEmpty else { return nil }
        guard let rule = PosixZoneRule(text) else {
            throw Damage(reason: "its footer \"\(String(decoding: text, as: UTF8.self))\" is no rule")
        }
        return rule
    }

    /// Adds the changes by the footer's rule after those that the file lists.
    private static func extend(
        _ changes: inout [(start: Int64, offset: Int64)], by rule: PosixZoneRule?, initialOffset: Int64
    ) throws(Damage) {
        guard let rule else { return }
        let last = changes.last
        guard rule.daylight != nil else {
            // RFC 9636, 3.3: the last change of the file must agree with the footer.
            if (last?.offset ?? initialOffset) != rule.standardOffset {
                throw Damage(reason: "its footer contradicts its last change")
            }
            return
        }
        let firstYear = last.map { CalendarDate(dayNumber: Int32($0.start / 86_400)).year - 1 } ?? 1_900
        guard firstYear <= lastYear else { return }
        for year in max(firstYear, 2)...lastYear {
            for change in rule.changes(in: year) where change.start > last?.start ?? .min {
                // Where one ends as the other begins, daylight is saved all the year: only the later counts.
                while let before = changes.last, before.start >= change.start { changes.removeLast() }
                changes.append(change)
            }
        }
    }

    /// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923).
    static func fingerprint(of bytes: some Sequence<UInt8>, continuing hash: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
        bytes.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    static func bigEndian(_ bytes: [UInt8], at position: Int, count: Int) -> Int64 {
        let unsigned = bytes[position..<(position + count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return count == 4 ? Int64(Int32(truncatingIfNeeded: unsigned)) : Int64(bitPattern: unsigned)
    }
}

extension ZoneFile {
    /// How much of everything a block of data has. Source: RFC 9636, section 3.1.
    private struct Header {
        static let length = 44

        let version: UInt8
        let utcIndicatorCount: Int
        let standardIndicatorCount: Int
        let leapSecondCount: Int
        let timeCount: Int
        let typeCount: Int
        let characterCount: Int

        init(_ bytes: [UInt8], at start: Int) throws(Damage) {
            guard start + Self.length <= bytes.count, bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else {
                throw Damage(reason: "it is not in the TZif format")
            }
            version = bytes[start + 4]
            var counts: [Int] = []
            for index in 0..<6 {
                let count = ZoneFile.bigEndian(bytes, at: start + 20 + 4 * index, count: 4)
                guard (0...Int64(ZoneFile.maximumFileBytes)).contains(count) else {
                    throw Damage(reason: "its header is wrong")
                }
                counts.append(Int(count))
            }
            utcIndicatorCount = counts[0]
            standardIndicatorCount = counts[1]
            leapSecondCount = counts[2]
            timeCount = counts[3]
            typeCount = counts[4]
            characterCount = counts[5]
        }

        /// Where the block ends whose data begins at `start`.
        func end(timeBytes: Int, after start: Int, of fileBytes: Int) throws(Damage) -> Int {
            let end =
                start + timeCount * (timeBytes + 1) + typeCount * 6 + characterCount
                + leapSecondCount * (timeBytes + 4) + standardIndicatorCount + utcIndicatorCount
            guard end <= fileBytes else { throw Damage(reason: "it is cut off") }
            return end
        }

        /// The offsets of the local time types, in seconds east of Greenwich.
        func offsets(in bytes: [UInt8], from start: Int) throws(Damage) -> [Int64] {
            var offsets: [Int64] = []
            for index in 0..<typeCount {
                let offset = ZoneFile.bigEndian(bytes, at: start + timeCount * 9 + 6 * index, count: 4)
                // RFC 9636, 3.2: between −25 and 26 hours.
                guard (-89_999...93_599).contains(offset) else {
                    throw Damage(reason: "it has an offset of \(offset) seconds")
                }
                offsets.append(offset)
            }
            return offsets
        }
    }
}
