/// Names by number, found by their bytes: no string is made for a name that is known.
struct NameTable {
    private(set) var names: [String] = []
    private var arena: [UInt8] = []
    private var entries: [Entry] = []
    /// Numbers of entries, or −1; a power of two of them, at most half of them taken.
    private var slots: [Int32]

    private struct Entry {
        var hash: UInt64
        var start: Int
        var count: Int
    }

    init() {
        slots = [Int32](repeating: -1, count: 64)
    }

    var count: Int { entries.count }

    /// The number of the name with these bytes, if there is one.
    func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
        let slot = slot(of: bytes, hash: Self.hash(bytes))
        let found = slots[slot]
        return found >= 0 ? found : nil
    }

    func find(_ name: String) -> Int32? {
        var name = name
        return name.withUTF8 { find($0) }
    }

    /// The number of the name with these bytes, a new one where there is none.
    mutating func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
        let hash = Self.hash(bytes)
        let slot = slot(of: bytes, hash: hash)
        if slots[slot] >= 0 { return slots[slot] }
        let number = Int32(entries.count)
        entries.append(Entry(hash: hash, start: arena.count, count: bytes.count))
        arena.append(contentsOf: bytes)
        names.append(String(decoding: bytes, as: UTF8.self))
        slots[slot] = number
        if entries.count * 2 > slots.count { grow() }
        return number
    }

    mutating func number(_ name: String) -> Int32 {
        var name = name
        return name.withUTF8 { number($0) }
    }

    mutating func removeAll() {
        self = NameTable()
    }

    /// Where the name is, or would be.
    private func slot(of bytes: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let number = slots[slot]
            if number < 0 { return slot }
            let entry = entries[Int(number)]
            if entry.hash == hash, entry.count == bytes.count, isEqual(entry, bytes) { return slot }
            slot = (slot + 1) & mask
        }
    }

    private func isEqual(_ entry: Entry, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        arena.withUnsafeBufferPointer { arena in
            for index in 0..<entry.count where arena[entry.start + index] != bytes[index] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for (number, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(number)
        }
    }

    /// Multiplies and folds eight bytes at a time.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(bytes)
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var index = 0
        while index + 8 <= raw.count {
            state = mix(state ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var last: UInt64 = 0
        while index < raw.count {
            last = last << 8 | UInt64(raw[index])
            index += 1
        }
        return mix(state ^ last)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
